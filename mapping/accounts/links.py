"""One-time links on paper: an invitation, or a way back for who forgot their password.

The link's secret is shown once, to be printed or copied; the database keeps its hash. Opening a link changes nothing,
since phones look at links before people do: it is spent when a password is set. A link holds for seven days, and only
as long as the person who gave it may still give it.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import re
import secrets
import unicodedata
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mapping import access, api_keys, wall
from mapping.access import Capability, Role
from mapping.accounts import devices, people, recovery, throttling, traces
from mapping.errors import Conflict, NotAllowed, UserError
from mapping.models import AccountLink, Grant, LinkKind, Unit, User
from mapping.text import normal_phone

DAYS_VALID: Final = 7
_USERNAME: Final = re.compile(r"[a-z0-9][a-z0-9.@+_-]{1,149}")


def normal_username(typed: str) -> str:
    """Return the name as it is kept: lower case, a telephone number as its digits; raises UserError."""
    name = unicodedata.normalize("NFKC", typed).strip().lower()
    if re.fullmatch(r"[+\d\s.\-]{8,20}", name):
        name = normal_phone(name) or name
    if not _USERNAME.fullmatch(name):
        raise UserError(
            _("Tên đăng nhập có từ 2 ký tự: chữ không dấu, chữ số và . @ + - _; ví dụ đúng: lan.le, 0912345678."),
            code="username",
        )
    return name


def waiting_at(unit: Unit) -> list[AccountLink]:
    """Invitations at the unit and below that nobody has used or withdrawn, run out or not."""
    links = AccountLink.objects.filter(people.at_or_below(unit), kind=LinkKind.JOIN)
    return list(links.filter(used_at=None, withdrawn_at=None).select_related("unit", "made_by").order_by("-made_at"))


@transaction.atomic
def invite(
    *, manager: User, full_name: str, username: str, role: str, unit: Unit, until: datetime.date | None
) -> tuple[AccountLink, str]:
    """Invite a person who has no account yet; returns the invitation and its secret, once."""
    people.require_giving(manager, role, unit, until)
    name = normal_username(username)
    if User.objects.filter(username__iexact=name).exists():
        raise Conflict(_sentence_of_taken(manager, name), code="username_taken")
    now = timezone.now()
    waiting = AccountLink.objects.filter(username=name, kind=LinkKind.JOIN, used_at=None, withdrawn_at=None)
    if waiting.filter(expires_at__gt=now).exists():
        raise Conflict(
            _("Lời mời cho “%(name)s” đang chờ. Nếu mất giấy, hãy cấp lại liên kết trong danh sách lời mời.")
            % {"name": name},
            code="already_invited",
        )
    waiting.update(withdrawn_at=now)  # it ran out; the new one takes its place
    secret = _new_secret()
    link = AccountLink.objects.create(
        kind=LinkKind.JOIN,
        digest=_hash(secret),
        username=name,
        full_name=full_name,
        role=role,
        unit=unit,
        grant_until=until,
        made_by=manager,
        expires_at=_end(),
    )
    traces.record("invite", about=name, unit=unit, role=role, until=until)
    return link, secret


@transaction.atomic
def way_back(*, manager: User, person: User) -> tuple[AccountLink, str]:
    """Make a link with which the person sets a new password; links made before end."""
    people.require_above(manager, person)
    now = timezone.now()
    AccountLink.objects.filter(user=person, kind=LinkKind.PASSWORD, used_at=None).update(withdrawn_at=now)
    secret = _new_secret()
    link = AccountLink.objects.create(
        kind=LinkKind.PASSWORD,
        digest=_hash(secret),
        user=person,
        username=person.username,
        full_name=person.full_name or person.username,
        made_by=manager,
        expires_at=_end(),
    )
    traces.record("password.link", about=person)
    return link, secret


@transaction.atomic
def reissue(*, manager: User, link: AccountLink) -> str:
    """Give an invitation a new secret and seven more days; the paper given out before is worth nothing then."""
    _require_waiting(link)
    assert link.unit is not None  # noqa: S101 - the table's check keeps it
    people.require_giving(manager, link.role, link.unit, link.grant_until)
    secret = _new_secret()
    link.digest, link.expires_at, link.made_by = _hash(secret), _end(), manager
    link.save(update_fields=["digest", "expires_at", "made_by"])
    traces.record("invite", about=link.username, unit=link.unit, role=link.role, until=link.grant_until)
    return secret


@transaction.atomic
def withdraw(*, manager: User, link: AccountLink) -> None:
    """Take an invitation back."""
    _require_waiting(link)
    assert link.unit is not None  # noqa: S101 - the table's check keeps it
    access.require(manager, Capability.MANAGE_ACCOUNTS, link.unit)
    if not people.may_give(manager, link.role, link.unit):
        raise NotAllowed(_("Lời mời này cao hơn vai trò của bạn; hãy nhờ cấp trên."), code="role_too_high")
    link.withdrawn_at = timezone.now()
    link.save(update_fields=["withdrawn_at"])
    traces.record("invite.withdraw", about=link.username, unit=link.unit, role=link.role)


def open_link(secret: str, *, for_use: bool = False) -> AccountLink | None:
    """Return the link while it holds; None for one that is unknown, used, withdrawn, run out or no longer anyone's to
    give: the page says the same for all of them. `for_use` locks it until the transaction ends.
    """
    links = AccountLink.objects.select_related("made_by", "user", "unit__parent")
    if for_use:
        links = links.select_for_update(of=("self",))
    link = links.filter(digest=_hash(secret), used_at=None, withdrawn_at=None, expires_at__gt=timezone.now()).first()
    return link if link is not None and _still_holds(link) else None


@transaction.atomic
def use(link: AccountLink, *, password: str, address: str = "") -> User:
    """Set the password: of a new account, or of the account that the link leads back to. The link is spent.

    `address` is where the person sits: whoever accepts an invitation acts in their own name, though not signed in yet.
    """
    person = link.user or User(username=link.username, full_name=link.full_name)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Conflict(
            _("Tên đăng nhập “%(name)s” vừa có người khác dùng; hãy xin lời mời với tên khác.")
            % {"name": link.username},
            code="username_taken",
        ) from error
    if link.kind == LinkKind.JOIN:
        context = {"user": person.pk, "name": str(person), "address": address}
        with wall.standing_as(dataclasses.replace(wall.current(), context=context)):
            Grant.objects.create(user=person, unit=link.unit, role=link.role, valid_until=link.grant_until)
        link.user = person
    else:
        devices.end_all(person)
        api_keys.revoke_all(person)
    link.used_at = timezone.now()
    link.save(update_fields=["used_at", "user"])
    throttling.forgive(person.username)
    traces.record("password.set", about=person, by=person, link=link.kind)
    return person


def _sentence_of_taken(manager: User, name: str) -> str:
    if people.person_named(manager, name) is None:
        return _(
            "Đã có tài khoản “%(name)s”, của người làm ở nơi khác. Hãy chọn tên khác; nếu đúng là người này, hãy nhờ "
            "cấp trên phân công."
        ) % {"name": name}
    return _(
        "Đã có tài khoản “%(name)s”. Nếu là người này, hãy giao vai trò cho tài khoản đó bằng nút dưới đây; nếu không, "
        "hãy chọn tên khác."
    ) % {"name": name}


def _still_holds(link: AccountLink) -> bool:
    """Whether its giver may still give it, and the day it grants until has not passed."""
    giver = link.made_by
    if not giver.is_active:
        return False
    if link.kind == LinkKind.PASSWORD:
        return link.user is not None and link.user.is_active and people.stands_above(giver, link.user)
    if link.unit is None or (link.grant_until is not None and link.grant_until < timezone.localdate()):
        return False
    return people.may_give(giver, link.role, link.unit)


def _require_waiting(link: AccountLink) -> None:
    if link.used_at is not None or link.withdrawn_at is not None or link.kind != LinkKind.JOIN:
        raise Conflict(_("Lời mời này đã được dùng hoặc đã thu hồi; hãy tải lại trang."), code="not_waiting")


def _new_secret() -> str:
    """A secret that can be typed from paper: 20 characters of 31 are 99 bits."""
    letters = "".join(secrets.choice(recovery.ALPHABET) for _ in range(20))
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def _end() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=DAYS_VALID)


def _hash(secret: str) -> bytes:
    typed = re.sub(r"[^0-9a-z]", "", secret.lower())
    return hashlib.sha256(typed.encode()).digest()  # so many random bits need no slow hash


def role_of(link: AccountLink) -> str:
    """Return what the invited person will be, in words."""
    return str(Role(link.role).label) if link.role else ""
