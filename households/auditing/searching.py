"""Searching the audit of the units where somebody may see it: by person, act, unit, house and time."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import codes
from households.auditing.lines import NOBODY_BY_NAME
from households.models import House, Household, HouseholdEvent
from mapping import access, registry
from mapping.access import Capability, Scope
from mapping.models import AuditEntry, Unit, User
from mapping.text import fold, normal_phone

# Acts that are looked for together, before the single ones.
GROUPS: Final = {
    "readings": ("household.read", "household.reveal", "household.sensitive", "household.list", "household.search"),
    "changes": ("row.insert", "row.update", "row.delete", "undo", "import"),
    "outputs": ("export", "file.download", "print"),
    "ways_in": ("sign_in", "sign_in.failed", "sign_out"),
}


def entries_for(user: Any) -> QuerySet[AuditEntry]:
    """Entries at the units where the person may see the audit."""
    return AuditEntry.objects.filter(_within(access.scope_of(user, Capability.SEE_AUDIT)))


def _within(scope: Scope) -> Q:
    if scope.everything:
        return access.EVERY_ROW
    return Q(commune__in=scope.unit_ids) | Q(village_id__in=scope.unit_ids)


class SearchForm(forms.Form):
    """What to look for; whatever is empty narrows nothing."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Xã"), queryset=Unit.objects.none(), required=False, to_field_name="code",
        empty_label=gettext_lazy("Mọi nơi được xem"),
    )  # fmt: skip
    person = forms.CharField(label=gettext_lazy("Người làm"), max_length=100, required=False)
    action = forms.ChoiceField(label=gettext_lazy("Việc"), required=False)
    house = forms.CharField(label=gettext_lazy("Mã nhà"), max_length=20, required=False)
    since = forms.DateField(label=gettext_lazy("Từ ngày"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=gettext_lazy("Đến ngày"), required=False, widget=forms.DateInput({"type": "date"}))

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data)
        scope = access.scope_of(user, Capability.SEE_AUDIT)
        self.user = user
        communes = Unit.objects.current().communes().filter(scope.units()).order_by("name")
        self.fields["unit"].queryset = communes  # type: ignore[attr-defined]
        if not communes[1:2]:  # there is nothing to choose
            self.fields["unit"].widget = forms.HiddenInput()
        self.fields["action"].choices = self._choices()  # type: ignore[attr-defined]

    @staticmethod
    def _choices() -> list[tuple[str, Any]]:
        single = sorted((capfirst(str(label)), name) for name, label in registry.audit_actions.items())
        return [
            ("", _("Mọi việc")),
            ("readings", _("Mọi lần xem")),
            ("changes", _("Mọi lần thay đổi")),
            ("outputs", _("Mọi lần tải, in")),
            ("ways_in", _("Mọi lần ra vào")),
            (_("Từng việc"), [(name, label) for label, name in single]),  # type: ignore[list-item]
        ]

    def clean_house(self) -> House | None:
        """The house, which must stand where the person may see the audit."""
        typed = self.cleaned_data["house"]
        if not typed:
            return None
        try:
            code = codes.parse_house_code(typed)
        except codes.CodeError as error:
            raise forms.ValidationError(_("Mã nhà có chín chữ số, ví dụ 123-456-789.")) from error
        house = House.objects.for_user(self.user, Capability.SEE_AUDIT).filter(code=code).first()
        if house is None:
            raise forms.ValidationError(_("Không có nhà nào mã này ở nơi bạn được xem nhật ký."))
        return house

    def found(self) -> QuerySet[AuditEntry]:
        """The entries, the latest first. Call after `is_valid`."""
        asked = self.cleaned_data
        entries = entries_for(self.user).select_related("commune").order_by("-at", "-id")
        if asked["unit"]:
            entries = entries.filter(commune=asked["unit"])
        if asked["person"]:
            entries = entries.filter(_done_by(asked["person"]))
        if asked["action"]:
            entries = entries.filter(action__in=GROUPS.get(asked["action"], (asked["action"],)))
        if asked["house"]:
            rows = rows_of(asked["house"])
            entries = entries.filter(Q(row_id__in=rows) | Q(rows__overlap=rows), commune=asked["house"].commune_id)
        if asked["since"]:
            entries = entries.filter(at__gte=_midnight(asked["since"]))
        if asked["until"]:
            entries = entries.filter(at__lt=_midnight(asked["until"] + datetime.timedelta(days=1)))
        return entries


def _done_by(typed: str) -> Q:
    """Who acted, by a part of their name with marks or without, or of their sign-in name."""
    key = fold(typed)
    name = normal_phone(typed) or key
    accounts = [
        pk
        for pk, username, full_name in User.objects.values_list("pk", "username", "full_name")
        if key in fold(full_name) or name in username.lower()
    ]
    others = [kept for kept, label in NOBODY_BY_NAME.items() if key in fold(str(label))]
    return Q(user_name__icontains=typed.strip()) | Q(user_id__in=accounts) | Q(user_name__in=others)


def rows_of(house: House) -> list[uuid.UUID]:
    """The house itself and every household that is or was in it."""
    now = Household.objects.filter(house=house).values_list("pk", flat=True)
    before = HouseholdEvent.objects.filter(house=house.pk).values_list("pgh_obj", flat=True)
    return [house.pk, *{*now, *before}]


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
