"""Two streets out of one, and one out of two: what hangs on them goes with the part it lies at."""

from __future__ import annotations

from typing import Any

import shapely
from django.db import transaction
from django.utils.translation import gettext as _
from shapely import LineString

from households import doubled_numbers
from households.models import Frontage, HouseGroup, Street
from households.proposals.turns import take_turn
from households.streets import naming, shape
from households.streets.acting import Done, begin, bump, locked, subject_of
from households.streets.editing import village_of
from households.streets.ground import Ground
from households.streets.hanging import STREETS, front_anew, remember, runs_against, write_frontages
from households.streets.reading import houses_along
from households.streets.requirements import require_no_draft
from mapping import changes, crs
from mapping.errors import Conflict
from mapping.models import ChangeSet

GROUPS = HouseGroup._meta.db_table


@transaction.atomic
def split(*, user: Any, street: Street, version: int, at: tuple[float, float]) -> Done:
    """Cut a street at a point (longitude, latitude): the second part becomes a street with the same attributes.

    Alleys, houses and house groups go with the part they are nearest to; numbers stay.
    """
    street = locked(user=user, street=street, version=version)
    require_no_draft(street)
    ground = Ground(street.commune)
    whole = ground.line(street.line)
    with ground.refusing():
        first, second = shape.split(whole, ground.point(*at))
    frontages = list(Frontage.objects.filter(street=street).select_related("house"))
    against = runs_against(whole, frontages, ground)
    changeset = begin(kind="street.split", street=street, subject=subject_of(street), user=user)
    remember(changeset, STREETS, [street.pk])
    part = Street(
        commune=street.commune,
        kind=street.kind,
        name=street.name,
        number=street.number,
        width_class=street.width_class,
        direction=street.direction,
        parent=street.parent,
        parent_by_hand=street.parent_by_hand,
        source=street.source,
        note=street.note,
        line=ground.stored(second),
    )
    part.village = village_of(part)
    part.save(force_insert=True)
    changes.added(changeset, STREETS, [part.pk])
    street.line = ground.stored(first)
    street.village = village_of(street)
    bump(street, "line", "village")
    also = [part.pk, *_branches_to_nearer(street, first, part, second, changeset, ground)]
    _groups_to_nearer(street, first, part, second, changeset, ground)
    at_second = [
        frontage for frontage in frontages if _distance(second, frontage, ground) < _distance(first, frontage, ground)
    ]
    at_first = [frontage for frontage in frontages if frontage not in at_second]
    changed = front_anew(at_first, street, first, against=against, ground=ground)
    changed += front_anew(at_second, part, second, against=against, ground=ground)
    write_frontages(changed, changeset)
    changes.seal(changeset)
    notes = [_("Đoạn thứ hai dài %(length)d m, là một đường riêng.") % {"length": round(second.length)}]
    if part.name or part.number:
        notes.append(
            _("Hai đoạn đang cùng tên %(name)s. Hãy đặt tên khác cho một đoạn, nếu không số nhà sẽ trùng.")
            % {"name": part.full_name}
        )
    return Done(street, changeset, also=also, notes=notes)


@transaction.atomic
def join(*, user: Any, first: Street, first_version: int, second: Street, second_version: int) -> Done:
    """Make one street of two that meet end to end: the first stays, runs as it did, and takes what hung on the second.

    Refused while houses have numbers by decision on a second street of another name, whose address would change, and
    where a number that a decision gave would stand twice on the one street.
    """
    if first.pk == second.pk:
        raise Conflict(_("Đó là cùng một đường. Hãy chọn đường thứ hai khác."), code="same_street")
    take_turn(first.commune_id)
    first = locked(user=user, street=first, version=first_version)
    second = locked(user=user, street=second, version=second_version)
    if first.commune_id != second.commune_id:
        raise Conflict(_("Hai đường thuộc hai xã khác nhau nên không nối được."), code="other_commune")
    require_no_draft(first)
    require_no_draft(second)
    ground = Ground(first.commune)
    one, two = ground.line(first.line), ground.line(second.line)
    with ground.refusing():
        line = shape.join(one, two)
    ground.require_sound(line)
    fronting_first = list(Frontage.objects.filter(street=first).select_related("house"))
    fronting_second = list(Frontage.objects.filter(street=second).select_related("house"))
    legal = houses_along(second).filter(frontage__decision__isnull=False).count()
    if first.full_name != second.full_name and legal:
        raise Conflict(
            _("%(street)s có %(count)d nhà mang số theo quyết định, nối vào %(other)s thì địa chỉ đổi. Hãy đánh số lại "
              "trước, hoặc nối ngược lại: chọn %(street)s làm đường thứ nhất.")
            % {"street": second.full_name, "other": first.full_name, "count": legal},
            code="has_numbers",
        )  # fmt: skip
    _require_letters_apart(first, second)
    against = _joined_against(line, one, fronting_first, two, fronting_second, ground)
    sentence = _(
        "Không nối được, vì hai nhà sẽ mang cùng một số trên một đường, trong đó có số theo quyết định: %(named)s. Hãy "
        "đổi số của một nhà trước, rồi nối."
    )
    houses = [house.pk for street in (first, second) for house in houses_along(street).only("pk")]
    with doubled_numbers.none_by(sentence, first.commune_id, houses):
        return _made_one(user, first, second, line, [*fronting_first, *fronting_second], against, ground)


def _made_one(
    user: Any, first: Street, second: Street, line: LineString, fronting: list[Frontage], against: bool, ground: Ground
) -> Done:
    is_other_name = first.full_name != second.full_name
    changeset = begin(kind="street.join", street=first, subject=subject_of(first), user=user)
    branches = list(second.branches.exclude(pk=first.pk))
    groups = list(second.house_groups.all())
    remember(changeset, STREETS, [first.pk, second.pk, *(branch.pk for branch in branches)])
    remember(changeset, GROUPS, [group.pk for group in groups])
    notes = naming.rename_houses(second, first.full_name, changeset) if is_other_name and second.name else []
    for branch in branches:
        branch.parent = first
        bump(branch, "parent")
    for group in groups:
        group.street = first
        bump(group, "street")
    first.line = ground.stored(line)
    first.village = village_of(first)
    if first.parent_id == second.pk:  # an alley that hung on what it is joined with takes over where that hung
        first.parent, first.parent_by_hand = second.parent, second.parent_by_hand
    bump(first, "line", "village", "parent", "parent_by_hand")
    write_frontages(front_anew(fronting, first, line, against=against, ground=ground), changeset)
    gone = second.pk
    second.delete()
    changes.seal(changeset)
    return Done(first, changeset, also=[branch.pk for branch in branches], removed=[gone], notes=notes)


def _distance(line: LineString, frontage: Frontage, ground: Ground) -> float:
    return float(line.distance(shapely.Point(ground.point(*frontage.house.location.coords))))


def _branches_to_nearer(
    street: Street, first: LineString, part: Street, second: LineString, changeset: ChangeSet, ground: Ground
) -> list[Any]:
    """Hang alleys of a street that was cut on the part that they touch."""
    moved = []
    for branch in street.branches.exclude(pk=part.pk):
        line = ground.line(branch.line)
        ends = shapely.MultiPoint([line.coords[0], line.coords[-1]])
        if second.distance(ends) < first.distance(ends):
            moved.append(branch)
    remember(changeset, STREETS, [branch.pk for branch in moved])
    for branch in moved:
        branch.parent = part
        bump(branch, "parent")
    return [branch.pk for branch in moved]


def _groups_to_nearer(
    street: Street, first: LineString, part: Street, second: LineString, changeset: ChangeSet, ground: Ground
) -> None:
    moved = []
    for group in street.house_groups.all():
        area = crs.to_zone(shapely.from_wkb(bytes(group.area.wkb)), ground.srid)
        if second.distance(area.centroid) < first.distance(area.centroid):
            moved.append(group)
    remember(changeset, GROUPS, [group.pk for group in moved])
    for group in moved:
        group.street = part
        bump(group, "street")


def _require_letters_apart(first: Street, second: Street) -> None:
    letters = set(first.house_groups.exclude(letter="").values_list("letter", flat=True))
    both = sorted(letters & set(second.house_groups.values_list("letter", flat=True)))
    if both:
        raise Conflict(
            _("Cả hai đường đều có nhóm nhà %(letters)s. Hãy đổi chữ của một nhóm trước.")
            % {"letters": ", ".join(both)},
            code="same_letter",
        )


def _joined_against(
    line: LineString,
    one: LineString,
    fronting_first: list[Frontage],
    two: LineString,
    fronting_second: list[Frontage],
    ground: Ground,
) -> bool:
    """Whether numbers in force rise against the joined line, which runs as the first did."""
    if fronting_first or not fronting_second:
        return runs_against(one, fronting_first, ground)
    start, end = (line.project(shapely.Point(two.coords[at])) for at in (0, -1))
    return runs_against(two, fronting_second, ground) != (start > end)
