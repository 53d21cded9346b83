"""From the database to a file of plates: which houses, which tokens, in which order.

One pass over the houses in walking order. A house keeps the plate it has while what is printed on it stays the
same, so a second run gives the same file; a house that changed, or one without a plate, gets a fresh token.
The tokens are committed only when the whole file lies on the disk, and the file gets its name only after
that: neither a plate without a row nor half a file can be left behind.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from households import audit_trail
from households.plates import choosing, giving, issuing
from households.plates.choosing import Choice
from households.plates.design import QR_TEXTS, PlateDesign, PlateFace
from households.plates.drawing import ModulesTooSmall, UnprintableCharacter, write_plates
from households.plates.giving import face_hash as face_hash
from households.plates.shipped import CUSTOMARY, shipped_designs
from mapping.access import Scope
from mapping.errors import UserError
from mapping.models import Unit
from mapping.printing.fonts import Font, Fonts, FontUnreadable
from mapping.printing.host import why_not_printable
from mapping.printing.pdf import atomic_file
from mapping.printing.qr import TextTooLong
from mapping.printing.sheet import A4_PLATES, SHEETS, Sheet, SheetDoesNotFit
from mapping.wording import gettext as _


@dataclass(frozen=True)
class PrintOrder:
    """What to print. `scope` is where the person may print; a whole commune or some of its villages."""

    commune: Unit
    scope: Scope
    village: Unit | None = None
    street: str | None = None
    profile: str = A4_PLATES.name
    design: str = CUSTOMARY
    proof: bool = False
    fresh: bool = False  # new tokens for all, even where nothing changed
    skip: int = 0  # used cells of the first sheet
    host: str = field(default_factory=lambda: settings.PLATE_HOST)

    @property
    def choice(self) -> Choice:
        """Whose plates."""
        return Choice(
            villages=(self.village.pk,) if self.village else (), street_texts=(self.street,) if self.street else ()
        )

    def check(self) -> None:
        """Raise UserError when the order cannot be printed whatever the houses are."""
        if self.profile not in SHEETS:
            raise UserError(
                _("Không có khổ giấy “%(name)s”. Các khổ hiện có: %(known)s.")
                % {"name": self.profile, "known": ", ".join(SHEETS)},
                code="profile",
            )
        check_host(self.host, proof=self.proof)


@dataclass(frozen=True)
class Printed:
    """What a run printed: plates and pages, of them plates with a new token, and drafts these replaced."""

    plates: int
    pages: int
    new: int
    superseded: int


Expected = tuple[str, frozenset[str]]
"""House code of a plate, and what its symbols should say."""


@dataclass(frozen=True)
class FinishedFile:
    """A file that is written and has no name yet: what stands on it, to be compared with what can be read."""

    path: Path
    expected: Iterator[Expected]  # of each plate, in order
    plates: int
    sheet: Sheet
    skip: int
    symbols: int  # of each plate


CheckFile = Callable[[FinishedFile], None]


def with_setting(sentence: str, to: Any) -> str:
    """Add the name of the setting for whoever can change it."""
    return f"{sentence} (SONHA_PLATE_HOST)" if getattr(to, "is_superuser", False) else sentence


def not_printable_sentence(host: str, reason: str) -> str:
    """Say why plates for `host` may not leave as more than a proof."""
    why = {
        "scheme": _("chỉ ghi tên máy chủ, không ghi https:// hay đường dẫn"),
        "address": _("đó là một địa chỉ IP"),
        "port": _("tên có số cổng"),
        "private": _("tên này chỉ máy chủ nội bộ mới biết"),
        "malformed": _("đó không phải một tên miền"),
    }[reason]
    return _(
        "Chưa thể in biển chính thức với tên miền “%(host)s”: %(why)s. Hãy nhờ người quản trị máy chủ khai "
        "báo tên miền công khai có https của xã, hoặc in bản thử."
    ) % {"host": host, "why": why}


def check_host(host: str, *, proof: bool) -> None:
    """Raise UserError when plates for `host` may not be hung; a proof may name any."""
    reason = None if proof else why_not_printable(host)
    if reason is not None:
        raise UserError(not_printable_sentence(host, reason), code="plate_host")


def count(order: PrintOrder) -> int:
    """Return how many plates the order would print."""
    return choosing.count_in(order.commune, order.scope, order.choice)


def print_plates(
    order: PrintOrder,
    *,
    path: Path,
    user: Any = None,
    on_progress: Callable[[int], None] | None = None,
    check_file: CheckFile | None = None,
) -> Printed:
    """Print the plates of `order` into the PDF at `path`.

    `check_file` reads the finished file back before it gets its name and raises when a plate is wrong; then,
    as on any other error, neither tokens nor a file remain. Raises UserError.
    """
    order.check()
    sheet, design = SHEETS[order.profile], shipped_designs()[order.design]
    terms = giving.Terms(
        commune=order.commune,
        host=order.host,
        user_id=user.pk if user is not None else None,
        fresh=order.fresh,
        releases=not order.proof,
    )
    run = giving.Giving(choosing.houses_of(order.commune, order.scope, order.choice), terms)
    with (
        sentences(order.host, order.profile, path.name),
        atomic_file(path) as out,
        tempfile.TemporaryFile("w+", encoding="utf-8") as notes,
        # The thread that gives the tokens ends before the transaction does, on an error too.
        transaction.atomic(),
        closing(run.faces()) as faces,
    ):
        issuing.wait_for_turn(order.commune)  # before the first house is read
        written = write_plates(
            out,
            _noting(faces, design, notes) if check_file is not None else faces,
            design=design,
            sheet=sheet,
            fonts=fonts(),
            proof=order.proof,
            skip=order.skip,
            # Part of the file, so in one language: whoever prints, the bytes stay the same.
            title=f"Biển số nhà, {order.village or order.commune}",
            on_progress=on_progress,
        )
        if written.plates == 0:
            raise no_houses(order.village or order.commune)
        out.flush()
        os.fsync(out.fileno())  # a disk that is full says so before the tokens are committed
        if check_file is not None:
            file = FinishedFile(
                Path(out.name), _noted(notes), written.plates, sheet, order.skip, symbols=len(design.qrs)
            )
            check_file(file)
    audit_trail.printed(order, written.plates)
    return Printed(written.plates, written.pages, run.new, run.superseded)


def no_houses(unit: Unit) -> UserError:
    """What to say when there is nothing to print in a commune or village."""
    return UserError(
        _("%(unit)s chưa có nhà nào để in biển. Hãy nhập danh sách nhà hoặc thêm nhà trên bản đồ.") % {"unit": unit},
        code="no_houses",
    )


@contextmanager
def sentences(host: str, profile: str, name: str) -> Generator[None, None, None]:
    """Say in a sentence what keeps plates for a host from a sheet, or the file `name` from the disk."""
    try:
        yield
    except OSError as error:
        raise UserError(
            _("Không ghi được tệp “%(name)s” (%(reason)s); không có biển nào được cấp mã mới.")
            % {"name": name, "reason": error.strerror or error},
            code="disk",
        ) from error
    except (ModulesTooSmall, TextTooLong) as error:
        raise UserError(
            _("Tên miền “%(host)s” quá dài: mã QR sẽ nhỏ hơn 0,396 mm mỗi ô và khó đọc. Hãy dùng tên miền ngắn hơn.")
            % {"host": host},
            code="host_too_long",
        ) from error
    except UnprintableCharacter as error:
        raise UserError(
            _(
                "Phông chữ của biển không có ký tự “%(character)s” (U+%(code_point)s) ghi ở nhà %(code)s; hãy sửa số "
                "nhà, đường ngõ hoặc tên thôn của nhà này rồi in lại."
            )
            % {
                "character": error.character,
                "code_point": f"{ord(error.character):04X}",
                "code": error.face.house_code,
            },
            code="character_not_in_font",
        ) from error
    except SheetDoesNotFit as error:
        raise UserError(
            _("Biển không vừa khổ giấy “%(name)s” (%(detail)s).") % {"name": profile, "detail": error},
            code="sheet",
        ) from error


def texts_of(design: PlateDesign, face: PlateFace) -> frozenset[str]:
    """Return what the symbols of a plate say."""
    return frozenset(QR_TEXTS[one.what](face) for one in design.qrs)


def _noting(faces: Iterable[PlateFace], design: PlateDesign, notes: IO[str]) -> Iterator[PlateFace]:
    """Pass the faces on, and write down on the disk what their symbols should say: memory stays flat."""
    for face in faces:
        notes.write("\t".join((face.house_code, *texts_of(design, face))) + "\n")
        yield face


def _noted(notes: IO[str]) -> Iterator[Expected]:
    notes.seek(0)
    for line in notes:
        code, *texts = line.rstrip("\n").split("\t")
        yield code, frozenset(texts)


def fonts() -> Fonts:
    """Return the two fonts of this machine; raises UserError when one cannot be read."""
    try:
        return Fonts(Font(settings.FONT_REGULAR), Font(settings.FONT_BOLD))
    except FontUnreadable as error:
        raise UserError(
            _(
                "Không đọc được phông chữ (%(detail)s); cài gói fonts-noto-core hoặc đặt SONHA_FONT_REGULAR và "
                "SONHA_FONT_BOLD."
            )
            % {"detail": error},
            code="font",
        ) from error
