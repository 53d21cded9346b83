"""Units, accounts and grants on the administration pages."""

from __future__ import annotations

import re
from typing import Any

import shapely
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import BaseUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import F, Func, Q, QuerySet, TextField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from procrastinate.contrib.django.admin import ProcrastinateJobAdmin
from procrastinate.contrib.django.models import ProcrastinateJob

from mapping import crs
from mapping.accounts import traces
from mapping.boundary_reading import CODE_FORMS, KINDS
from mapping.models import Grant, Unit, UnitKind, User
from mapping.outline_field import OutlineField
from mapping.text import fold

admin.site.unregister(ProcrastinateJob)
_STYLE = re.compile(r'\sstyle="[^"]*"')


@admin.register(ProcrastinateJob)
class QueuedJobAdmin(ProcrastinateJobAdmin):
    """The queue's own page, without styles inside its tags: the pages' policy allows none."""

    @admin.display(description="Args")
    def pretty_args(self, instance: ProcrastinateJob) -> str:
        """What the job was queued with."""
        return _without_styles(super().pretty_args(instance))

    @admin.display(description="Summary")
    def summary(self, instance: ProcrastinateJob) -> str:
        """What became of it last."""
        return _without_styles(super().summary(instance))


def _without_styles(markup: str) -> str:
    return mark_safe(_STYLE.sub("", markup))  # noqa: S308 (the package's own markup, its values escaped there)


admin.site.unregister(Group)  # roles are grants at units
admin.site.unregister(TOTPDevice)  # its page shows the secret of somebody's phone

_ZONES = [
    (zone.srid, f"EPSG:{zone.srid} ({zone.meridian:g}°E, {'UTM' if zone.kind == 'utm' else 'TM-3'})")
    for zone in crs.ZONES.values()
]


class UnitForm(forms.ModelForm):
    """A unit, with its outline as text and its zone from the list."""

    outline = OutlineField(
        required=False,
        label=capfirst(_("ranh giới")),
        help_text=_("WKT hoặc GeoJSON, kinh độ trước; để trống khi chưa có"),
    )
    vn2000_srid = forms.TypedChoiceField(coerce=int, choices=_ZONES, label=capfirst(_("múi VN-2000")), initial=5897)

    class Meta:
        model = Unit
        fields = (
            "kind", "designation", "code", "name", "parent", "vn2000_srid", "source", "is_invented",
            "valid_from", "valid_until", "outline",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Hold codes to their form and parents to the level above."""
        cleaned = super().clean()
        kind, code, parent = cleaned.get("kind"), cleaned.get("code", ""), cleaned.get("parent")
        if kind and code and not CODE_FORMS[kind].fullmatch(code):
            self.add_error("code", _("Tỉnh có mã 2 chữ số, xã 5 chữ số, thôn là mã xã và số như 16543-01."))
        if kind and parent and (kind == UnitKind.PROVINCE or KINDS.index(parent.kind) + 1 != KINDS.index(kind)):
            self.add_error("parent", _("Xã thuộc tỉnh, thôn thuộc xã."))
        return cleaned

    def clean_outline(self) -> Any:
        """Keep the stored outline to the last digit when nobody touched it."""
        return self.cleaned_data["outline"] if "outline" in self.changed_data else self.instance.outline


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    """Provinces, communes and villages."""

    form = UnitForm
    list_display = ("code", "full_name", "kind", "parent", "area_ha", "vn2000_srid", "is_invented", "valid_until")
    list_display_links = ("code", "full_name")
    list_filter = ("kind", "is_invented", ("valid_until", admin.EmptyFieldListFilter))
    list_select_related = ("parent",)
    list_per_page = 100
    search_fields = ("name_folded", "code")
    search_help_text = _("tên có dấu hay không dấu đều được, hoặc mã")
    autocomplete_fields = ("parent",)
    readonly_fields = ("area_ha",)
    ordering = ("kind", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        """Leave the outlines out of the list: they are most of the table."""
        units = super().get_queryset(request).select_related("parent")
        listed = request.resolver_match is not None and request.resolver_match.url_name == "mapping_unit_changelist"
        return units.defer("outline", "parent__outline") if listed else units

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Unit], search_term: str
    ) -> tuple[QuerySet[Unit], bool]:
        """Find "thanh hoa" and "Thanh Hoá" alike."""
        return super().get_search_results(request, queryset, fold(search_term))

    @admin.display(description=_("tên"), ordering="name")
    def full_name(self, unit: Unit) -> str:
        """Designation and name."""
        return unit.full_name

    @admin.display(description=_("diện tích (ha)"), ordering="area_m2")
    def area_ha(self, unit: Unit) -> str:
        """Area in the unit's zone."""
        return "" if unit.area_m2 is None else f"{unit.area_m2 / 10_000:.1f}"

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        """Measure the outline in the unit's zone, then save."""
        if obj.outline is None:
            obj.area_m2 = None
        elif {"outline", "vn2000_srid"} & set(form.changed_data) or obj.area_m2 is None:
            obj.area_m2 = crs.zone_area_m2(shapely.from_wkb(bytes(obj.outline.wkb)), obj.vn2000_srid)
        super().save_model(request, obj, form, change)


class GrantInline(admin.TabularInline):
    """Where a person works, on the person's page."""

    model = Grant
    extra = 1
    autocomplete_fields = ("unit",)


class NewUserForm(BaseUserCreationForm):
    """A new account, with its password typed twice."""

    class Meta:
        model = User
        fields = ("username", "full_name")


class ChangedUserForm(UserChangeForm):
    """An account; its password is set by its owner, who is given a link for that."""

    class Meta:
        model = User
        fields = "__all__"


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts and their grants. None is deleted, so that everything that was done keeps its name: deactivate it."""

    form = ChangedUserForm
    add_form = NewUserForm
    list_display = ("username", "full_name", "where", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "grants__role")
    search_fields = ("username",)
    search_help_text = _("tên đăng nhập, hoặc họ tên có dấu hay không dấu")
    ordering = ("username",)
    filter_horizontal = ()
    inlines = (GrantInline,)
    fieldsets = (
        (None, {"fields": ("username", "password", "full_name", "email")}),
        (_("Quyền"), {"fields": ("is_active", "is_superuser")}),
        (_("Thời gian"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"classes": ("wide",), "fields": ("username", "full_name", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Bring the grants along, without outlines."""
        return super().get_queryset(request).prefetch_related("grants__unit")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        """Find names with or without marks."""
        key = fold(search_term)
        if not key:
            return queryset, False
        folded = queryset.annotate(folded=Func(F("full_name"), function="sonha_fold", output_field=TextField()))
        return folded.filter(Q(folded__contains=key) | Q(username__icontains=search_term.strip())), False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Keep every account."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save, and write down whose account was made or changed in what."""
        super().save_model(request, obj, form, change)
        changed = ", ".join(
            f"{name}={getattr(obj, name)}" if name in ("is_active", "is_superuser") else name
            for name in form.changed_data
            if name not in ("password1", "password2")
        )
        if changed:
            traces.record("account.change" if change else "account.make", about=obj, changed=changed)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        """Lead to where a link is made with which the person sets their own password; nobody sets another's."""
        user = self.get_object(request, id)
        if user is None or user.pk == request.user.pk:
            return redirect("change_password")
        return redirect("person", user_id=user.pk)

    @admin.display(description=_("phân công"))
    def where(self, user: User) -> str:
        """Roles and units in one line."""
        return "; ".join(f"{grant.get_role_display()}: {grant.unit}" for grant in user.grants.all())


@admin.register(Grant)
class GrantAdmin(admin.ModelAdmin):
    """Who works where."""

    list_display = ("user", "role", "unit", "valid_until")
    list_filter = ("role",)
    list_select_related = ("user", "unit")
    autocomplete_fields = ("user", "unit")
    search_fields = ("user__username", "unit__name_folded", "unit__code")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Grant], search_term: str
    ) -> tuple[QuerySet[Grant], bool]:
        """Find units with or without marks."""
        return super().get_search_results(request, queryset, fold(search_term))
