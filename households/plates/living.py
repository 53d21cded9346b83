"""What people do to plates that are made: one act, one transaction, the rows held, the version that was seen.

Who did what and when stands in the history of the plate (`PlateEvent`), which triggers fill. An act that was a
mistake is mended by its counterpart (taken back into stock, found again, hung anew), so there is no change set.
The views ask for the right at the house; acts on many plates touch those alone where the person may print.
Hanging has a file of its own, `installing`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from households import codes
from households.models import ON_ITS_WAY, BatchPlate, BatchState, House, HouseState, Plate, PlateBatch, PlateState
from households.models.plate import PlateQuerySet
from households.plates import issuing
from households.plates.life import Act, state_after, states_before
from mapping.errors import Conflict, UserError

LONGEST_NAME: Final = Plate._meta.get_field("issued_to").max_length
LONGEST_NOTE: Final = Plate._meta.get_field("note").max_length
_AT_ONCE: Final = 5_000
_NAMED: Final = 5  # of the plates that somebody else has changed


@dataclass(frozen=True, slots=True)
class Moved:
    """What an act on many plates did: how many it moved, and how many were in no state for it."""

    plates: int
    left: int


@transaction.atomic
def take_into_stock(*, user: Any, batch: PlateBatch, seen: Mapping[str, int] | None = None) -> Moved:
    """Take the plates of a batch, or those of it that were `seen`, into stock: they have come from the maker.

    `seen` names plates by their tokens with the versions that were shown. Plates that are issued stay so. Raises
    UserError when the batch is none to hang, or none of its plates is to come; Conflict when somebody else did
    something to one of them since.
    """
    moved = _move_many(user, batch, seen, {PlateState.PRINTED}, state=PlateState.IN_STOCK)
    if not moved.plates:
        raise UserError(
            _("Không có biển nào để nhập kho: cả %(count)d biển đều đã nhập kho, đã giao, đã lắp hoặc không còn dùng.")
            % {"count": moved.left},
            code="state",
        )
    return moved


@transaction.atomic
def issue(*, user: Any, batch: PlateBatch, to: str, seen: Mapping[str, int] | None = None) -> Moved:
    """Give the plates of a batch, or those of it that were `seen`, to the person `to`, who will hang them.

    Plates that somebody else was given already stay with them, unless `seen` names them; plates of closed houses stay
    where they are. Raises UserError when nobody is named, the batch is none to hang, or none of its plates can be
    given; Conflict as `take_into_stock` does.
    """
    to = _name(to)
    before = {PlateState.PRINTED, PlateState.IN_STOCK} if seen is None else states_before(Act.ISSUE)
    moved = _move_many(user, batch, seen, before, only_open=True, state=PlateState.ISSUED, issued_to=to)
    if not moved.plates:
        raise UserError(
            _("Không có biển nào để giao: cả %(count)d biển đều đã giao, đã lắp hoặc không còn dùng.")
            % {"count": moved.left},
            code="state",
        )
    return moved


@transaction.atomic
def move(*, token: str, version: int, act: Act, note: str = "", to: str = "") -> Plate:
    """Do `act`, any but INSTALL, to one plate that was seen in `version`; `to` goes with ISSUE.

    Raises Conflict when somebody else did something to it since, UserError when the act may not follow its state, or
    it is REVOKE, which nothing takes back, without a note.
    """
    if act is Act.INSTALL:
        raise ValueError("households.plates.installing hangs plates")
    if len(note) > LONGEST_NOTE:
        raise UserError(_("Ghi chú dài quá %(limit)d chữ; hãy ghi ngắn hơn.") % {"limit": LONGEST_NOTE}, code="note")
    if act is Act.FIND:
        # It may be on its way again, of which a house has one: nothing may be released meanwhile.
        _require_turn(token)
    if act is Act.REVOKE and not note.strip():
        raise UserError(_("Thu hồi biển phải ghi lý do ở ô ghi chú, vì không lấy lại được."), code="note")
    (plate,) = hold([token], {token: version})
    now = timezone.now()
    if act is Act.INSPECT:
        require_act(plate, act)
        plate.inspected_at = now
    else:
        before = plate.state
        plate.state = _state_of_one(plate, act)
        plate.state_at = now
        plate.lost_from = before if act in (Act.LOSE, Act.STEAL) else ""
    if act is Act.ISSUE:
        if plate.house.state != HouseState.ACTIVE:
            raise UserError(_("Nhà của biển này đã đóng; hãy mở lại nhà trước khi giao biển đi lắp."), code="closed")
        plate.issued_to = _name(to)
    elif act is Act.STOCK:
        plate.issued_to = ""
    if note.strip() or act is not Act.INSPECT:
        plate.note = note.strip()
    keep(plate, "state", "state_at", "lost_from", "issued_to", "inspected_at", "note")
    return plate


def hold(tokens: Collection[str], versions: dict[str, int], *, with_older: bool = False) -> list[Plate]:
    """Hold plates until the transaction ends and return those of `tokens`, in that order, with house and units.

    `with_older` holds what else hangs or hung at their houses too, all in the order of their tokens, so that two acts
    never wait for one another. Raises Conflict when one is no longer in the version that was seen.
    """
    houses = Plate.objects.filter(token__in=tokens).values("house")
    wanted = Plate.objects.filter(token__in=tokens)
    if with_older:
        wanted |= Plate.objects.filter(house__in=houses).exclude(state__in=(PlateState.DRAFT, *ON_ITS_WAY, *_OVER))
    rows = wanted.select_related("house__commune__parent", "house__village").order_by("token")
    held = {plate.token: plate for plate in rows.select_for_update(of=("self",))}
    if any(token not in held or held[token].version != versions[token] for token in tokens):
        raise Conflict(
            _("Có người vừa ghi việc khác cho biển này. Hãy tải lại trang để xem tình trạng mới rồi làm lại."),
            code="version",
        )
    return [held[token] for token in tokens]


def _require_turn(token: str) -> None:
    house = House.objects.select_related("commune").filter(plates=token).first()
    if house is not None:
        issuing.require_turn(house.commune)


_OVER: Final = (PlateState.REPLACED, PlateState.REVOKED)


def require_act(plate: Plate, act: Act) -> str:
    """Return the state that the act leads to; raises UserError where it may not follow."""
    if plate.released_at is None and act is not Act.REVOKE:
        raise UserError(_("Biển này mới chỉ có trong bản in thử, chưa in để lắp; chỉ thu hồi được thôi."), code="proof")
    following = state_after(act, plate.state, lost_from=plate.lost_from)
    if following is None:
        raise UserError(
            _("Biển này đang ở tình trạng “%(state)s”, nên không ghi việc này được. Hãy tải lại trang của biển.")
            % {"state": plate.get_state_display()},
            code="state",
        )
    return following


def keep(plate: Plate, *names: str) -> None:
    """Write these fields of a plate that is held, as its next version."""
    plate.version += 1
    plate.save(update_fields=[*names, "version"])


def _state_of_one(plate: Plate, act: Act) -> str:
    """The state that the act leads to; what was found again may have a successor by now."""
    following = require_act(plate, act)
    if act is Act.FIND and plate.replaced_by_id is not None:
        return PlateState.REPLACED
    if following == PlateState.IN_STOCK and plate.state not in ON_ITS_WAY:
        others = Plate.objects.filter(house=plate.house_id, state__in=ON_ITS_WAY)
        if others.exists():
            return PlateState.SUPERSEDED
    return following


def _name(to: str) -> str:
    to = " ".join(to.split())
    if not to:
        raise UserError(_("Chưa ghi giao biển cho ai: hãy ghi họ tên người nhận."), code="to")
    if len(to) > LONGEST_NAME:
        raise UserError(_("Tên người nhận dài quá %(limit)d chữ.") % {"limit": LONGEST_NAME}, code="to")
    return to


def _move_many(
    user: Any,
    batch: PlateBatch,
    seen: Mapping[str, int] | None,
    before: Collection[str],
    *,
    only_open: bool = False,
    **values: Any,
) -> Moved:
    if batch.is_proof or batch.state != BatchState.PRINTED:
        sentence = (
            _("Lô %(number)d là bản in thử, biển của lô không được lắp.")
            if batch.is_proof
            else _("Lô %(number)d chưa in xong; hãy đợi in xong rồi làm lại.")
        )
        raise UserError(sentence % {"number": batch.number}, code="batch")
    in_batch = Exists(BatchPlate.objects.filter(batch=batch, plate=OuterRef("pk")))
    plates = Plate.objects.for_user(user).filter(in_batch)
    if seen is not None:
        plates = plates.filter(token__in=list(seen))
    all_of_them = plates.count()
    if seen is not None and all_of_them < len(seen):
        raise UserError(
            _("Có biển đã chọn không thuộc lô %(number)d. Chưa ghi gì; hãy tải lại trang của lô rồi chọn lại.")
            % {"number": batch.number},
            code="token",
        )
    if seen is not None:
        _refuse_changed(plates.select_for_update(of=("self",)).order_by("token"), seen)
    ready = plates.filter(state__in=list(before))
    if only_open:
        ready = ready.filter(house__state=HouseState.ACTIVE)
    held = list(ready.select_for_update(of=("self",)).order_by("token").values_list("token", flat=True))
    for start in range(0, len(held), _AT_ONCE):
        Plate.objects.filter(token__in=held[start : start + _AT_ONCE]).update(
            state_at=timezone.now(), version=F("version") + 1, **values
        )
    return Moved(len(held), all_of_them - len(held))


def _refuse_changed(held: PlateQuerySet, seen: Mapping[str, int]) -> None:
    """Raise Conflict when one of the plates is in another version than was seen."""
    changed = [token for token, version in held.values_list("token", "version") if seen[token] != version]
    if changed:
        named = ", ".join(codes.format_token(token) for token in changed[:_NAMED])
        raise Conflict(
            ngettext(
                "Có người vừa ghi việc khác cho %(count)d biển đã chọn (%(named)s). Chưa ghi gì; hãy xem lại rồi "
                "chọn lại.",
                "Có người vừa ghi việc khác cho %(count)d biển đã chọn (%(named)s). Chưa ghi gì; hãy xem lại rồi "
                "chọn lại.",
                len(changed),
            )
            % {"count": len(changed), "named": named + ("…" if len(changed) > _NAMED else "")},
            code="version",
        )
