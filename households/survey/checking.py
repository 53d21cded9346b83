"""Check what a phone sends for a house by the round's rules, and say what is wrong by the field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import get_language

from households.survey.merging import Record
from households.survey.operation_body import POSITION, OperationIn, unfit
from households.survey.refusals import Faults
from households.survey.rounds_for import Walk
from households.survey.rules import ROSTER_MARK, Fault, Rules, check, is_of_kind, is_relevant

_MOST_FAULTS: Final = 50
_LONGEST_NAME: Final = 60  # of a field, as conflicts keep it; a member's has 44 signs


def checked_changes(
    operation: OperationIn, table: Rules, record: Record, source: str, walk: Walk, *, is_alone: bool
) -> dict[str, Any]:
    """Return field → new value. Raises Faults with a sentence for each field that does not fit.

    Required answers are asked for only where nobody else changed the visit meanwhile, `is_alone`: the phone could not
    know what they wrote, and each alone sent what was whole.
    """
    faults = []
    for name, change in operation.changes.items():
        known = len(name) <= _LONGEST_NAME and unfit(name) == "" and table.question_of(name) is not None
        if not known:
            faults.append(Fault(name, "unknown"))
        elif why := unfit(change.to) or unfit(change.before):
            faults.append(Fault(name, why))
        elif _is_sensitive(table, name) and not walk.sees_sensitive:  # emptied ones too: who tries learns nothing
            faults.append(Fault(name, "not_yours"))
    faults += [
        Fault(one, "unknown") for one in {photo.question for photo in operation.photos} if not takes_photos(table, one)
    ]
    if not faults:
        sent = {name: change.to for name, change in operation.changes.items()}
        faults = _faults_of(sent, table, record, source, is_alone=is_alone, walk=walk)
    if faults:
        language = "en" if (get_language() or "vi").startswith("en") else "vi"
        raise Faults([
            {"field": one.field, "code": one.code, "error": table.sentence(one, language)}
            for one in faults[:_MOST_FAULTS]
        ])  # fmt: skip
    return sent


def takes_photos(table: Rules, name: str) -> bool:
    """Return whether a question is answered by photos."""
    question = table.questions.get(name)
    return question is not None and question.kind == "photos"


def _faults_of(
    sent: dict[str, Any], table: Rules, record: Record, source: str, *, is_alone: bool, walk: Walk
) -> list[Fault]:
    """What is wrong with the answers as the phone shows them; of others' answers nothing is said.

    What the phone sent before and is asked for only now, because another answer says so, is looked at again.
    """
    shown = {name: value for name, value in (dict(record.values) | sent).items() if name != POSITION}
    if not walk.sees_sensitive:  # what an officer wrote is none of the phone's
        shown = {name: value for name, value in shown.items() if name in sent or not _is_sensitive(table, name)}
    found = check(table, shown, today=timezone.localdate(), sees_sensitive=walk.sees_sensitive, is_whole=is_alone)
    found += _overfull(table, shown, found)
    found += _of_wrong_kind(table, sent, shown)
    own = {_head(name) for name in sent}
    own |= {
        _head(name) for name, touch in record.touches.items()
        if touch.source == source and (question := table.question_of(name)) is not None
        and is_relevant(question, shown) and not is_relevant(question, record.values)
    }  # fmt: skip
    return [one for one in found if _head(one.field) in own or (is_alone and one.code == "required")]


def _overfull(table: Rules, shown: dict[str, Any], found: list[Fault]) -> Iterator[Fault]:
    """Rosters that nobody asks for now and that hold too many all the same: what is kept has to end somewhere."""
    known = {one.field for one in found}
    for roster in table.questions.values():
        field = f"{roster.key}{ROSTER_MARK}"
        if roster.kind != "roster" or field in known:
            continue
        count, most = (
            sum(value is not None and name.startswith(field) for name, value in shown.items()),
            roster.row["most"],
        )
        if count > most:
            yield Fault(field, "too_many", {"count": count, "most": most})


def _of_wrong_kind(table: Rules, sent: dict[str, Any], shown: dict[str, Any]) -> Iterator[Fault]:
    """Answers that nobody asks for now and that are not even what the question takes: a slip leaves no such thing."""
    for name, value in sent.items():
        question = table.question_of(name)
        if question is not None and not is_relevant(question, shown) and not is_of_kind(question, value):
            yield Fault(name, "kind")


def _is_sensitive(table: Rules, name: str) -> bool:
    question = table.question_of(name)
    return question is not None and question.is_sensitive


def _head(name: str) -> str:
    """The question of a field or of a fault by it: "members.<id>:born_in" → "members"."""
    return name.partition(":")[0].partition(".")[0]
