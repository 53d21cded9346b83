"""Houses: the places that get a code, an address and a plate."""

from __future__ import annotations

from typing import Any

import uuid_utils.compat as uuid_utils
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Q, Value
from django.utils.translation import gettext_lazy as _

from households.addresses import Address
from households.codes import format_house_code
from mapping import access
from mapping.models import Unit
from mapping.models.units import in_natural_order


class SearchKeyField(models.TextField):
    """The folded text that a row is searched by, filled by triggers (migration 0011).

    The ORM leaves the column alone, as it does a generated one, and reads it back after an insert.
    """

    generated = True
    db_returning = True
    # A check of a row before it is saved asks for what fills the column; no constraint looks at it.
    expression = Value("")

    @property
    def output_field(self) -> models.Field:
        """Its own: what an expression over the column is."""
        return self


class Fold(Func):
    """`sonha_fold(text)`: the database's twin of `mapping.text.fold`, immutable so that a column can keep it."""

    function = "sonha_fold"
    output_field = models.TextField()


class Words(Func):
    """The words of a folded text as the lexemes of one tsvector, for a GIN index; immutable."""

    template = "array_to_tsvector(string_to_array(%(expressions)s, ' '))"
    output_field = SearchVectorField()


class LocationSource(models.TextChoices):
    """How a point was found."""

    IMPORT = "import", _("từ danh sách nhập vào")
    MAP = "map", _("chấm trên bản đồ")
    GPS = "gps", _("định vị một lần")
    AVERAGED = "averaged", _("định vị lấy trung bình")


class HouseState(models.TextChoices):
    """Whether the house still stands."""

    ACTIVE = "active", _("đang dùng")
    CLOSED = "closed", _("đã đóng")


class HouseQuerySet(models.QuerySet["House"]):
    """Readings of houses that are used in more than one place."""

    def for_user(self, user: Any, capability: access.Capability = access.Capability.SEE_HOUSES) -> HouseQuerySet:
        """Houses where the person has `capability`; the only way a page, tile, export or job reads houses."""
        return self.filter(access.scope_of(user, capability).rows())

    def active(self) -> HouseQuerySet:
        """Houses that stand."""
        return self.filter(state=HouseState.ACTIVE)

    def in_walking_order(self) -> HouseQuerySet:
        """By village, street and number in natural order; the code makes the order total."""
        return self.order_by(in_natural_order("village__code"), "street", "number", "code")


class House(models.Model):
    """One place with one door. Several households may live in it."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    # Digits compare as bytes: the one unique index then serves beginnings of a code too.
    code = models.CharField(_("mã nhà"), max_length=9, db_collation="C", editable=False)
    # The indexes below begin with these two; a second one each would only slow imports down. For the same reason
    # triggers hold the keys, once a statement and not once a row (migration 0008).
    commune = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False, verbose_name=_("xã")
    )
    village = models.ForeignKey(
        Unit,
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
        null=True,
        blank=True,
        verbose_name=_("thôn"),
    )
    number = models.CharField(_("số nhà"), max_length=20, blank=True, db_collation="vi_natural")
    street = models.CharField(_("đường, ngõ"), max_length=120, blank=True, db_collation="vi_natural")
    location = models.PointField(_("vị trí"), srid=4326, spatial_index=False)
    location_3857 = models.GeneratedField(
        expression=Transform("location", 3857),
        output_field=models.PointField(srid=3857, spatial_index=False),
        db_persist=True,
    )
    location_source = models.CharField(_("nguồn vị trí"), max_length=8, choices=LocationSource.choices)
    accuracy_m = models.FloatField(_("sai số (m)"), null=True, blank=True)
    state = models.CharField(_("tình trạng"), max_length=6, choices=HouseState.choices, default=HouseState.ACTIVE)
    closed_on = models.DateField(_("đóng ngày"), null=True, blank=True)
    closed_reason = models.CharField(_("lý do đóng"), max_length=200, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    search_key = SearchKeyField(editable=False)
    """Of number and street."""
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("thêm lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    objects = HouseQuerySet.as_manager()

    class Meta:
        verbose_name = _("nhà")
        verbose_name_plural = _("nhà")
        indexes = (
            # No index on `location`: whoever looks for places asks for `location_3857`, and a second one costs an
            # import of 100,000 rows half a second.
            GistIndex(fields=("location_3857",), name="house_location_3857"),
            models.Index(fields=("commune", "village"), name="house_in_commune"),
            models.Index(fields=("village",), name="house_in_village"),
            GinIndex(Words("search_key"), "commune", name="house_search"),
        )
        constraints = (
            models.UniqueConstraint(fields=("code",), name="house_code_is_given_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[1-9][0-9]{8}$"), name="house_code_has_nine_digits"),
            models.CheckConstraint(
                condition=Q(state="active", closed_on__isnull=True) | Q(state="closed", closed_on__isnull=False),
                name="house_closed_has_a_date",
            ),
        )

    def __str__(self) -> str:
        return self.short_address or format_house_code(self.code)

    @property
    def short_address(self) -> str:
        """Number and street, as far as they are known: "12/5 ngõ Đình"."""
        return Address(self.number, self.street).short

    @property
    def local_address(self) -> str:
        """Number, street and village, or the house's code and its village: "12/5 ngõ Đình, thôn Xa Thư"."""
        village = self.village.full_name if self.village else ""
        return Address(self.number, self.street or ("" if self.number else str(self)), village=village).local


class HouseExternalId(models.Model):
    """What others call the house: the national digital address, a land parcel, a list's own key."""

    id = models.UUIDField(primary_key=True, default=uuid_utils.uuid7, editable=False)
    # Held by triggers, once a statement (migration 0008).
    house = models.ForeignKey(House, models.CASCADE, related_name="external_ids", db_constraint=False)
    # The house's commune, repeated for the unique index; the house itself answers for it.
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    scheme = models.CharField(_("loại mã"), max_length=30, db_collation="C")
    value = models.CharField(_("mã"), max_length=60, db_collation="C")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("mã khác của nhà")
        verbose_name_plural = _("mã khác của nhà")
        constraints = (
            models.UniqueConstraint(fields=("commune", "scheme", "value"), name="external_id_names_one_house"),
        )

    def __str__(self) -> str:
        return f"{self.scheme} {self.value}"
