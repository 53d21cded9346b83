"""Find the house that a person named, and ask whether they may do what they came for.

A house that the person does not see is 404, as if it did not exist; one that they see without the right is 403.
"""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from households import audit_trail, codes
from households.models import House, Household, HouseholdPresence, PlateBatch
from mapping import access
from mapping.access import Capability
from mapping.errors import NotAllowed
from mapping.models import Unit

_UNIT_CODE: Final = re.compile(r"[0-9A-Za-z-]{1,12}", re.ASCII)  # what is no code is not asked of the database


def house_or_404(user: Any, typed_code: str, capability: Capability = Capability.SEE_HOUSES) -> House:
    """Return the house with a code as typed, hyphens and spaces allowed; raises Http404 or NotAllowed."""
    try:
        code = codes.parse_house_code(typed_code)
    except codes.CodeError:
        raise Http404 from None
    house = House.objects.for_user(user).select_related("commune__parent", "village").filter(code=code).first()
    if house is None:
        raise Http404
    require_at_house(user, capability, house)
    return house


def may_at_house(user: Any, capability: Capability, house: House) -> bool:
    """Return whether the person has the capability in the house's commune or in its village."""
    scope = access.scope_of(user, capability)
    return house.commune_id in scope or (house.village_id is not None and house.village_id in scope)


def require_at_house(user: Any, capability: Capability, house: House) -> None:
    """Raise Http404 when the person does not see the house, NotAllowed when they lack the capability there."""
    if not may_at_house(user, Capability.SEE_HOUSES, house):
        raise Http404
    if not may_at_house(user, capability, house):
        raise NotAllowed(
            _("Tài khoản của bạn không có quyền làm việc này ở %(unit)s.") % {"unit": house.commune}, code="forbidden"
        )


def household_or_404(user: Any, household_id: uuid.UUID, capability: Capability) -> Household:
    """Return a household with its house and units; of a house that the person does not see 404, without the right 403.

    `capability` must be one that only those hold who see people. Every page that asks shows whose household it is, so
    this is a reading, written down.
    """
    # The wall hides households from whoever may not see people; which house it is, is asked beside the wall.
    presence = HouseholdPresence.objects.select_related("house__commune", "house__village").filter(pk=household_id)
    found = presence.first()
    if found is None:
        raise Http404
    require_at_house(user, capability, found.house)
    household = Household.objects.select_related("house__commune__parent", "house__village").get(pk=household_id)
    audit_trail.read(household.house, [household.pk])
    return household


def batch_or_404(user: Any, batch_id: uuid.UUID) -> PlateBatch:
    """Return a batch of plates where the person prints; one that they may know of without that right is forbidden."""
    batch = PlateBatch.objects.select_related("commune__parent", "job", "created_by").filter(pk=batch_id).first()
    if batch is None:
        raise Http404
    if not PlateBatch.objects.for_user(user).filter(pk=batch_id).exists():
        access.require(user, Capability.PRINT, batch.commune)
        raise Http404
    return batch


def may_in_commune(user: Any, capability: Capability, commune: Unit) -> bool:
    """Return whether the person has the capability in the commune, or in one of its villages."""
    scope = access.scope_of(user, capability)
    return commune in scope or Unit.objects.filter(parent=commune, pk__in=scope.unit_ids).exists()


def communes_of(user: Any, capability: Capability = Capability.SEE_HOUSES) -> QuerySet[Unit]:
    """Return the communes of today where the person has the capability, wholly or in one of their villages."""
    scope = access.scope_of(user, capability)
    communes = Unit.objects.current().communes()
    if scope.everything:
        return communes
    of_villages = Unit.objects.current().villages().filter(pk__in=scope.unit_ids).values("parent")
    return communes.filter(pk__in=scope.unit_ids) | communes.filter(pk__in=of_villages)


def commune_or_404(user: Any, code: str, capability: Capability = Capability.SEE_HOUSES) -> Unit:
    """Return one of `communes_of`; where the person has no such right but another 403, elsewhere 404."""
    if not _UNIT_CODE.fullmatch(code):
        raise Http404
    commune = communes_of(user, capability).filter(code=code).first()
    if commune is None:
        return access.commune_or_404(user, code, capability)
    return commune


def commune_with(user: Any, code: str, capability: Capability) -> Unit:
    """Return a commune where the person has the capability, be it in one village of it.

    Where they see houses without that right, in a single village too, NotAllowed; elsewhere Http404.
    """
    commune = commune_or_404(user, code)
    if not may_in_commune(user, capability, commune):
        raise NotAllowed(
            _("Tài khoản của bạn không có quyền làm việc này ở %(unit)s.") % {"unit": commune}, code="forbidden"
        )
    return commune
