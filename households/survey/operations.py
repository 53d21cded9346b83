"""Take what a phone sends for a house, once, and answer with a receipt: sent again, it gets the same one.

Everything of an operation stands in one transaction: the visit with what was merged, what could not be, the operation
with its receipt. Two programs that get the same operation, or two of one house, wait for each other.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.gis.geos import Point
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import (
    House,
    SurveyConflict,
    SurveyDevice,
    SurveyOperation,
    SurveyPhoto,
    SurveySensitive,
    SurveyVisit,
    VisitState,
)
from households.survey import devices, refusals, settling, surroundings, turns
from households.survey.checking import checked_changes
from households.survey.flags import Visit, flags_of, joined, lasting
from households.survey.following import walk_to
from households.survey.merging import Merged, Record, Touch, is_same, merge
from households.survey.operation_body import POSITION, Sent
from households.survey.photo_limits import announce
from households.survey.position import lacks_reason
from households.survey.refusals import Faults
from households.survey.rounds_for import Walk, walk_of
from households.survey.rules import Rules, rules
from households.survey.seen import Seen, bare, completed, seen_of, written_in
from mapping import audit, wall

FARTHEST_M: Final = 300.0
"""So far outside the commune a known house is still taken, with a flag: houses on the edge are measured across it."""
MOST_OF_A_HOUSE: Final = 200
"""Operations that one person sends for a house in a round: each is read again with every one that follows."""
_OF_THE_HOUSE: Final = frozenset({"number", "street", "occupied", "photos", "house_note"})
"""Answers that are seen from the street; all others are asked for at the door."""


@dataclass(frozen=True, slots=True)
class _Sender:
    user: Any
    device: SurveyDevice

    @property
    def source(self) -> str:
        return str(self.device.pk)


@turns.patiently()
def receive(*, user: Any, sent: Sent, phone: uuid.UUID) -> bytes:
    """Return the receipt of an operation that a phone sends as JSON, the same bytes however often it comes.

    Raises NotAllowed with a code of `refusals`, Http404, Conflict (`other_body`), Faults and Busy; nothing is kept
    then.
    """
    try:
        return _receive(user, sent, phone)
    except IntegrityError as error:  # of what lies in another village, behind the wall
        if "surveyoperation_pkey" in str(error):
            raise refusals.other_body() from None
        if "survey_visit_once_a_round" in str(error):
            raise _visited_elsewhere() from None
        raise


@transaction.atomic(savepoint=False)  # what is refused takes all of the request back: nothing else is done in it
def _receive(user: Any, sent: Sent, phone: uuid.UUID) -> bytes:
    operation = sent.operation
    if operation.user != user.pk:
        raise refusals.other_person()
    device = devices.maker_of(user, operation.device, sent_by=phone)
    turns.hold_house(operation.round, operation.house)
    told = _told_before(user, sent)
    houses = House.objects.select_related("village").only("code", "commune", "village", "village__code", "location")
    house = houses.filter(pk=operation.house).first()
    if told is None and house is not None and house.village is not None and house.village.code != operation.village:
        # What was taken went with the house, maybe to where its sender sees nothing: they still get their receipt.
        with wall.acting_as_system("survey.receipt"):
            told = _told_before(user, sent)
    if told is not None:
        return written(told)
    walk = walk_of(user, operation.round, operation.village)
    with walk_to(user, walk, house, made_at=operation.made_at) as there:
        return written(_Taking(sent, there, _Sender(user, device), house).receipt())


def _told_before(user: Any, sent: Sent) -> dict[str, Any] | None:
    """Return the receipt of an operation that was taken already, None of a new one; raises Conflict of another body."""
    known = SurveyOperation.objects.filter(pk=sent.operation.id).values_list("digest", "user", "receipt").first()
    if known is None:
        return None
    digest, owner, receipt = known
    if digest != sent.digest or owner != user.pk:
        raise refusals.other_body()
    return dict(receipt)


def written(receipt: dict[str, Any]) -> bytes:
    """The one spelling of a receipt; the database keeps values, not the order of keys."""
    return json.dumps({"receipt": receipt}, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


class _Taking:
    """One operation on its way into its visit."""

    def __init__(self, sent: Sent, walk: Walk, sender: _Sender, house: House | None) -> None:
        self.sent, self.walk, self.sender, self.house = sent, walk, sender, house
        self.operation = sent.operation
        self.position = sent.position
        self.visit = (
            SurveyVisit.objects.select_for_update()
            .filter(round=walk.round, house_id=self.operation.house)
            .first()
        )  # fmt: skip
        self.table: Rules = rules(walk.round.rules_version)
        self.seen = Seen() if self.visit is None else seen_of(sender.user, self.visit, self.operation.base)
        self.phones = self.seen.phones
        self.outside: tuple[float | None, float | None] = (0.0, 0.0)
        self.now = timezone.now()

    def receipt(self) -> dict[str, Any]:
        """Merge and keep it all; return the receipt."""
        self._require_something()
        self._require_place()
        record = self._record()
        is_alone = not any(
            touch.is_unseen(self.seen.at(name), self.sender.source) for name, touch in record.touches.items()
        )
        values = checked_changes(self.operation, self.table, record, self.sender.source, self.walk, is_alone=is_alone)
        self.phones |= written_in({"to": value} for value in values.values())
        if self.position is not None:
            values[POSITION] = self.position
        merged = self._merged(record, values)
        visit = self._keep_visit(merged)
        told = {
            "operation": str(self.operation.id),
            "digest": self.sent.digest,
            "visit": str(visit.pk),
            "version": visit.version,
            "received_at": self.now.isoformat(timespec="milliseconds"),
            "outcome": "conflict" if merged.clashes else "merged",
            "conflicts": [clash.field for clash in merged.clashes],
            "others": self._others(merged.record, values),
            "state": str(visit.state),
        } | ({"moved": True} if self.walk.has_left else {})
        kept = self._keep_operation(visit, told)
        if self.visit is not None:
            settling.close_answered(visit, self.sender.device, values)
        self._keep_conflicts(kept, merged)
        announce(self.walk, visit.house_id, self.operation.photos, self.sender.user)
        audit.record(
            "survey.receive", subject=self.house.code if self.house else "", table=SurveyVisit._meta.db_table,
            row_id=visit.pk, commune=self.walk.commune, village_id=self.walk.village.pk,
        )  # fmt: skip
        return told

    def _require_something(self) -> None:
        """The operation says something, by the rules that the round has."""
        operation = self.operation
        if operation.rules != self.table.version:
            sentence = _("Bộ câu hỏi trên máy là bản %(sent)d, đợt này dùng bản %(right)d; hãy tải lại thôn rồi gửi.")
            raise _fault("rules", "version", sentence % {"sent": operation.rules, "right": self.table.version})
        if not operation.changes and not operation.photos and self.position is None:
            raise _fault("house", "empty", _("Lần gửi này không có gì mới về nhà; hãy ghi, đo hoặc chụp rồi gửi."))
        if self.seen.count >= MOST_OF_A_HOUSE:
            sentence = _("Bạn đã gửi nhà này %(count)d lần trong đợt, nên không nhận thêm; hãy hỏi cán bộ xã.")
            raise _fault("house", "too_many", sentence % {"count": MOST_OF_A_HOUSE})

    def _require_place(self) -> None:
        """The house is one of the village, or a new one with a place in the commune."""
        operation, house, walk = self.operation, self.house, self.walk
        if house is None and not operation.is_new and self.visit is None:
            raise _fault("house", "unknown", _("Không tìm thấy nhà này trong hồ sơ; hãy thêm nó như một nhà mới."))
        if house is not None and (
            house.commune_id != walk.commune.pk or house.village_id not in (None, walk.village.pk)
        ):
            raise _fault(
                "house", "elsewhere",
                _("Nhà này nay không thuộc %(village)s; hãy tải lại thôn.") % {"village": walk.village.full_name},
            )  # fmt: skip
        if self.visit is not None and self.visit.village_id != walk.village.pk:
            raise _visited_elsewhere()
        if self.position is None:
            if house is None and self.visit is None:
                raise _fault(POSITION, "required", _("Nhà mới cần có vị trí; hãy đo hoặc chấm trên bản đồ."))
            return
        if not surroundings.is_in_the_country(self.position["lng"], self.position["lat"]):
            raise _fault(POSITION, "outside", _("Vị trí không nằm ở Việt Nam; hãy đo lại hoặc kéo ghim về đúng nhà."))
        if lacks_reason(self.position):
            raise _fault(POSITION, "reason", _("Vị trí sai số hơn 20 m: hãy đo lại, hoặc ghi lý do."))
        self.outside = surroundings.metres_outside(walk, self.position["lng"], self.position["lat"])
        if (self.outside[0] or 0.0) > (FARTHEST_M if house is not None else 0.0):
            sentence = _("Vị trí nằm ngoài ranh giới %(commune)s %(metres)d m; hãy đo lại hoặc kéo ghim về đúng nhà.")
            figures = {"commune": walk.commune.full_name, "metres": self.outside[0]}
            raise _fault(POSITION, "outside", sentence % figures)

    def _record(self) -> Record:
        visit = self.visit
        if visit is None:
            return Record()
        values = dict(visit.answers)
        if self.walk.sees_sensitive:
            kept = SurveySensitive.objects.filter(visit=visit).first()
            values |= kept.answers if kept is not None else {}
        if visit.position:
            values[POSITION] = visit.position
        touches = {name: Touch.read(touch) for name, touch in visit.field_versions.items()}
        return Record(values, touches, visit.version)

    def _is_sensitive(self, name: str) -> bool:
        question = self.table.question_of(name)
        return question is not None and question.is_sensitive

    def _merged(self, record: Record, values: dict[str, Any]) -> Merged:
        """Merge by what the person has truly seen; a member gets back the number that its sender was never shown."""
        seen = {}
        for name, value in values.items():
            seen[name] = self._seen(name, record, value)
            values[name] = completed(self.table, name, record.values.get(name), value, self.seen.phones)
        return merge(record, self.seen.base, values, self.sender.source, seen)

    def _seen(self, name: str, record: Record, value: Any) -> int:
        """Up to which version the person has seen a field.

        Of what no receipt tells, sensitive answers and others' telephone numbers, what the phone says it had decides.
        """
        if name == POSITION:
            return self.seen.at(name)
        held, before = record.values.get(name), self.operation.changes[name].before
        shown = bare(self.table, name, held, self.seen.phones)
        if not self._is_sensitive(name) and is_same(shown, held):
            return self.seen.shown_at(name, held, before)
        leaves_it = isinstance(value, dict) and isinstance(shown, dict) and value.keys().isdisjoint(held.keys() - shown)
        knew = is_same(held, before) or (leaves_it and is_same(shown, before))
        return record.version if knew else 0

    def _others(self, record: Record, values: Mapping[str, Any]) -> dict[str, Any]:
        """What others wrote and the phone may take over: of fields that it sent, or that changed since it was told."""
        told: dict[str, Any] = {}
        if self.walk.has_left:
            return told
        since = self.seen.since
        for name, touch in record.touches.items():
            after = self.seen.at(name) if name in values else since
            if after is None or not touch.is_unseen(after, self.sender.source) or self._is_sensitive(name):
                continue
            held = record.values.get(name)
            shown = bare(self.table, name, held, self.phones)
            if held is None or shown is not None:
                told[name] = shown
        return told

    def _keep_visit(self, merged: Merged) -> SurveyVisit:
        operation, walk, record = self.operation, self.walk, merged.record
        visit = self.visit or SurveyVisit(
            round=walk.round, house_id=operation.house, commune=walk.commune, village=walk.village,
            surveyor=self.sender.user, device=self.sender.device, is_new_house=self.house is None,
        )  # fmt: skip
        is_first = self.visit is None
        visit.answers = {
            name: value for name, value in record.values.items() if name != POSITION and not self._is_sensitive(name)
        }
        visit.field_versions = {name: touch.written() for name, touch in record.touches.items()}
        visit.version = max(1, record.version)
        visit.position = record.values.get(POSITION) or {}
        visit.location = Point(visit.position["lng"], visit.position["lat"], srid=4326) if visit.position else None
        before, was_there = visit.flags, is_first or POSITION in merged.applied
        if was_there:  # what is mended at home in the evening says nothing of the time at the house
            visit.started_at = operation.started_at or visit.started_at
            visit.ended_at = operation.ended_at or visit.ended_at
            before = lasting(before) if visit.state == VisitState.RECEIVED else []
        if self._waits_again(visit, merged):
            visit.state = VisitState.RECEIVED
        position = visit.position or None if was_there else None
        times = (visit.started_at, visit.ended_at) if was_there else (None, None)
        visit.flags = joined(self._flags(visit, position, times), before)
        visit.save(force_insert=is_first)
        if any(map(self._is_sensitive, merged.applied)):
            answers = {name: value for name, value in record.values.items() if self._is_sensitive(name)}
            SurveySensitive.objects.update_or_create(
                visit=visit, defaults={"answers": answers, "commune": walk.commune, "village": walk.village}
            )
        return visit

    def _waits_again(self, visit: SurveyVisit, merged: Merged) -> bool:
        """Whether an officer has to look at the visit anew.

        What was returned stays so where somebody who had sent nothing for it only adds what was made before the
        return: it answers nothing that was asked.
        """
        has_changed = bool(merged.applied or merged.clashes)
        if visit.state == VisitState.APPROVED:
            return has_changed
        is_stranger = not self.seen.newest and not merged.clashes
        is_older = visit.reviewed_at is not None and self.operation.made_at < visit.reviewed_at
        if visit.state == VisitState.RETURNED and is_stranger and is_older:
            return False
        return has_changed or self._has_new_photos()

    def _has_new_photos(self) -> bool:
        announced = {photo.sha256 for photo in self.operation.photos}
        of_house = SurveyPhoto.objects.filter(round=self.walk.round, house_id=self.operation.house)
        return of_house.filter(sha256__in=announced).count() < len(announced)

    def _flags(
        self,
        visit: SurveyVisit,
        position: dict[str, Any] | None,
        times: tuple[datetime.datetime | None, datetime.datetime | None],
    ) -> list[dict[str, Any]]:
        """Of a visit with this position, None of work that measured none, and the times at the house."""
        started_at, ended_at = times
        place = visit.location if position is None else Point(position["lng"], position["lat"], srid=4326)
        if position is not None and position != self.position:
            self.outside = surroundings.metres_outside(self.walk, position["lng"], position["lat"])
        seen = Visit(
            position=position,
            is_new_house=visit.is_new_house,
            asked=sum(
                1
                for name, change in self.operation.changes.items()
                if name not in _OF_THE_HOUSE and change.to not in (None, "", [])
            ),
            started_at=started_at,
            ended_at=ended_at,
            made_at=self.operation.made_at,
            received_at=self.now,
            round_starts_on=self.walk.round.starts_on,
            over_at=self.walk.over_at,
            outside_part_m=surroundings.metres_outside_part(
                self.walk, self.house.location if self.house is not None else place
            ),
        )
        if position is None:
            return flags_of(seen, surroundings.Surroundings())
        around = surroundings.around(
            walk=self.walk, user=self.sender.user, house_id=visit.house_id, house=self.house, position=position,
            ended_at=ended_at, outside=self.outside, answers=visit.answers if visit.is_new_house else None,
        )  # fmt: skip
        return flags_of(seen, around)

    def _keep_operation(self, visit: SurveyVisit, told: dict[str, Any]) -> SurveyOperation:
        operation = self.operation
        changes: dict[str, Any] = {
            name: {} if self._is_sensitive(name) else {"from": change.before, "to": change.to}
            for name, change in operation.changes.items()
        }
        if self.position is not None:
            changes[POSITION] = {"to": self.position}
        return SurveyOperation.objects.create(
            id=operation.id, visit=visit, commune=self.walk.commune, village=self.walk.village, user=self.sender.user,
            device=self.sender.device, base=operation.base, digest=self.sent.digest, changes=changes, receipt=told,
            made_at=operation.made_at,
        )  # fmt: skip

    def _keep_conflicts(self, kept: SurveyOperation, merged: Merged) -> None:
        """Both values for an officer; sensitive ones behind the wall of their own."""
        rows, hidden = [], {}
        times = (self.operation.started_at, self.operation.ended_at)
        for clash in merged.clashes:
            is_open = not self._is_sensitive(clash.field)
            if not is_open:
                hidden[clash.field] = [clash.held, clash.sent]
            rows.append(
                SurveyConflict(
                    visit=kept.visit,
                    commune=self.walk.commune,
                    village=self.walk.village,
                    operation=kept,
                    field=clash.field,
                    held=clash.held if is_open else None,
                    sent=clash.sent if is_open else None,
                    # What stood around the place, and how somebody came there, is known now alone.
                    flags=self._flags(kept.visit, self.position, times) if clash.field == POSITION else None,
                )
            )
        SurveyConflict.objects.bulk_create(rows)
        if hidden:
            row, _is_new = SurveySensitive.objects.get_or_create(
                visit=kept.visit, defaults={"commune": self.walk.commune, "village": self.walk.village}
            )
            row.clashes[str(kept.pk)] = hidden
            row.save(update_fields=["clashes"])


def _visited_elsewhere() -> Faults:
    return _fault("house", "elsewhere", _("Nhà này đã được ghi ở thôn khác trong đợt này; hãy hỏi cán bộ xã."))


def _fault(field: str, code: str, sentence: str) -> Faults:
    return Faults([{"field": field, "code": code, "error": sentence}])
