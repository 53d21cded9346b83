"""Photos of the field survey: they come in pieces, are known by the hash that the phone took, and are kept cleaned.

What has arrived lies in a file of its own beside the kept ones, and its row says how much of it counts: bytes are on
disk before the row says so, and a piece that was cut off is written over by the next try.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import House, SurveyOperation, SurveyPhoto, SurveyVisit
from households.survey.checking import takes_photos
from households.survey.following import walk_to
from households.survey.photo_files import bytes_here, folder, is_let_go, part_of
from households.survey.photo_limits import Unusable, require_room
from households.survey.rounds_for import Walk, villages_of, walk_of
from households.survey.rules import rules
from households.survey.turns import hold_still, patiently
from mapping import audit, files, images, wall
from mapping.errors import TooLarge, UserError

MOST_BYTES: Final = 15_000_000
LONGEST_PIECE: Final = 256 * 1024
_LONGEST_SIDE: Final = 1_600  # pixels, as phones send them
_ABANDONED: Final = datetime.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which photo, of which house in which round."""

    sha256: str
    round: uuid.UUID
    house: uuid.UUID
    village: str = ""
    """Code of the one that it stood in on the phone. Needed of a house that has left it since, and of one that stands
    in none for whoever walks several."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """How much of a photo is here, and its receipt once it is whole."""

    offset: int
    receipt: dict[str, Any] | None = None


def arrived(*, user: Any, wanted: Wanted) -> Arrived:
    """Return how much has come; nothing yet is 0. Raises Http404 and NotAllowed as for any work in the village."""
    if (told := _told_before(user, wanted)) is not None:
        return told
    with _walk(user, wanted) as walk:
        return _told(_rows(walk, wanted).first())


@patiently()
@transaction.atomic
def add(*, user: Any, wanted: Wanted, question: str, size: int, offset: int, piece: bytes) -> Arrived:
    """Put a piece behind what has come; one that does not fit there changes nothing, and the answer says what would.

    With the last piece the photo is checked by its hash, cleaned and kept. Raises TooLarge for a photo or a piece over
    the limit, Unusable for what is not what its hash says, or no photo, and Busy.
    """
    _require_size(size, piece)
    if (told := _told_before(user, wanted)) is not None:
        return told
    hold_still(wanted.round)
    with _walk(user, wanted) as walk:
        return _add(user, walk, wanted, question, size, offset, piece)


def _add(user: Any, walk: Walk, wanted: Wanted, question: str, size: int, offset: int, piece: bytes) -> Arrived:
    _require_use(walk, wanted, question)
    require_room(walk, wanted.house, wanted.sha256, user)
    _rows(walk, wanted).model.objects.bulk_create(
        [
            SurveyPhoto(
                round=walk.round, house_id=wanted.house, commune=walk.commune, village=walk.village,
                question=question, sha256=wanted.sha256, size=size, user=user,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    photo = _rows(walk, wanted).select_for_update(of=("self",)).first()
    if photo is None:
        raise Http404
    if photo.received_at is not None and not _is_missed(photo):
        return _told(photo)
    here = 0 if photo.received_at is not None else bytes_here(photo)
    if here == 0 or size != photo.size:
        # Of what was only announced or let go, or is sent anew; and what somebody began with another size ends in no
        # photo of this hash: it must not keep the one who has the picture from sending it.
        here, photo.received_at, photo.file = 0, None, None
        photo.offset, photo.size, photo.user, photo.question = here, size, user, question
    if offset == here and offset + len(piece) <= size:
        _write(photo, here, piece)
        photo.offset = here + len(piece)
        if photo.offset == size:
            _finish(photo, user)
    photo.save(update_fields=["size", "user", "question", "offset", "file", "received_at"])
    return _told(photo)


def remove_abandoned() -> None:
    """Remove pieces of photos that nobody has gone on sending for a month; their rows say that nothing is here."""
    if not folder().is_dir():
        return
    oldest = timezone.now() - _ABANDONED
    for part in folder().iterdir():
        if datetime.datetime.fromtimestamp(part.stat().st_mtime, datetime.UTC) < oldest:
            with wall.acting_as_system("survey.remove_abandoned"), transaction.atomic():
                SurveyPhoto.objects.filter(pk=part.name, received_at=None).update(offset=0)
            part.unlink(missing_ok=True)


def _require_size(size: int, piece: bytes) -> None:
    if size > MOST_BYTES:
        raise TooLarge(
            _("Ảnh nặng %(size)d MB, nhiều hơn mức %(limit)d MB mà máy chủ nhận; hãy chụp lại trong ứng dụng.")
            % {"size": -(-size // 1_000_000), "limit": MOST_BYTES // 1_000_000},
            code="too_big",
        )
    if len(piece) > LONGEST_PIECE:
        raise TooLarge(
            _("Mỗi lần chỉ gửi được %(limit)d kB của ảnh.") % {"limit": LONGEST_PIECE // 1024}, code="piece_too_big"
        )


def _require_use(walk: Walk, wanted: Wanted, question: str) -> None:
    """The photo answers a question."""
    if not takes_photos(rules(walk.round.rules_version), question):
        raise Unusable(_("Ảnh này không thuộc câu hỏi nào của đợt điều tra."), code="unknown")


@contextmanager
def _walk(user: Any, wanted: Wanted) -> Iterator[Walk]:
    """The village of the house as the register and the visit know it; of one that stands in none as the phone says.

    A phone says where the house stood for it, and what has left that village since is brought to where it is now. One
    that does not say means where the house is, or its person's one village. Raises Http404 where a house is another
    village's and was no other while the round went on, and Unusable (`no_house`) of one that neither the register nor
    a visit knows: a photo follows its house's operation.
    """
    visit = SurveyVisit.objects.filter(round=wanted.round, house_id=wanted.house).select_related("village").first()
    house = House.objects.filter(pk=wanted.house).select_related("village").first()
    known: Any = visit or house
    code = wanted.village
    if not code and known is not None and known.village is not None:
        code = known.village.code
    elif not code and len(own := villages_of(user, wanted.round)) == 1:
        code = own[0]
    walk = walk_of(user, wanted.round, code)
    if known is None or known.commune_id != walk.commune.pk:
        raise Unusable(_("Máy chủ chưa có nhà của ảnh này; hãy gửi nhà trước, rồi gửi lại ảnh."), code="no_house")
    with walk_to(user, walk, house) as there:
        if known.village_id not in (None, there.village.pk):
            raise Http404
        yield there


def _rows(walk: Walk, wanted: Wanted) -> Any:
    return SurveyPhoto.objects.select_related("file", "round").filter(
        round=walk.round, house_id=wanted.house, sha256=wanted.sha256, village=walk.village
    )


def _told_before(user: Any, wanted: Wanted) -> Arrived | None:
    """The receipt of a photo that has arrived, for who sent it; None of any other.

    Whatever has become of round, assignment and house since: without it the phone would keep the photo for good.
    """
    with wall.acting_as_system("survey.receipt"):
        rows = SurveyPhoto.objects.select_related("file", "round").filter(
            round=wanted.round, house_id=wanted.house, sha256=wanted.sha256, user=user, received_at__isnull=False
        )
        photo = rows.first()
        return None if photo is None or _is_missed(photo) else _told(photo)


def _is_missed(photo: SurveyPhoto) -> bool:
    """Whether a picture that was kept and let go is needed again: something that was sent since names it.

    Otherwise who asks for a receipt gets theirs, as of an operation that was emptied, and brings nothing back.
    """
    if not is_let_go(photo):
        return False
    of_house = SurveyOperation.objects.filter(visit__round=photo.round_id, visit__house_id=photo.house_id)
    # Under whichever question: the row keeps the one under which the picture came first.
    asked = [one.key for one in rules(photo.round.rules_version).questions.values() if one.kind == "photos"]
    sent = of_house.values_list("changes", flat=True)
    named = (changes.get(question, {}).get("to") for changes in sent for question in asked)
    return any(photo.sha256 in hashes for hashes in named if hashes)


def _told(photo: SurveyPhoto | None) -> Arrived:
    if photo is None or _is_missed(photo):
        return Arrived(0)
    if photo.received_at is None:
        return Arrived(bytes_here(photo))
    received_at = photo.received_at.isoformat(timespec="milliseconds")
    return Arrived(photo.size, {"sha256": photo.sha256, "size": photo.size, "received_at": received_at})


def _write(photo: SurveyPhoto, offset: int, piece: bytes) -> None:
    """Put the piece on the disk, and cut off what a try before left behind it. Raises UserError of a full disk."""
    try:
        folder().mkdir(parents=True, exist_ok=True, mode=0o750)
        with os.fdopen(os.open(part_of(photo), os.O_RDWR | os.O_CREAT, 0o640), "r+b") as part:
            part.seek(offset)
            part.write(piece)
            part.truncate()
            part.flush()
            os.fsync(part.fileno())
    except OSError as error:
        raise _no_room(error.strerror or str(error)) from error


def _no_room(reason: str) -> UserError:
    """What a full disk of the server is to a phone: nothing wrong with the photo, and worth another try (503)."""
    failure = UserError(
        _("Máy chủ không ghi được ảnh (%(reason)s); ảnh vẫn còn trên máy và sẽ được gửi lại.") % {"reason": reason},
        code="disk",
    )
    failure.status = 503
    return failure


def _finish(photo: SurveyPhoto, user: Any) -> None:
    """Keep a whole photo, drawn anew from its pixels: no position and no camera's name survives."""
    content = part_of(photo).read_bytes()
    if hashlib.sha256(content).hexdigest() != photo.sha256:
        part_of(photo).unlink()
        raise Unusable(_("Ảnh đến nơi không còn nguyên vẹn; máy sẽ gửi lại từ đầu."), code="wrong_hash")
    try:
        clean = images.cleaned(content, longest=_LONGEST_SIDE, most_bytes=MOST_BYTES)
    except UserError as error:
        part_of(photo).unlink()
        raise Unusable(error.sentence, code=error.code) from error
    try:
        photo.file = files.store(
            source=io.BytesIO(clean.content), name=f"{photo.sha256[:12]}{clean.suffix}",
            content_type=clean.content_type, commune=photo.commune, user=user,
        )  # fmt: skip
    except UserError as error:
        if error.code != "disk":
            raise
        cause = error.__cause__
        raise _no_room(getattr(cause, "strerror", None) or str(cause)) from error
    photo.received_at = timezone.now()
    part = part_of(photo)
    transaction.on_commit(lambda: part.unlink(missing_ok=True))
    audit.record(
        "survey.photo", subject=photo.sha256[:12], table=SurveyPhoto._meta.db_table, row_id=photo.pk,
        commune=photo.commune, village_id=photo.village_id,
    )  # fmt: skip
