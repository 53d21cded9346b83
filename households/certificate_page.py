"""What the public page of a certificate says, live and in an export. It names nobody."""

from __future__ import annotations

from typing import Final

from django.utils import timezone
from django.utils.formats import date_format

from households import address_reading, codes
from households.addresses import in_sentence
from households.certificates import Checked
from households.models import HouseState

PAGE: Final = "households/certificate.html"
REVOKED_PAGE: Final = "households/certificate_revoked.html"


def template_of(checked: Checked) -> str:
    """Return which page a certificate has."""
    return REVOKED_PAGE if checked.revoked_at else PAGE


def values_of(checked: Checked) -> dict[str, str]:
    """Return what stands on the page; of one that was taken back neither address nor house."""
    house, former = checked.house, checked.former
    issued_on = date_format(checked.certified.issued_on, "SHORT_DATE_FORMAT")
    commune = in_sentence(house.commune.full_name)
    if checked.revoked_at:
        revoked_on = date_format(timezone.localtime(checked.revoked_at), "SHORT_DATE_FORMAT")
        return {"issued_on": issued_on, "commune": commune, "revoked_on": revoked_on}
    address = address_reading.of_house(house)
    code = codes.format_house_code(house.code)
    until = former.until if former else None
    if house.state == HouseState.CLOSED and house.closed_on and not former:
        since = date_format(house.closed_on, "SHORT_DATE_FORMAT")
    else:
        since = date_format(timezone.localtime(until), "SHORT_DATE_FORMAT") if until else ""
    decision = former.decision if former else None
    return {
        "valid": "yes" if checked.is_valid else "",
        "closed": "yes" if house.state == HouseState.CLOSED else "",
        "address": address.long if address.short else "",
        "former": former.short_address if former else "",
        "since": since,
        "decision": decision.number if decision else "",
        "decided_on": date_format(decision.decided_on, "SHORT_DATE_FORMAT") if decision else "",
        "issued_on": issued_on,
        "house_code": code,
        "plus_code": codes.plus_code(house.location.y, house.location.x),
        "house_url": f"/h/{code}/",
        "commune": commune,
    }
