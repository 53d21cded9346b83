"""Names of streets: cleaned, never twice where people would mix them up, written anew on the houses that bear them."""

from __future__ import annotations

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import STREET_WORDS, House, Plate, Street, StreetKind
from households.streets.hanging import remember
from households.streets.reading import houses_named
from mapping.errors import UserError
from mapping.models import ChangeSet
from mapping.text import clean, fold

HOUSES = House._meta.db_table
ROADS = (StreetKind.ROAD, StreetKind.STREET)


def clean_name(kind: str, typed: str) -> str:
    """Return a name without the word of its kind before it: "Ngõ  Đình" of an alley is "Đình"."""
    name = clean(typed)
    word, _space, rest = name.partition(" ")
    return rest if rest and fold(word) == fold(STREET_WORDS[kind]) else name


def require_name(street: Street) -> None:
    """Raise UserError where a road has no name; alleys may go without."""
    if street.kind in ROADS and not street.name:
        raise UserError(
            _("Đường, phố phải có tên. Chỉ ngõ, kiệt, hẻm, ngách mới được để trống tên và mang số của nhà đầu ngõ."),
            code="name",
        )
    if len(street.name) > 100:
        raise UserError(_("Tên dài %(count)d chữ, dài nhất là 100.") % {"count": len(street.name)}, code="name")


def namesakes(street: Street) -> list[Street]:
    """Return other streets that people would take for this one.

    Roads of one name in a commune, alleys of one name in a village: ngõ Đình of the next village is another.
    """
    if not street.name:
        return []
    others = Street.objects.filter(
        commune_id=street.commune_id, kind=street.kind, name_folded=fold(street.name)
    ).exclude(pk=street.pk)
    if street.kind not in ROADS and street.village_id is not None:
        others = others.filter(Q(village=street.village_id) | Q(village=None))
    return list(others.select_related("village")[:3])


def require_no_namesake(street: Street) -> None:
    """Raise UserError that says where the other one is; whoever means it asks again with `anyway`."""
    for other in namesakes(street):
        middle = other.line.interpolate_normalized(0.5)
        where = other.village.full_name if other.village else street.commune.full_name
        raise UserError(
            _("Đã có %(street)s ở %(where)s, ở chỗ đã đánh dấu. Hãy đặt tên khác để địa chỉ không lẫn.")
            % {"street": other.full_name, "where": where},
            code="same_name",
            place=(round(middle.x, 7), round(middle.y, 7)),
        )


def rename_houses(before: Street, name: str, changeset: ChangeSet) -> list[str]:
    """Write a street's new full name on the houses that bear the old one; return sentences that say how many.

    `before` is the street as it was. Houses that bear another text are left alone: someone wrote it on purpose.
    """
    ids = list(houses_named(before).values_list("pk", flat=True))
    if not ids:
        return []
    remember(changeset, HOUSES, ids)
    House.objects.filter(pk__in=ids).update(street=name, version=F("version") + 1, updated_at=timezone.now())
    notes = [_("%(count)d nhà nay ghi %(name)s.") % {"count": len(ids), "name": name}]
    plates = printed_plates(ids)
    if plates:
        notes.append(_("%(count)d biển đã in ghi tên cũ, cần in lại.") % {"count": plates})
    return notes


def printed_plates(house_ids: list) -> int:  # type: ignore[type-arg]
    """Count the plates that hang, or may, on these houses."""
    return Plate.objects.released().filter(house__in=house_ids).count()
