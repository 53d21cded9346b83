"""What an approval would change in the register, and where the register is no longer what the phone had taken along.

A phone shows number, street, head, size and shop of the register to be looked over, sends them all, and says in `from`
what it had. What nobody changed is no finding: the register keeps what it holds now. An officer decides what somebody
did change while the desk changed it too, what would replace something that no phone was shown, and what an earlier
approval has judged already. An answer that was emptied empties the register, as "no shop" does its name.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils import timezone

from households.models import House, Household, SurveyVisit
from households.survey import approvals
from households.survey.merging import Touch, is_same
from households.survey.rules import Question, Rules, is_relevant, rules
from mapping.text import clean, normal_phone

_SHOWN: Final = frozenset({
    "house.number", "house.street", "household.head_name", "household.size", "household.shop_name",
})  # fmt: skip
"""What a pack tells of the register; a note or a telephone number is typed without having been shown."""
_JOINED: Final = frozenset({"house.note"})
"""Of what both may stand one after the other."""
_BETWEEN: Final = "; "
_HEAD: Final = "household.head_name"

Does = Literal["write", "leave", "ask", "cannot"]
Decision = Literal["keep", "write", "both"]
Why = Literal["", "moved", "unshown", "judged"]


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """One field in which the answer differs from the register. Values are tidied; None of none."""

    name: str
    """As rules write it: "house.number"."""
    field: str
    """The question's key."""
    subject: str
    """What it would be written into: "house", the id of a household, or "new" of one that is not in the register."""
    held: Any
    found: Any
    """None of an answer that was emptied."""
    known: Any
    """What the register held when the phone took it along, as far as it was told."""
    does: Does
    """Whether an approval writes it, leaves the register as it is, waits for a decision, or cannot write it."""
    why: Why = ""
    """Of what waits: the register `moved`, held something `unshown`, or an approval that stands has `judged` this."""
    was_kept: bool = False
    """Whether that approval left the register as it was: said again unless the officer says otherwise."""

    @property
    def key(self) -> str:
        """What a decision about it is called."""
        return f"{self.name}:{self.subject}"

    @property
    def takes_both(self) -> bool:
        """Whether the register may hold one after the other."""
        return self.name in _JOINED and self.held is not None and self.found is not None

    def is_waiting(self, decided: Mapping[str, Decision]) -> bool:
        """Whether somebody has yet to decide about it."""
        choice = decided.get(self.key)
        return self.does == "ask" and (choice is None or (choice == "both" and not self.takes_both))

    def is_written(self, decided: Mapping[str, Decision]) -> bool:
        """Whether an approval with these decisions changes the register."""
        return self.does == "write" or (self.does == "ask" and decided.get(self.key) in ("write", "both"))

    def value(self, decided: Mapping[str, Decision]) -> Any:
        """What is written then, as the register keeps it: "" of an emptied text, None of an emptied figure."""
        if self.does == "ask" and decided.get(self.key) == "both":
            return f"{self.held}{_BETWEEN}{self.found}"
        return "" if self.found is None and isinstance(self.held, str) else self.found


@dataclass(frozen=True, slots=True)
class _Said:
    """What one operation said of a field."""

    at: datetime.datetime
    before: Any
    to: Any


def register_changes(visit: SurveyVisit, house: House | None, household: Household | None) -> list[RegisterChange]:
    """Return the fields that differ, of questions that were answered or emptied, in the order of the questions."""
    operations = list(visit.operations.order_by("received_at", "pk").values_list("received_at", "changes"))
    standing = approvals.standing(visit)
    stands = standing[-1] if standing else None
    table = rules(visit.round.rules_version)
    found = []
    for question in table.questions.values():
        name, key = question.writes, question.key
        field = _field_saying(table, question, visit) if name else ""
        if not field:
            continue
        own = _tidied(name, visit.answers.get(key))
        answer = own if field == key else None
        held = _tidied(name, _held(name, house, household))
        if is_same(answer, held) or _is_within(name, answer, held):
            continue
        sent = list(_sent(name, key, operations))
        if field != key:  # whoever said no had this before their eyes
            sent.append(_Said(timezone.now(), own, None))
        if answer is None and (name == _HEAD or not sent or (field == key and not stands and not _was_told(sent))):
            continue  # no household is without a head; and what was typed and taken back is no word about the register
        judged = stands is not None and _touched(visit, field) <= stands.version
        newer = [one for one in sent if stands is None or one.at > stands.at]
        does: Does = "write"
        why: Why = ""
        of_house = name.startswith("house.")
        if name == "household.phone" and answer is not None and normal_phone(str(answer)) is None:
            does = "cannot"
        elif (house if of_house else household) is not None:
            if answer is not None and _is_untouched(answer, sent):
                does = "leave"
            elif why := _doubt(name, held, sent, newer, judged=judged):
                does = "ask"
        elif name == _HEAD and house is not None and (judged or _is_untouched(answer, sent)):
            does, why = "ask", "judged" if judged else "moved"  # a household that was there, and is no more
        subject = "house" if of_house else str(household.pk) if household is not None else "new"
        known = next((one.before for one in (*newer, *sent)), None)
        touched, named = _touched(visit, field), f"{name}:{subject}"
        kept = any(named in one.kept and touched <= one.version for one in standing)
        found.append(RegisterChange(name, key, subject, held, answer, known, does, why, kept))
    return found


def _field_saying(table: Rules, question: Question, visit: SurveyVisit) -> str:
    """The field that says what the register should hold of a question; "" where none does.

    The question's own, answered or emptied; or, where it is asked only after a yes, the one that was answered with no:
    no shop has no name.
    """
    answers, key = visit.answers, question.key
    if is_relevant(question, answers):
        return key if key in answers or key in visit.field_versions else ""
    above = question.conditions[-1]
    asked = table.questions[above["question"]]
    is_no = above.get("is") is True and answers.get(asked.key) is False and is_relevant(asked, answers)
    return asked.key if is_no else ""


def _doubt(name: str, held: Any, sent: list[_Said], newer: list[_Said], *, judged: bool) -> Why:
    """Why an officer has to say whether the answer replaces what the register holds; "" where nobody needs to.

    `newer` is what was sent since the last approval that stands: what came before does not know what the desk did then.
    """
    if judged:
        return "judged"
    if held is None and name not in _SHOWN:
        return ""  # nothing is lost
    if not sent or any(is_same(one.before, held) for one in newer):
        return ""
    return "moved" if _was_told(sent) else "unshown"


def _is_untouched(answer: Any, sent: list[_Said]) -> bool:
    """Whether whoever sent this answer sent what the register had held, without having changed it."""
    said = [one.before for one in sent if is_same(one.to, answer)]
    return bool(said) and all(is_same(before, answer) for before in said)


def _was_told(sent: list[_Said]) -> bool:
    """Whether a phone had been told what the register held: it says that it had something that nobody had sent."""
    for place, one in enumerate(sent):
        if one.before is not None and not any(is_same(one.before, earlier.to) for earlier in sent[:place]):
            return True
    return False


def _is_within(name: str, answer: Any, held: Any) -> bool:
    """Whether the register holds the answer already, beside something else."""
    return name in _JOINED and answer is not None and answer in (held or "").split(_BETWEEN)


def _touched(visit: SurveyVisit, field: str) -> int:
    """The version of the visit in which a field was last changed."""
    touch = visit.field_versions.get(field)
    return Touch.read(touch).version if touch else 0


def _sent(name: str, key: str, operations: list[tuple[datetime.datetime, Mapping[str, Any]]]) -> Iterator[_Said]:
    for at, changes in operations:
        if key in changes:
            yield _Said(at, _tidied(name, changes[key].get("from")), _tidied(name, changes[key].get("to")))


def _held(name: str, house: House | None, household: Household | None) -> Any:
    part, _dot, attribute = name.partition(".")
    row = house if part == "house" else household
    return None if row is None else getattr(row, attribute)


def _tidied(name: str, value: Any) -> Any:
    if name == "household.phone" and isinstance(value, str):
        value = normal_phone(value) or value
    if isinstance(value, str):
        return clean(value) or None
    return value
