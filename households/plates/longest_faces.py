"""Whether a design holds what its commune really has: the houses with the longest texts, set but not drawn.

The first page of a preview shows the first houses, whose texts are short as a rule. A design is easily made too small
for the one alley with a long name; that is told while it is edited, not when its batch stops.
"""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Length

from households.models import House
from households.plates import design_pictures, press
from households.plates.design import PlateDesign, PlateFace
from households.plates.drawing import UnprintableCharacter
from households.plates.overflowing import overflowing
from mapping.access import Capability
from mapping.models import Unit
from mapping.printing.sheet import Sheet
from mapping.wording import gettext as _
from mapping.wording import ngettext

MOST_SAID: Final = 8
"""So many texts are listed; whoever has more sees what is wrong with the design."""
_OF_EACH: Final = 12

_STREET, _NUMBER = Length("street"), Length("number")
_VILLAGE = Coalesce(Length("village__name"), 0)
_LONGEST: Final = (_NUMBER, _STREET, _VILLAGE, F("street_length") + F("village_length"))


def not_fitting(user: Any, commune: Unit, design: PlateDesign, sheet: Sheet) -> list[str]:
    """Return a sentence for each of the commune's longest texts that fits at no size which can be read, each once.

    Only houses that the person prints for are looked at. Empty for an alley's sign, which is of no house.
    """
    if design.subject != "house":
        return []
    said: dict[str, str] = {}
    houses = House.objects.for_user(user, Capability.PRINT).active().filter(commune=commune)
    faces = of_commune(houses, commune)
    try:
        for found in overflowing(faces, design, sheet, press.fonts()):
            said.setdefault(
                found.text,
                _("“%(text)s” (nhà %(house)s) không vừa ô của nó, cả ở cỡ chữ nhỏ nhất.")
                % {"text": found.text, "house": found.face.house_code},
            )
    except UnprintableCharacter as error:
        said[error.character] = _("Phông chữ của biển không có ký tự “%(character)s” ghi ở nhà %(house)s.") % {
            "character": error.character,
            "house": error.face.house_code,
        }
    sentences: list[str] = list(said.values())
    left = len(sentences) - MOST_SAID
    if left <= 0:
        return sentences
    further = ngettext("Còn %(count)d chữ dài khác cũng không vừa.", "Còn %(count)d chữ dài khác cũng không vừa.", left)
    return [*sentences[:MOST_SAID], further % {"count": left}]


def of_commune(houses: QuerySet[House], commune: Unit) -> list[PlateFace]:
    """Return the houses with the longest number, street, village, and street and village together, these last."""
    measured = houses.annotate(street_length=_STREET, village_length=_VILLAGE)
    keys: dict[uuid.UUID, None] = {}
    for longest in _LONGEST:
        keys |= dict.fromkeys(measured.order_by(longest.desc(), "pk").values_list("pk", flat=True)[:_OF_EACH])
    found = House.objects.select_related("village").in_bulk(list(keys))
    return [design_pictures.face_of(found[key], commune) for key in keys]
