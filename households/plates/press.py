"""From the database to a file of plates: which houses, which tokens, in which order.

One pass over the houses in walking order. A house keeps its draft plate while what is printed on it stays the
same, so a second run gives the same file; a house that changed, or one without a plate, gets a fresh token.
The tokens are committed only when the whole file lies on the disk, and the file gets its name only after
that: neither a plate without a row nor half a file can be left behind.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from households import audit_trail, codes
from households.models import House, PlateState
from households.plates import issuing
from households.plates.design import PlateFace
from households.plates.drawing import ModulesTooSmall, UnprintableCharacter, write_plates
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

BATCH = 2_000

_HOUSES = """
SELECT house.id, house.code, house.number, house.street, trim(village.designation || ' ' || village.name),
       ST_Y(house.location), ST_X(house.location), plate.token, plate.face_hash, plate.state
  FROM households_house house
  LEFT JOIN mapping_unit village ON village.id = house.village_id
  LEFT JOIN LATERAL (
      SELECT token, face_hash, state FROM households_plate own
       WHERE own.house_id = house.id AND own.state IN ('draft', 'printed', 'in_stock', 'issued', 'installed')
       ORDER BY own.state = 'installed', own.created_at DESC LIMIT 1
  ) plate ON true
 WHERE house.commune_id = %(commune)s AND house.state = 'active'
   AND (%(village)s::bigint IS NULL OR house.village_id = %(village)s)
   AND (%(street)s::text IS NULL OR house.street = %(street)s)
   AND (%(villages)s::bigint[] IS NULL OR house.village_id = ANY(%(villages)s))
 ORDER BY village.code COLLATE vi_natural, house.street, house.number, house.code
"""

_RELEASE = """
UPDATE households_plate SET released_at = now(), state = 'printed', state_at = now(), version = version + 1
 WHERE token = ANY(%s)
"""
_SUPERSEDE = """
UPDATE households_plate SET state = 'superseded', state_at = now(), version = version + 1 WHERE token = ANY(%s)
"""
_ADD = """
INSERT INTO households_plate (token, house_id, state, face_hash, plus_code, number, street, village_name, location,
                              created_by_id, created_at, state_at, released_at)
SELECT token, house, %s, hash, place, number, street, village, ST_SetSRID(ST_MakePoint(lng, lat), 4326),
       %s, now(), now(), CASE WHEN %s THEN NULL ELSE now() END
  FROM unnest(%s::text[], %s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[], %s::float8[],
              %s::float8[]) AS added (token, house, hash, place, number, street, village, lng, lat)
"""


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

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of the query over the order's houses."""
        villages = None if self.commune in self.scope else sorted(self.scope.unit_ids)
        village = self.village.pk if self.village else None
        return {"commune": self.commune.pk, "village": village, "street": self.street, "villages": villages}

    def check(self) -> None:
        """Raise UserError when the order cannot be printed whatever the houses are."""
        if self.profile not in SHEETS:
            raise UserError(
                _("Không có khổ giấy “%(name)s”. Các khổ hiện có: %(known)s.")
                % {"name": self.profile, "known": ", ".join(SHEETS)},
                code="profile",
            )
        reason = None if self.proof else why_not_printable(self.host)
        if reason is not None:
            raise UserError(not_printable_sentence(self.host, reason), code="plate_host")


@dataclass(frozen=True)
class Printed:
    """What a run printed: plates and pages, of them plates with a new token, and drafts these replaced."""

    plates: int
    pages: int
    new: int
    superseded: int


@dataclass(frozen=True)
class FinishedFile:
    """A file that is written and has no name yet: what stands on it, to be compared with what can be read."""

    path: Path
    expected: Iterator[tuple[str, str]]  # house code and QR text of each plate, in order
    plates: int
    sheet: Sheet
    skip: int


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


def count(order: PrintOrder) -> int:
    """Return how many plates the order would print."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_HOUSES.rpartition(' ORDER BY')[0]}) houses", order.parameters())
        (houses,) = cursor.fetchone()
    return int(houses)


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
    sheet = SHEETS[order.profile]
    run = _Run(order, user)
    try:
        # The streams close their cursors before the transaction ends, on an error too.
        with atomic_file(path) as out, transaction.atomic(), closing(run.faces()) as faces:
            issuing.wait_for_turn(order.commune)  # before the first house is read
            written = write_plates(
                out,
                faces,
                design=shipped_designs()[order.design],
                sheet=sheet,
                fonts=fonts(),
                proof=order.proof,
                skip=order.skip,
                # Part of the file, so in one language: whoever prints, the bytes stay the same.
                title=f"Biển số nhà, {order.village or order.commune}",
                on_progress=on_progress,
            )
            if written.plates == 0:
                raise UserError(
                    _("%(unit)s chưa có nhà nào để in biển. Hãy nhập danh sách nhà hoặc thêm nhà trên bản đồ.")
                    % {"unit": order.village or order.commune},
                    code="no_houses",
                )
            out.flush()
            os.fsync(out.fileno())  # a disk that is full says so before the tokens are committed
            if check_file is not None:
                with closing(run.expected()) as expected:
                    check_file(FinishedFile(Path(out.name), expected, written.plates, sheet, order.skip))
    except OSError as error:
        raise UserError(
            _("Không ghi được tệp “%(name)s” (%(reason)s); không có biển nào được cấp mã mới.")
            % {"name": path.name, "reason": error.strerror or error},
            code="disk",
        ) from error
    except (ModulesTooSmall, TextTooLong) as error:
        raise UserError(
            _("Tên miền “%(host)s” quá dài: mã QR sẽ nhỏ hơn 0,396 mm mỗi ô và khó đọc. Hãy dùng tên miền ngắn hơn.")
            % {"host": order.host},
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
            _("Biển không vừa khổ giấy “%(name)s” (%(detail)s).") % {"name": order.profile, "detail": error},
            code="sheet",
        ) from error
    audit_trail.printed(order, written.plates)
    return Printed(written.plates, written.pages, run.new, run.superseded)


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


def face_hash(*printed: str) -> bytes:
    """Return the 16 bytes that tell one plate's words from another's; the host and the token do not count."""
    return hashlib.blake2b("\x1f".join(printed).encode(), digest_size=16).digest()


class _Run:
    """One pass over the houses of an order."""

    def __init__(self, order: PrintOrder, user: Any) -> None:
        self._order = order
        self._user_id = user.pk if user is not None else None
        self._commune = order.commune.full_name
        self._province = order.commune.parent.full_name if order.commune.parent else ""
        self.new = self.superseded = 0

    def faces(self) -> Generator[PlateFace, None, None]:
        """Yield the faces in walking order, giving tokens to houses that need one."""
        with closing(self._batches()) as batches:
            for batch in batches:
                yield from self._faces_of(batch)

    def expected(self) -> Generator[tuple[str, str], None, None]:
        """Yield house code and QR text of every plate as the database has them after `faces` has ended."""
        with closing(self._batches()) as batches:
            for batch in batches:
                places = codes.plus_codes([row[5] for row in batch], [row[6] for row in batch])
                urls = codes.plate_urls(self._order.host, [row[7] for row in batch], places)
                yield from zip((row[1] for row in batch), urls, strict=True)

    def _batches(self) -> Generator[list[tuple[Any, ...]], None, None]:
        """Yield the order's houses through a server-side cursor: memory stays flat however many there are."""
        connection.ensure_connection()
        with connection.connection.cursor(name="plates") as rows:
            rows.execute(_HOUSES, self._order.parameters())
            while batch := rows.fetchmany(BATCH):
                yield batch

    def _faces_of(self, batch: list[tuple[Any, ...]]) -> list[PlateFace]:
        places = codes.plus_codes([row[5] for row in batch], [row[6] for row in batch])
        hashes = [
            face_hash(code, number, street, village or "", self._commune, self._province, place)
            for (_id, code, number, street, village, *_rest), place in zip(batch, places, strict=True)
        ]
        tokens = self._tokens_for(batch, places, hashes)
        urls = codes.plate_urls(self._order.host, tokens, places)
        return [
            PlateFace(
                token=token,
                house_code=codes.format_house_code(row[1]),
                plus_code=place,
                number=row[2],
                street=row[3],
                village=row[4] or "",
                commune=self._commune,
                province=self._province,
                host=self._order.host,
                url=url,
            )
            for row, token, place, url in zip(batch, tokens, places, urls, strict=True)
        ]

    def _tokens_for(self, batch: list[tuple[Any, ...]], places: list[str], hashes: list[bytes]) -> list[str]:
        """Return a token for each house: the draft's where it still says what is printed, else a fresh one."""
        keeps = [
            not self._order.fresh and row[7] is not None and bytes(row[8]) == wanted
            for row, wanted in zip(batch, hashes, strict=True)
        ]
        fresh = iter(codes.new_tokens(keeps.count(False)))
        tokens = [row[7] if keep else next(fresh) for row, keep in zip(batch, keeps, strict=True)]
        # A plate that hangs stays as it is until the new one hangs in its place.
        replaced = [
            row[7] for row, keep in zip(batch, keeps, strict=True) if not keep and row[9] in issuing.ON_ITS_WAY_VALUES
        ]
        added = [
            (token, row[0], wanted, place, row[2], row[3], row[4] or "", row[6], row[5])
            for row, keep, token, wanted, place in zip(batch, keeps, tokens, hashes, places, strict=True)
            if not keep
        ]
        released = [
            row[7]
            for row, keep in zip(batch, keeps, strict=True)
            if keep and row[9] == PlateState.DRAFT and not self._order.proof
        ]
        with connection.cursor() as cursor:
            if released:
                cursor.execute(_RELEASE, [released])
            if replaced:
                cursor.execute(_SUPERSEDE, [replaced])
            if added:
                columns: list[list[Any]] = [list(column) for column in zip(*added, strict=True)]
                state = PlateState.DRAFT if self._order.proof else PlateState.PRINTED
                cursor.execute(_ADD, [state, self._user_id, self._order.proof, *columns])
        self.new += len(added)
        self.superseded += len(replaced)
        return tokens


def streets_of(commune: Unit, village: Unit | None) -> list[str]:
    """Return the alleys that houses of the commune or village name, in natural order."""
    houses = House.objects.active().filter(commune=commune).exclude(street="")
    if village is not None:
        houses = houses.filter(village=village)
    return list(houses.order_by("street").values_list("street", flat=True).distinct())
