"""Answers as an officer reads them: the label of the question, the value in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from households.survey.rules import Question, Rules, is_of_kind, is_relevant

_LONGEST_ODD: Final = 200


def language() -> str:
    """Return the language of the table nearest to the reader's."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def label_of(table: Rules, field: str) -> str:
    """Return what a field is called."""
    question = table.question_of(field)
    if question is None:
        return _("Vị trí") if field == "position" else field
    return str(question.label[language()])


def in_words(table: Rules, field: str, value: Any) -> str:
    """Return a value as people say it; "" for none."""
    if field == "position":
        return "" if not isinstance(value, Mapping) else f"{value.get('lat')}, {value.get('lng')}"
    question = table.question_of(field)
    return str(value) if question is None and value is not None else _said(table, question, value)


def rows(table: Rules, answers: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Return label, value and whether it counts, of each answer in the order of the questions."""
    told = []
    for question in table.questions.values():
        if question.kind == "photos":
            continue
        for field in sorted(name for name in answers if name.partition(".")[0] == question.key):
            said = _said(table, question, answers[field])
            if said:
                told.append((str(question.label[language()]), said, is_relevant(question, answers)))
    return told


def _said(table: Rules, question: Question | None, value: Any) -> str:
    """Return a value in words. One of another kind than the question's is shown as it is: the page has to open."""
    if question is None or value is None or value in ("", []):
        return ""
    if not is_of_kind(question, value):
        return json.dumps(value, ensure_ascii=False)[:_LONGEST_ODD]
    if question.kind == "roster":
        parts = [_said(table, inner, value.get(inner.key)) for inner in question.members]
        return ", ".join(filter(None, parts))
    if question.kind == "yes_no":
        return _("có") if value else _("không")
    if question.kind in ("one_of", "some_of"):
        at = 2 if language() == "en" else 1
        names = {row[0]: row[at] for row in table.table["choices"][question.row["choices"]]}
        chosen = value if isinstance(value, list) else [value]
        return ", ".join(str(names.get(one, one)) for one in chosen)
    if question.kind == "photos":
        return _("%(count)d ảnh") % {"count": len(value)}
    return str(value)
