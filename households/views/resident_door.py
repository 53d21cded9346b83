"""The door of a household's page: a QR or two typed fields open it, reading its address alone never does.

The QR's secret stands behind `#`, which a browser keeps to itself: no server, log, referrer or link preview gets it. A
small script puts it into the form and sends that; without scripts the two fields are typed.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from households import codes
from households.models import Household
from households.residents import secret_keeping, sessions, tries
from households.residents.secret_keeping import Opened
from households.residents.sessions import Resident, resident_page
from mapping import audit, errors, wall


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@sensitive_post_parameters("secret")
@sensitive_variables("secret")
def door(request: HttpRequest) -> HttpResponse:
    """Show the form, or open the page with what was sent."""
    if request.method != "POST":
        return _show(request)
    typed_code = request.POST.get("house_code", "")[:40]
    # Both carry a check character: a slip of the finger is told at once, asks the database nothing and counts for
    # nothing. The page's script says it before anything is sent.
    house_code, code_slip = _parsed(codes.parse_house_code, typed_code)
    secret, secret_slip = _parsed(codes.parse_secret, request.POST.get("secret", "")[:80])
    if code_slip or secret_slip:
        return _show(request, _slip(code_slip, secret_slip), typed_code, status=400)
    if seconds := tries.seconds_to_wait(request, house_code):
        return errors.too_many(request, seconds)
    opened = secret_keeping.open_with(house_code, secret)
    if opened is None:
        tries.was_wrong(request, house_code)
        return _show(request, _wrong(), typed_code, status=400)
    return _let_in(request, opened)


@require_POST
@resident_page
def sign_out(request: HttpRequest, resident: Resident) -> HttpResponse:
    """End the session in this browser."""
    response = redirect("resident_door")
    sessions.end(response, resident)
    return response


def _let_in(request: HttpRequest, opened: Opened) -> HttpResponse:
    response = redirect("resident_home")
    sessions.begin(request, response, opened)
    with wall.acting_as_household(opened.household_id, request=request):
        house = Household.objects.select_related("house").get(pk=opened.household_id).house
        audit.record(
            "resident.open",
            subject=house.code,
            table=Household._meta.db_table,
            row_id=opened.household_id,
            commune=house.commune_id,
            village_id=house.village_id,
        )
    return response


def _show(request: HttpRequest, sentence: str = "", typed_code: str = "", status: int = 200) -> HttpResponse:
    """The form; the secret that was typed never comes back in it."""
    context = {"sentence": sentence, "typed_code": typed_code, "is_open": sessions.is_open(request)}
    response = render(request, "households/resident_door.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


@sensitive_variables()
def _parsed(parse: Callable[[str], str], typed: str) -> tuple[str, str]:
    """The code and no reason, or no code and why it is none."""
    try:
        return parse(typed), ""
    except codes.CodeError as error:
        return "", error.reason


def _slip(code_slip: str, secret_slip: str) -> str:
    """Which of the two is wrong; the secret is not on the page any more, so it has to be typed again."""
    if "empty" in (code_slip, secret_slip):
        return _("Hãy gõ cả mã nhà và mã bí mật.")
    if not secret_slip:
        return _("Mã nhà có 9 chữ số và có chữ số gõ sai: xin so lại với thư, rồi gõ cả mã bí mật.")
    if not code_slip:
        return _(
            "Mã bí mật vừa gõ có ký tự sai, thừa hoặc thiếu. Xin gõ lại 20 ký tự, từng nhóm bốn ký tự như trên thư."
        )
    return _("Cả hai mã có ký tự gõ sai. Xin gõ lại: mã nhà có 9 chữ số, mã bí mật có 20 ký tự như trên thư.")


def _wrong() -> str:
    """One answer for a secret that is unknown, of another house, revoked or run out."""
    return _(
        "Mã nhà và mã bí mật này không mở được trang nào: có thể gõ nhầm, mã đã hết hạn hoặc đã bị thu hồi. "
        "Xin gõ lại từ thư; nếu vẫn không được, hãy hỏi nơi ghi ở cuối thư để được cấp mã mới."
    )
