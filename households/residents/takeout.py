"""A household's own data to keep: everything that its page shows, as JSON and as a PDF to read."""

from __future__ import annotations

import io
import json
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from households.models import Consent, Correction, Household, ResidentSecret
from households.plates import press
from households.residents import readers, stored
from mapping.printing.flow import Flow
from mapping.printing.pdf import PdfWriter


def as_json(household: Household) -> bytes:
    """Everything as one JSON object; times in UTC."""
    data: dict[str, Any] = {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "household": {
            "id": str(household.pk),
            "written_at": household.created_at.isoformat(),
            "changed_at": household.updated_at.isoformat(),
            "fields": [_field(one) for one in stored.about_people(household)],
        },
        "house": {"fields": [_field(one) for one in stored.about_house(household)]},
        "consents": [
            {
                "purpose": one.purpose,
                "field": one.field,
                "given": one.given,
                "at": one.at.isoformat(),
                "wording_version": one.wording_version,
                "wording": one.wording,
            }
            for one in Consent.objects.filter(household=household).order_by("id")
        ],
        "corrections": [
            {
                "field": one.field,
                "before": one.before,
                "wanted": one.wanted,
                "state": one.state,
                "asked_at": one.asked_at.isoformat(),
                "answer": one.answer,
                "answered_at": one.answered_at.isoformat() if one.answered_at else None,
            }
            for one in Correction.objects.filter(household=household).order_by("asked_at")
        ],
        "readings": [
            {"at": one.at.isoformat(), "who": one.who, "what": one.what} for one in readers.readings_of(household)
        ],
        "letters": [
            {
                "issued_at": one.issued_at.isoformat(),
                "expires_at": one.expires_at.isoformat(),
                "first_opened_at": one.first_opened_at.isoformat() if one.first_opened_at else None,
                "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
            }
            for one in ResidentSecret.objects.filter(household=household).order_by("issued_at")
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def as_pdf(household: Household) -> bytes:
    """The same to read and to print, in the language of now."""
    out = io.BytesIO()
    writer = PdfWriter(out, title=_("Dữ liệu của hộ"), language=get_language() or "vi")
    page = Flow(writer, press.fonts())
    page.paragraph(_("Dữ liệu mà xã đang lưu về hộ"), size=18, bold=True, after=2)
    page.paragraph(_("Lập lúc %(time)s.") % {"time": _time(timezone.now())}, after=4)
    for title, fields in (
        (_("Về người trong hộ"), stored.about_people(household)),
        (_("Về ngôi nhà"), stored.about_house(household)),
    ):
        _heading(page, title)
        for field in fields:
            value = f"{field.standing}: {field.value}" if field.standing else field.value
            page.pair(field.label, value or _("chưa ghi"), after=0)
            page.paragraph(f"{field.purpose}; {field.sensitivity}; {field.kept}", size=9, indent=52, after=2)
    _heading(page, _("Sự đồng ý"))
    for consent in Consent.objects.filter(household=household).order_by("id"):
        page.pair(_time(consent.at), _("Đồng ý") if consent.given else _("Rút lại, không đồng ý"), after=0)
        page.paragraph(consent.wording, size=9, indent=52)
    _heading(page, _("Đề nghị sửa"))
    for correction in Correction.objects.filter(household=household).order_by("asked_at"):
        page.pair(_time(correction.asked_at), stored.grouped(correction.field, correction.wanted), after=0)
        page.paragraph(f"{correction.get_state_display()}. {correction.answer}".strip(), size=9, indent=52)
    _heading(page, _("Ai đã xem"))
    for reading in readers.readings_of(household):
        page.pair(_time(reading.at), f"{reading.who}: {reading.what}")
    _heading(page, _("Mã bí mật đã cấp"))
    for secret in ResidentSecret.objects.filter(household=household).order_by("issued_at"):
        page.pair(_time(secret.issued_at), _("Đã thu hồi") if secret.revoked_at else _("Đang dùng"))
    page.end()
    writer.close()
    return out.getvalue()


def _heading(page: Flow, text: str) -> None:
    page.y += 3
    page.paragraph(text, size=13, bold=True)


def _field(field: stored.StoredField) -> dict[str, str]:
    return {
        "label": field.label,
        "value": field.plain or field.value,
        "purpose": field.purpose,
        "class": field.sensitivity,
        "kept": field.kept,
        **({"standing": field.standing} if field.standing else {}),
    }


def _time(at: Any) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
