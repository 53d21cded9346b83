"""Streets, alleys and sub-alleys as lines, house groups along them, and where each house fronts on which."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import IsValid, Transform
from django.contrib.postgres.indexes import GistIndex
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.models.house import Fold, House
from mapping import access
from mapping.models import Unit


class StreetKind(models.TextChoices):
    """What a street is called before its name; the words officials use in the north, the middle and the south."""

    ROAD = "road", _("đường")
    STREET = "street", _("phố")
    NGO = "ngo", _("ngõ")
    KIET = "kiet", _("kiệt")
    HEM = "hem", _("hẻm")
    NGACH = "ngach", _("ngách")

    @property
    def is_alley(self) -> bool:
        """Whether it leaves another street, so that its numbers begin at its mouth."""
        return self not in (StreetKind.ROAD, StreetKind.STREET)

    @property
    def word(self) -> str:
        """The Vietnamese word as it stands in an address, whatever the reader's language."""
        return STREET_WORDS[self]


STREET_WORDS: dict[str, str] = {
    StreetKind.ROAD: "đường",
    StreetKind.STREET: "phố",
    StreetKind.NGO: "ngõ",
    StreetKind.KIET: "kiệt",
    StreetKind.HEM: "hẻm",
    StreetKind.NGACH: "ngách",
}


class WidthClass(models.IntegerChoices):
    """How wide the way is between its edges; the larger class makes the larger street at a corner."""

    UNKNOWN = 0, _("chưa rõ")
    FOOT = 1, _("dưới 2 m")
    NARROW = 2, _("2 đến dưới 3,5 m")
    LANE = 3, _("3,5 đến dưới 7 m")
    ROAD = 4, _("7 đến dưới 12 m")
    WIDE = 5, _("từ 12 m")


class StreetDirection(models.TextChoices):
    """Which way the numbers of a street rise."""

    AUTO = "auto", _("theo quy tắc")  # an alley from its mouth, others by compass, existing numbers before both
    AS_DRAWN = "as_drawn", _("theo chiều đã vẽ")
    OUTWARD = "outward", _("từ trung tâm ra ngoài")


class StreetQuerySet(models.QuerySet["Street"]):
    """Readings of streets that are used in more than one place."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.SEE_HOUSES) -> StreetQuerySet:
        """Streets of the communes where the person has `capability`, in the whole commune or in one of its villages.

        A street is no secret and runs through several villages, so whoever works in one of them sees it whole.
        """
        scope = access.scope_of(user, capability)
        if scope.everything:
            return self
        above = Unit.objects.villages().filter(pk__in=scope.unit_ids).values("parent")
        return self.filter(Q(commune__in=scope.unit_ids) | Q(commune__in=above))


class Street(models.Model):
    """A street, alley or sub-alley as one line. `line` runs as it was drawn; `direction` says how numbers rise."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    # Of a lane that lies in one village; a road through several has none.
    village = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("thôn")
    )  # fmt: skip
    kind = models.CharField(_("loại"), max_length=6, choices=StreetKind.choices)
    # Without the word of its kind: "Đình", not "ngõ Đình". Blank: an alley that has no name and takes a number.
    name = models.CharField(_("tên"), max_length=100, blank=True, db_collation="vi_natural")
    name_folded = models.GeneratedField(
        expression=Fold("name"), output_field=models.TextField(), db_persist=True
    )  # fmt: skip
    # Of an alley without a name: the number of the house before its mouth, "12" or "12/5"; given by a decision.
    number = models.CharField(_("số"), max_length=20, blank=True, db_collation="vi_natural")
    width_class = models.PositiveSmallIntegerField(_("bề rộng"), choices=WidthClass.choices, default=WidthClass.UNKNOWN)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="branches", verbose_name=_("đi ra từ")
    )
    parent_by_hand = models.BooleanField(_("nhánh do cán bộ chọn"), default=False)
    direction = models.CharField(
        _("chiều đánh số"), max_length=8, choices=StreetDirection.choices, default=StreetDirection.AUTO
    )
    line = models.LineStringField(_("tim đường"), srid=4326, spatial_index=False)
    line_3857 = models.GeneratedField(
        expression=Transform("line", 3857),
        output_field=models.LineStringField(srid=3857, spatial_index=False),
        db_persist=True,
    )
    source = models.CharField(_("nguồn"), max_length=200, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    objects = StreetQuerySet.as_manager()

    class Meta:
        verbose_name = _("đường, ngõ")
        verbose_name_plural = _("đường, ngõ")
        indexes = (
            GistIndex(fields=("line_3857",), name="street_line_3857"),
            models.Index(fields=("commune", "name_folded"), name="street_by_name"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(IsValid("line")), name="street_line_is_valid"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="street_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=~Q(name="") | ~(Q(kind="road") | Q(kind="street")), name="street_road_has_a_name"
            ),
        )

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name as it stands in an address: "đường Liên Xã", "ngõ Đình", "ngõ 12"; "ngõ" for a nameless one."""
        return street_full_name(self.kind, self.name, self.number)


def street_full_name(kind: str, name: str, number: str) -> str:
    """Return the full name of a street whose row is not at hand, as `Street.full_name` does."""
    return f"{STREET_WORDS[kind]} {name or number}".strip()


class Side(models.IntegerChoices):
    """The side of a street, seen the way its numbers rise: odd on the left, even on the right."""

    LEFT = 1, _("trái")
    RIGHT = 2, _("phải")


class Frontage(models.Model):
    """On which street a house fronts, where along it, and by which decision it has its number there.

    Beside the house and not in it: numbering writes a million of these without touching a house.
    """

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    house = models.OneToOneField(House, models.CASCADE, related_name="frontage", verbose_name=_("nhà"))
    street = models.ForeignKey(Street, models.PROTECT, related_name="frontages", verbose_name=_("đường, ngõ"))
    side = models.PositiveSmallIntegerField(_("bên"), choices=Side.choices)
    # Along the street from where its numbers begin, and from the street to the house's point.
    position_m = models.FloatField(_("vị trí dọc đường (m)"))
    distance_m = models.FloatField(_("cách tim đường (m)"))
    by_hand = models.BooleanField(_("do cán bộ chọn"), default=False)
    # Null: the number, if there is one, is in use without a decision and may be proposed anew.
    decision = models.ForeignKey(
        "NumberingDecision", models.PROTECT, null=True, blank=True, related_name="frontages",
        verbose_name=_("quyết định"),
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("mặt đường của nhà")
        verbose_name_plural = _("mặt đường của nhà")

    def __str__(self) -> str:
        return f"{self.house_id} → {self.street_id}"


class HouseGroup(models.Model):
    """A group of houses that is called by a letter: to the left of its street A, C, Đ …, to the right B, D, E …"""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("xã"))
    village = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("thôn")
    )  # fmt: skip
    street = models.ForeignKey(Street, models.PROTECT, related_name="house_groups", verbose_name=_("đường, ngõ"))
    letter = models.CharField(_("chữ cái"), max_length=2, blank=True, db_collation="vi_natural")
    letter_by_hand = models.BooleanField(_("chữ do cán bộ chọn"), default=False)
    area = models.PolygonField(_("phạm vi"), srid=4326)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        verbose_name = _("nhóm nhà")
        verbose_name_plural = _("nhóm nhà")
        constraints = (
            models.CheckConstraint(condition=Q(IsValid("area")), name="house_group_area_is_valid"),
            models.UniqueConstraint(
                fields=("street", "letter"), condition=~Q(letter=""), name="house_group_letter_once_a_street"
            ),
        )

    def __str__(self) -> str:
        return f"nhóm nhà {self.letter}".strip()
