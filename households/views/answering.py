"""How a form of the desk is answered: done and back to the record with an undo, or shown again with what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from households.meanwhile import Difference, compare, conflict_sentence
from households.models import House
from mapping.errors import Conflict, UserError
from mapping.models import ChangeSet


def answer_form(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], tuple[Any, ChangeSet]],
    context: dict[str, Any],
    *,
    template: str = "households/form.html",
    latest: Callable[[], dict[str, Any]] | None = None,
    go: Callable[[Any, ChangeSet], HttpResponse] | None = None,
) -> HttpResponse:
    """Show the form, or do what it asks by `act(cleaned_data)`, which returns the row to go on to, by `go`, and what
    was done: a house to its record, unless told otherwise.

    What a service refuses stands above the form, with what was typed still in it. Where somebody else has written
    meanwhile, `latest` says what stands now (field → value, `version` among them): it is shown beside what was typed,
    and whoever sends the form once more, having seen it, writes over it.
    """
    status = 200
    meanwhile: list[Difference] | None = None
    if request.method == "POST":
        if form.is_valid():
            try:
                row, changeset = act(form.cleaned_data)
            except UserError as error:
                if isinstance(error, Conflict) and error.code == "version" and latest is not None:
                    meanwhile = compare(form, latest())
                    form.add_error(None, conflict_sentence(meanwhile))
                else:
                    form.add_error(None, error.sentence)
                if error.code in ("house_there", "same_name"):
                    form.offer_anyway()
                status = error.status
            else:
                return (go or to_record)(row, changeset)
        else:
            status = 400
    shown = {"form": form, "is_conflict": status == 409, "meanwhile": meanwhile}
    return render(request, template, {**shown, **context}, status=status)


def to_record(house: House, changeset: ChangeSet) -> HttpResponse:
    """Go to the record of a house, which offers to undo what was just done."""
    return redirect(f"{reverse('house', args=[house.code])}?done={changeset.pk}")
