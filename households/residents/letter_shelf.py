"""A single household's letter between the click that makes it and the download.

Its file lies beside those of batches, under the secret's id, until it is fetched or for a day. After the first download
it can be fetched again for some minutes, since a double click breaks the first one off; then it is deleted.
"""

from __future__ import annotations

import datetime
import uuid
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from households.finding import require_at_house
from households.models import Household, ResidentSecret
from households.residents import letters
from households.residents.letters import LetterOrder
from mapping import audit, jobs
from mapping.access import Capability
from mapping.errors import Conflict
from mapping.printing.pdf import atomic_file
from mapping.wording import gettext as _

HOURS_KEPT: Final = 24
MINUTES_AFTER: Final = 10
_A_MOMENT: Final = datetime.timedelta(minutes=1)
_PREFIX: Final = "one-"


def live_after_a_lock(user: Any, household: Household) -> ResidentSecret | None:
    """The secret in use; of two clicks at once the second sees what the first has done."""
    jobs.one_order_at_a_time(user.pk)
    live = ResidentSecret.objects.for_user(user).filter(household=household, revoked_at=None)
    found: ResidentSecret | None = live.filter(expires_at__gt=timezone.now()).first()
    return found


def was_just_made(secret: ResidentSecret, user: Any) -> bool:
    """Whether the same person made it a moment ago: a click that came twice."""
    return secret.issued_by_id == user.pk and secret.issued_at > timezone.now() - _A_MOMENT and is_there(secret)


@transaction.atomic
def make(*, user: Any, household: Household, order: LetterOrder) -> None:
    """Give the household a new secret and lay its letter on the shelf. Raises UserError for a host of proofs."""
    pdf, secret_id = letters.letter_to_fetch(user=user, household=household, order=order)
    path = _path(secret_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with atomic_file(path) as out:
        Path(out.name).chmod(0o600)
        out.write(pdf)


def is_there(secret: ResidentSecret) -> bool:
    """Whether its letter can be fetched now; one whose time is over is deleted."""
    path = _path(secret.pk)
    if not path.is_file():
        return False
    if not _is_kept(secret):
        path.unlink(missing_ok=True)
        return False
    return True


@transaction.atomic
def fetch(*, user: Any, household: Household) -> BinaryIO:
    """Hand the letter of the secret in use out and note when. Raises Conflict when it is gone."""
    require_at_house(user, Capability.HANDLE_RESIDENTS, household.house)
    live = live_after_a_lock(user, household)
    if live is None or not is_there(live):
        raise Conflict(
            _("Thư này không còn trên máy chủ: đã được tải, đã quá hạn, hoặc mã đã bị thu hồi. Hãy làm thư mới."),
            code="letter_gone",
        )
    source = _path(live.pk).open("rb")
    if live.printed_at is None:
        ResidentSecret.objects.filter(pk=live.pk).update(printed_at=timezone.now())
        house = household.house
        audit.record(
            "resident.letters",
            subject=house.code,
            table=Household._meta.db_table,
            row_id=household.pk,
            commune=house.commune,
            village_id=house.village_id,
        )
    return source


def clear_up() -> None:
    """Delete letters that have been fetched or whose secret has ended; call with rights for the whole system."""
    folder = Path(settings.LETTERS_DIR)
    for path in folder.glob(f"{_PREFIX}*.pdf") if folder.is_dir() else ():
        secret = ResidentSecret.objects.filter(pk=path.stem.removeprefix(_PREFIX)).first()
        # One that is not there yet is being made; its file's age ends it otherwise.
        if secret is not None and not _is_kept(secret):
            path.unlink(missing_ok=True)


def _is_kept(secret: ResidentSecret) -> bool:
    now = timezone.now()
    if not secret.is_live:
        return False
    if secret.printed_at is None:
        return secret.issued_at > now - datetime.timedelta(hours=HOURS_KEPT)
    return secret.printed_at > now - datetime.timedelta(minutes=MINUTES_AFTER)


def _path(secret_id: uuid.UUID) -> Path:
    return Path(settings.LETTERS_DIR) / f"{_PREFIX}{secret_id}.pdf"
