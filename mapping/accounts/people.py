"""Who may let whom in: roles in order of rank, grants given and ended, second factors reset.

A manager is whoever has MANAGE_ACCOUNTS at a unit, or the system's administrator. A manager gives roles that rank no
higher than their own, at their unit and below, to others and for no longer than their own grant lasts. To end a grant
or change its last day one stands above it. Over somebody's account itself (password, second factor) decides only who
stands above that person at every unit where the person works, or worked until a short time ago: else whoever may end a
grant would first end it and then take the account over.
"""

from __future__ import annotations

import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from mapping import access, api_keys
from mapping.access import GRANTED_ROLES, ROLE_TABLE, Capability, Role
from mapping.accounts import devices, second_factor, traces
from mapping.errors import NotAllowed, UserError
from mapping.models import Grant, Unit, UnitKind, User
from mapping.models.units import in_natural_order

KINDS_OF_ROLE: Final = {
    Role.PROVINCE_OFFICER: (UnitKind.PROVINCE,),
    Role.COMMUNE_OFFICER: (UnitKind.COMMUNE,),
    Role.VILLAGE_HEAD: (UnitKind.VILLAGE,),
    Role.SURVEYOR: (UnitKind.COMMUNE, UnitKind.VILLAGE),
    Role.AGRONOMIST: (UnitKind.PROVINCE, UnitKind.COMMUNE),
    Role.VIEWER: (UnitKind.PROVINCE, UnitKind.COMMUNE, UnitKind.VILLAGE),
}

COUNTS_AFTER_END: Final = datetime.timedelta(days=90)
"""So long an ended grant still says who may decide over the person's account."""


def rank(role: str) -> int:
    """Return how high a role stands; 0 is the highest. The order is that of the enumeration."""
    return GRANTED_ROLES.index(Role(role))


def current_grants() -> QuerySet[Grant]:
    """Grants that hold today."""
    return Grant.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate()))


def at_or_below(unit: Unit, path: str = "unit") -> Q:
    """The filter for rows at the unit and below it; there are three levels."""
    return Q(**{path: unit}) | Q(**{f"{path}__parent": unit}) | Q(**{f"{path}__parent__parent": unit})


def grants_at(unit: Unit) -> QuerySet[Grant]:
    """Today's grants at the unit and below, with whom and where, and whether the person has a second factor."""
    return grants_of_everyone().filter(at_or_below(unit))


def grants_of_everyone() -> QuerySet[Grant]:
    """Today's grants of the whole system, as `grants_at` gives them."""
    phone = TOTPDevice.objects.filter(user=OuterRef("user"), confirmed=True)
    return (
        current_grants()
        .filter(user__is_active=True)
        .annotate(has_second_factor=Exists(phone))
        .select_related("user", "unit")
        .order_by("unit__kind", in_natural_order("unit__code"), "user__full_name", "pk")
    )


def roles_to_give(manager: User, unit: Unit) -> list[Role]:
    """Return the roles that `manager` may give at `unit`, the highest first."""
    highest = _rank_of_manager(manager, unit)
    if highest is None:
        return []
    return [role for role in GRANTED_ROLES if rank(role) >= highest and unit.kind in KINDS_OF_ROLE[role]]


def may_give(manager: User, role: str, unit: Unit) -> bool:
    """Return whether `manager` may give `role` at `unit` to somebody else."""
    highest = _rank_of_manager(manager, unit)
    return highest is not None and rank(role) >= highest


def may_end(manager: User, grant: Grant) -> bool:
    """Return whether `manager` may end `grant` or change its last day: from a unit above it, or in a higher role."""
    return grant.user_id != manager.pk and (manager.is_superuser or _is_above(manager, grant))


def last_day_to_give(manager: User, role: str, unit: Unit) -> datetime.date | None:
    """Return the last day that `manager` may give `role` at `unit` for; None where their own grant has no end."""
    if manager.is_superuser:
        return None
    ends = [end for own_role, _unit_id, end in _managing_over(manager, unit) if rank(own_role) <= rank(role)]
    return None if None in ends else max((end for end in ends if end), default=None)


def require_giving(manager: User, role: str, unit: Unit, until: datetime.date | None) -> None:
    """Raise what is wrong with giving `role` at `unit` until that day: Http404, NotAllowed or UserError."""
    access.require(manager, Capability.MANAGE_ACCOUNTS, unit)
    if not may_give(manager, role, unit):
        raise NotAllowed(
            _("Bạn chỉ giao được vai trò ngang hoặc dưới vai trò của mình; “%(role)s” cao hơn.")
            % {"role": Role(role).label},
            code="role_too_high",
        )
    if unit.kind not in KINDS_OF_ROLE[Role(role)]:
        raise UserError(
            _("Vai trò “%(role)s” không giao ở %(unit)s: hãy chọn đơn vị đúng cấp.")
            % {"role": Role(role).label, "unit": unit},
            code="role_of_other_level",
        )
    if until is not None and until < timezone.localdate():
        raise UserError(_("Ngày cuối đã qua; hãy chọn từ hôm nay trở đi, hoặc để trống."), code="until_is_past")
    if role == Role.SURVEYOR and until is None:
        raise UserError(
            _("Người điều tra làm theo đợt: hãy chọn ngày cuối cùng được làm việc."), code="surveyor_without_end"
        )
    last = last_day_to_give(manager, role, unit)
    if last is not None and (until is None or until > last):
        raise UserError(
            _("Phân công của chính bạn ở đây chỉ đến hết ngày %(last)s; hãy chọn ngày cuối không muộn hơn ngày đó.")
            % {"last": date_format(last, "SHORT_DATE_FORMAT")},
            code="beyond_own_end",
        )


def stands_above(manager: User, person: User) -> bool:
    """Return whether `manager` decides over the account of `person`: their password and their second factor.

    Nobody stands above themselves; above an administrator, and above who works nowhere, stands an administrator. Grants
    that ended within `COUNTS_AFTER_END` count like those of today.
    """
    if manager.pk == person.pk:
        return False
    if manager.is_superuser:
        return True
    if person.is_superuser or not current_grants().filter(user=person).exists():
        return False
    counts = Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate() - COUNTS_AFTER_END)
    grants = Grant.objects.filter(counts, user=person).select_related("unit__parent__parent")
    return all(_is_above(manager, grant) for grant in grants)


def person_for(manager: User, person_id: int) -> User | None:
    """Return an active account that works somewhere in the manager's scope, or worked there and works nowhere now;
    any account for an administrator.
    """
    return _people_for(manager).filter(pk=person_id).first()


def person_named(manager: User, username: str) -> User | None:
    """Return the account of that name, as `person_for` returns it."""
    return _people_for(manager).filter(username__iexact=username).first()


@transaction.atomic
def give(*, manager: User, person: User, role: str, unit: Unit, until: datetime.date | None) -> Grant:
    """Give a role at a unit, or set another last day for it."""
    require_giving(manager, role, unit, until)
    if person.pk == manager.pk:
        raise NotAllowed(
            _("Không tự phân công cho chính mình; hãy nhờ cán bộ cấp trên hoặc người quản trị."), code="own_grant"
        )
    held = current_grants().select_for_update().filter(user=person, unit=unit, role=role).first()
    if held is not None and held.valid_until != until and not may_end(manager, held):
        raise NotAllowed(
            _("Ngày cuối của phân công này do cấp trên của %(person)s đổi.") % {"person": person}, code="not_above"
        )
    grant, _made = Grant.objects.update_or_create(user=person, unit=unit, role=role, defaults={"valid_until": until})
    traces.record("grant.give", about=person, unit=unit, role=role, until=until)
    return grant


@transaction.atomic
def end(*, manager: User, grant: Grant) -> None:
    """End a grant as of today. Who works nowhere any more is signed out everywhere."""
    access.require(manager, Capability.MANAGE_ACCOUNTS, grant.unit)
    if grant.user_id == manager.pk:
        raise NotAllowed(
            _("Không tự chấm dứt phân công của chính mình; hãy nhờ cán bộ khác hoặc cấp trên."), code="own_grant"
        )
    if not may_end(manager, grant):
        raise NotAllowed(_("Phân công này ngang hoặc cao hơn vai trò của bạn; hãy nhờ cấp trên."), code="role_too_high")
    grant.valid_until = timezone.localdate() - datetime.timedelta(days=1)
    grant.save(update_fields=["valid_until"])
    traces.record("grant.end", about=grant.user, unit=grant.unit, role=grant.role)
    if not grant.user.is_superuser and not current_grants().filter(user=grant.user).exists():
        devices.end_all(grant.user)


def reset_second_factor(*, manager: User, person: User) -> None:
    """Let the person's next sign-in set up another phone; raises NotAllowed unless the manager stands above."""
    require_above(manager, person)
    forget_second_factor(person)


@transaction.atomic
def forget_second_factor(person: User) -> None:
    """Forget the person's phone and recovery codes, sign them out and end their keys, whoever asks."""
    second_factor.reset(person)
    devices.end_all(person)
    api_keys.revoke_all(person)
    traces.record("second_factor.reset", about=person)


def require_above(manager: User, person: User) -> None:
    """Raise NotAllowed unless `manager` decides over the account of `person`."""
    if not stands_above(manager, person):
        raise NotAllowed(
            _("Việc này do cán bộ cấp trên của %(person)s hoặc người quản trị làm.") % {"person": person},
            code="not_above",
        )


def _people_for(manager: User) -> QuerySet[User]:
    from mapping.accounts import former  # which asks here who works today

    everybody = User.objects.filter(is_active=True)
    if manager.is_superuser:
        return everybody
    scope = access.scope_of(manager, Capability.MANAGE_ACCOUNTS)
    works_here = Q(Exists(current_grants().filter(scope.units("unit__"), user=OuterRef("pk"))))
    return everybody.filter(works_here | former.worked_within(scope))


def _rank_of_manager(manager: User, unit: Unit) -> int | None:
    """The rank of the manager's highest managing role over `unit`; -1 for administrators, None for nobody."""
    if manager.is_superuser:
        return -1
    ranks = [rank(role) for role, _unit_id, _end in _managing_over(manager, unit)]
    return min(ranks, default=None)


def _is_above(manager: User, grant: Grant) -> bool:
    return any(
        unit_id != grant.unit_id or rank(role) < rank(grant.role)
        for role, unit_id, _end in _managing_over(manager, grant.unit)
    )


def _managing_over(manager: User, unit: Unit) -> list[tuple[str, int, datetime.date | None]]:
    """The manager's grants with MANAGE_ACCOUNTS at the unit or above it: role, unit and last day."""
    line = {unit.pk, unit.parent_id, unit.parent.parent_id if unit.parent else None}
    managing = [role for role in GRANTED_ROLES if Capability.MANAGE_ACCOUNTS in ROLE_TABLE[role]]
    grants = current_grants().filter(user=manager, role__in=managing, unit__in=line - {None})
    return list(grants.values_list("role", "unit_id", "valid_until"))
