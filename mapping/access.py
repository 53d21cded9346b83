"""Who may see and do what: one table of role and capability, and one place that turns a user into rows.

A role is granted at a unit and holds for everything below it. Code asks two questions only:
`scope_of(user, capability)` for the rows, `require(user, capability, unit)` for one unit. A unit that the
person cannot see at all is 404, as if it did not exist; one that they see without the right is 403.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, models
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from mapping.models import Unit


class Role(models.TextChoices):
    """What a person is at a unit, and at every unit below it."""

    ADMINISTRATOR = "administrator", gettext_lazy("Người quản trị")  # of the whole system: `User.is_superuser`
    PROVINCE_OFFICER = "province_officer", gettext_lazy("Cán bộ tỉnh")
    COMMUNE_OFFICER = "commune_officer", gettext_lazy("Cán bộ xã")
    VILLAGE_HEAD = "village_head", gettext_lazy("Trưởng thôn")
    SURVEYOR = "surveyor", gettext_lazy("Người điều tra")
    AGRONOMIST = "agronomist", gettext_lazy("Cán bộ nông nghiệp")
    VIEWER = "viewer", gettext_lazy("Người xem số liệu")


class Capability(enum.Enum):
    """One thing that a role may or may not do."""

    SEE_HOUSES = "see_houses"  # points, numbers, codes: no people
    SEE_COUNTS = "see_counts"  # how many houses, households, plates: no people
    SEE_PEOPLE = "see_people"  # heads of household; phones and personal numbers masked
    REVEAL = "reveal"  # phones and personal numbers in full, each look written down
    SEE_SENSITIVE = "see_sensitive"  # poverty assessments and what else the law calls sensitive
    EDIT = "edit"  # houses and households
    IMPORT = "import"  # lists of houses and their undo
    EXPORT_PEOPLE = "export_people"  # lists with names
    PRINT = "print"  # plates
    NUMBER = "number"  # streets and alleys, house numbers and the decisions over them
    HANDLE_RESIDENTS = "handle_residents"  # letters with secrets, corrections that residents ask for
    SURVEY = "survey"  # the field survey of villages
    SEE_SOIL = "see_soil"  # soil layers that are not published
    EDIT_SOIL = "edit_soil"  # campaigns, samples, schemes, doses
    MANAGE_ACCOUNTS = "manage_accounts"  # invite, grant, end a grant, at units below one's own
    SEE_AUDIT = "see_audit"  # who read, changed, printed and took out what

    @property
    def label(self) -> str:
        """What a person would call it."""
        return str(_CAPABILITY_LABELS[self])


_CAPABILITY_LABELS: dict[Capability, Promise] = {
    Capability.SEE_HOUSES: gettext_lazy("xem nhà"),
    Capability.SEE_COUNTS: gettext_lazy("xem số liệu tổng hợp"),
    Capability.SEE_PEOPLE: gettext_lazy("xem hộ"),
    Capability.REVEAL: gettext_lazy("xem đủ số điện thoại, số định danh"),
    Capability.SEE_SENSITIVE: gettext_lazy("xem dữ liệu nhạy cảm"),
    Capability.EDIT: gettext_lazy("sửa nhà và hộ"),
    Capability.IMPORT: gettext_lazy("nhập danh sách"),
    Capability.EXPORT_PEOPLE: gettext_lazy("tải danh sách có tên"),
    Capability.PRINT: gettext_lazy("in biển số nhà"),
    Capability.NUMBER: gettext_lazy("vẽ đường, ngõ và đánh số nhà"),
    Capability.HANDLE_RESIDENTS: gettext_lazy("cấp mã và trả lời cho người dân"),
    Capability.SURVEY: gettext_lazy("điều tra tại thực địa"),
    Capability.SEE_SOIL: gettext_lazy("xem bản đồ đất chưa công bố"),
    Capability.EDIT_SOIL: gettext_lazy("sửa dữ liệu đất"),
    Capability.MANAGE_ACCOUNTS: gettext_lazy("mời và phân công người dùng"),
    Capability.SEE_AUDIT: gettext_lazy("xem nhật ký truy cập"),
}

_SEES_PLACES = frozenset({Capability.SEE_HOUSES, Capability.SEE_COUNTS})
_OFFICER = frozenset(Capability) - {Capability.EDIT_SOIL}
ROLE_TABLE: dict[Role, frozenset[Capability]] = {
    Role.ADMINISTRATOR: frozenset(Capability),
    Role.PROVINCE_OFFICER: _OFFICER,
    Role.COMMUNE_OFFICER: _OFFICER,
    Role.VILLAGE_HEAD: _SEES_PLACES
    | {Capability.SEE_PEOPLE, Capability.REVEAL, Capability.EDIT, Capability.PRINT, Capability.SURVEY},
    Role.SURVEYOR: _SEES_PLACES | {Capability.SEE_PEOPLE, Capability.SURVEY},
    Role.AGRONOMIST: _SEES_PLACES | {Capability.SEE_SOIL, Capability.EDIT_SOIL},
    Role.VIEWER: _SEES_PLACES,
}
GRANTED_ROLES = tuple(role for role in Role if role is not Role.ADMINISTRATOR)
"""The roles that are granted at a unit."""


# Unlike an empty Q(), which vanishes when another filter is or-ed to it, this one stays true.
EVERY_ROW = ~Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of the country that a capability holds for."""

    everything: bool
    unit_ids: frozenset[int]
    """The units granted and those directly below them: of a province its communes, of a commune its villages.

    Rows name their commune, so the two thousand villages of a province need not be listed to find them.
    """

    def __bool__(self) -> bool:
        return self.everything or bool(self.unit_ids)

    def __contains__(self, unit: Unit | int) -> bool:
        """Whether a unit is in the scope; of a bare id, which names no parent, a commune's or one in `unit_ids`."""
        if self.everything:
            return True
        if isinstance(unit, int):
            return unit in self.unit_ids
        return unit.pk in self.unit_ids or unit.parent_id in self.unit_ids

    def units(self, prefix: str = "") -> Q:
        """Return the filter for a queryset of units, or of rows with a path to one such as `unit__`."""
        if self.everything:
            return EVERY_ROW
        return Q(**{f"{prefix}pk__in": self.unit_ids}) | Q(**{f"{prefix}parent__in": self.unit_ids})

    def rows(self, prefix: str = "") -> Q:
        """Return the filter for rows that hang on a `commune` and perhaps on a `village`.

        `prefix` is the path to them, such as `house__`. Whoever was granted a village alone sees its rows,
        not the commune's: a commune's id is in the scope only when the commune itself was granted.
        """
        if self.everything:
            return EVERY_ROW
        return Q(**{f"{prefix}commune__in": self.unit_ids}) | Q(**{f"{prefix}village__in": self.unit_ids})

    def rows_sql(self, alias: str) -> tuple[str, dict[str, Any]]:
        """Return `rows` as SQL with its parameters, for statements that no queryset writes: tiles."""
        if self.everything:
            return "true", {}
        # A subquery is hashed; with the array itself the planner weighs each of a province's 2,000 units in turn.
        units = "(SELECT unnest(%(scope)s::bigint[]))"
        sql = f"({alias}.commune_id IN {units} OR {alias}.village_id IN {units})"
        return sql, {"scope": sorted(self.unit_ids)}

    def communes(self, prefix: str = "") -> Q:
        """Return the filter for rows that hang on a whole commune: files, jobs, change sets, imports."""
        return EVERY_ROW if self.everything else Q(**{f"{prefix}commune__in": self.unit_ids})


NOTHING = Scope(everything=False, unit_ids=frozenset())

# Two levels: a row below that names its commune too, and a village its parent.
_UNITS_BELOW = "SELECT id FROM mapping_unit WHERE id = ANY(%(roots)s) OR parent_id = ANY(%(roots)s)"


def scope_of(user: Any, capability: Capability | None = None) -> Scope:
    """Return where `user` has `capability` (where they have any role, when it is None).

    Remembered on the user object, which lives as long as the request: two queries for most requests.
    """
    if not user.is_authenticated or not user.is_active:
        return NOTHING
    if user.is_superuser:
        return Scope(everything=True, unit_ids=frozenset())
    roots = frozenset(
        unit_id for role, unit_id in _grants_of(user) if capability is None or capability in ROLE_TABLE[Role(role)]
    )
    # Several capabilities come from the same grants: what lies below them is looked up once.
    remembered: dict[frozenset[int], Scope] | None = getattr(user, "_scopes", None)
    if remembered is None:
        user._scopes = remembered = {}
    if roots not in remembered:
        remembered[roots] = Scope(everything=False, unit_ids=_units_below(list(roots)))
    return remembered[roots]


def roots_of(user: Any, capability: Capability) -> frozenset[int] | None:
    """Return the units where `user` was granted `capability`, without those below; None for the whole system."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return None
    return frozenset(unit_id for role, unit_id in _grants_of(user) if capability in ROLE_TABLE[Role(role)])


def has_anywhere(user: Any, capability: Capability) -> bool:
    """Return whether `user` has `capability` at any unit, without looking up which ones lie below."""
    if not user.is_authenticated or not user.is_active:
        return False
    return user.is_superuser or any(capability in ROLE_TABLE[Role(role)] for role, _ in _grants_of(user))


def _grants_of(user: Any) -> list[tuple[str, int]]:
    """The role and unit of each grant that holds today; remembered on the user object."""
    granted: list[tuple[str, int]] | None = getattr(user, "_grants", None)
    if granted is None:
        today = timezone.localdate()
        grants = user.grants.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today))
        granted = [grant for grant in grants.values_list("role", "unit_id") if grant[0] in GRANTED_ROLES]
        user._grants = granted
    return granted


def _units_below(roots: list[int]) -> frozenset[int]:
    if not roots:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_UNITS_BELOW, {"roots": roots})
        return frozenset(row[0] for row in cursor.fetchall())


def may(user: Any, capability: Capability, unit: Unit) -> bool:
    """Return whether `user` may do it at `unit`."""
    return unit in scope_of(user, capability)


def require(user: Any, capability: Capability, unit: Unit) -> None:
    """Raise Http404 when `user` does not know `unit`, NotAllowed when they lack the capability there."""
    from mapping.errors import NotAllowed

    if may(user, capability, unit):
        return
    if unit not in scope_of(user):
        raise Http404
    raise NotAllowed(_("Tài khoản của bạn không có quyền làm việc này ở %(unit)s.") % {"unit": unit}, code="forbidden")


def somewhere(user: Any, capability: Capability) -> Scope:
    """Return where `user` has `capability`, for a page that belongs to no single unit; raises NotAllowed if nowhere."""
    from mapping.errors import NotAllowed

    scope = scope_of(user, capability)
    if scope:
        return scope
    if not scope_of(user):
        raise NotAllowed(
            _("Tài khoản của bạn chưa được phân công ở xã, thôn nào; hãy hỏi người quản trị."), code="no_unit"
        )
    raise NotAllowed(_("Tài khoản của bạn không có quyền làm việc này ở xã, thôn nào."), code="forbidden")


def commune_or_404(user: Any, code: str, capability: Capability) -> Unit:
    """Return the commune of today with `code` for a page of `user`: foreign or unknown 404, no right 403."""
    from mapping.models import Unit

    unit = Unit.objects.current().communes().filter(code=code).first()
    if unit is None:
        raise Http404
    require(user, capability, unit)
    return unit


def own_commune(user: Any, capability: Capability | None = None) -> Unit | None:
    """Return the commune to open first: the one granted, or the first one by code."""
    from mapping.models import Unit, UnitKind

    scope = scope_of(user, capability)
    if not scope:
        return None
    today = Unit.objects.current()
    commune = today.communes().filter(scope.units()).order_by("code").first()
    if commune is None and not scope.everything:
        village = today.filter(kind=UnitKind.VILLAGE, pk__in=scope.unit_ids).select_related("parent").first()
        commune = village.parent if village else None
    return commune
