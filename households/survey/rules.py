"""The questions of the survey and what may be answered: one versioned table, the same on the phone and here. Pure.

`rules/<version>.json` holds the table. A version in use is never edited: another wording or limit is another version.
The phone checks with `static/js/survey/rules.js`; `tests/data/survey_rules.json` holds both to the same faults.

An answer that is not relevant, because another says so (a shop's name where there is no shop), is no fault and is not
asked for: it is kept, since that other answer may be a slip, and left out when the visit is approved.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).with_name("rules")
LATEST: Final = 2
ROSTER_MARK: Final = "."
_PHONE: Final = r"0[0-9]{8,10}|\+[1-9][0-9]{7,13}"
"""Version 1 took more than an approval can write; later ones say in the question what they take."""
_SPACES_IN_PHONES: Final = re.compile(r"[\s.\-()]")


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field; `figures` fill the sentence that the table has for `code`."""

    field: str
    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A question with the conditions of its section folded in."""

    key: str
    kind: str
    label: Mapping[str, str]
    row: Mapping[str, Any]
    conditions: tuple[Mapping[str, Any], ...]
    is_sensitive: bool
    choices: frozenset[str] = frozenset()
    members: tuple[Question, ...] = ()

    @property
    def is_required(self) -> bool:
        """Whether a visit is not whole without it."""
        return bool(self.row.get("required"))

    @property
    def writes(self) -> str:
        """Which field of the register an approval writes: "household.phone"; "" for none."""
        return str(self.row.get("writes", ""))


@dataclass(frozen=True)
class Rules:
    """One version of the table; `table` is what the phone gets."""

    version: int
    table: Mapping[str, Any]
    questions: Mapping[str, Question]

    def question_of(self, field_name: str) -> Question | None:
        """Return the question of a field: "phone", or "members.<id>" of a roster."""
        head, mark, _member = field_name.partition(ROSTER_MARK)
        found = self.questions.get(head)
        if found is None or bool(mark) != (found.kind == "roster"):
            return None
        return found

    def sentence(self, fault: Fault, language: str) -> str:
        """Return what a fault says, in "vi" or "en"."""
        template = str(self.table["sentences"][fault.code][language])
        found = self.question_of(fault.field.partition(":")[0])
        label = found.label[language] if found else fault.field
        if found is not None and ":" in fault.field:
            inner = next(one for one in found.members if one.key == fault.field.partition(":")[2])
            label = f"{found.label[language]}: {inner.label[language]}"
        return template.format(label=label, field=fault.field, version=self.version, **fault.figures)


@cache
def rules(version: int = LATEST) -> Rules:
    """Return a version of the table; raises FileNotFoundError for one that never was."""
    table = json.loads((FOLDER / f"{version}.json").read_text("utf-8"))
    questions = {}
    for section in table["sections"]:
        above = (section["relevant"],) if "relevant" in section else ()
        for row in section["questions"]:
            questions[row["key"]] = _question(table, row, above, bool(section.get("sensitive")))
    return Rules(version, table, questions)


def _question(
    table: Mapping[str, Any], row: Mapping[str, Any], above: tuple[Mapping[str, Any], ...], is_sensitive: bool
) -> Question:
    own = (row["relevant"],) if "relevant" in row else ()
    choices = frozenset(one[0] for one in table["choices"][row["choices"]]) if "choices" in row else frozenset()
    members = tuple(_question(table, one, (), is_sensitive) for one in row.get("questions", ()))
    return Question(row["key"], row["kind"], row["label"], row, (*above, *own), is_sensitive, choices, members)


def is_relevant(question: Question, answers: Mapping[str, Any]) -> bool:
    """Return whether a question is asked, given the other answers."""
    return all(_holds(condition, answers) for condition in question.conditions)


_KINDS: Final[Mapping[str, type]] = {
    "text": str, "name": str, "phone": str, "one_of": str, "integer": int, "year": int, "yes_no": bool,
}  # fmt: skip


def is_of_kind(question: Question, value: Any) -> bool:
    """Return whether a value is at all what a question takes, right or wrong: text, a number, a list of keys, …"""
    if value is None:
        return True
    if question.kind == "roster":
        members = {one.key: one for one in question.members}
        return isinstance(value, dict) and all(
            key in members and is_of_kind(members[key], one) for key, one in value.items()
        )
    if question.kind in _KINDS:
        return isinstance(value, _KINDS[question.kind]) and isinstance(value, bool) == (question.kind == "yes_no")
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _holds(condition: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    value = answers.get(condition["question"])
    if "is" in condition:
        return bool(value == condition["is"] and isinstance(value, type(condition["is"])))
    if "in" in condition:
        return value in condition["in"]
    return isinstance(value, list) and condition["has"] in value


def check(
    table: Rules, answers: Mapping[str, Any], *, today: datetime.date, sees_sensitive: bool = False,
    is_whole: bool = True,
) -> list[Fault]:  # fmt: skip
    """Return what is wrong with answers, in the order of the questions; unknown fields last.

    `is_whole` asks for required answers too, as a visit that is sent needs them; without, only what is there is looked
    at. Values are looked at as they are: nothing is mended.
    """
    faults: list[Fault] = []
    for question in table.questions.values():
        if question.is_sensitive and not sees_sensitive:
            faults += [Fault(name, "not_yours") for name in _fields_of(question, answers)]
            continue
        if not is_relevant(question, answers):
            continue
        if question.kind == "roster":
            faults += _check_roster(question, answers, today)
            continue
        value = answers.get(question.key)
        if value is None or value in ("", []):
            if is_whole and question.is_required:
                faults.append(Fault(question.key, "required"))
            continue
        if (fault := _fault_of(question, question.key, value, today)) is not None:
            faults.append(fault)
    faults += [Fault(name, "unknown") for name in answers if table.question_of(name) is None]
    return faults


def _fields_of(question: Question, answers: Mapping[str, Any]) -> Iterator[str]:
    for name, value in answers.items():
        if name.partition(ROSTER_MARK)[0] == question.key and value is not None:
            yield name


def _check_roster(roster: Question, answers: Mapping[str, Any], today: datetime.date) -> Iterator[Fault]:
    """Each member is an object {question: value} under the field `<roster>.<id>`."""
    members = {name: answers[name] for name in _fields_of(roster, answers)}
    most = int(roster.row["most"])
    if len(members) > most:
        yield Fault(f"{roster.key}.", "too_many", {"count": len(members), "most": most})
    known = {one.key for one in roster.members}
    for name, member in members.items():
        if not _is_id(name.partition(ROSTER_MARK)[2]):
            yield Fault(name, "member_id")
            continue
        if not isinstance(member, dict) or not set(member) <= known:
            yield Fault(name, "kind")
            continue
        for question in roster.members:
            value = member.get(question.key)
            if value is None or value == "":
                if question.is_required:
                    yield Fault(f"{name}:{question.key}", "required")
            elif (fault := _fault_of(question, f"{name}:{question.key}", value, today)) is not None:
                yield fault


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def _fault_of(question: Question, name: str, value: Any, today: datetime.date) -> Fault | None:
    kind, row = question.kind, question.row
    if kind in ("text", "name"):
        return _text_fault(name, value, int(row["longest"]), needs_letter=kind == "name")
    if kind == "phone":
        if not isinstance(value, str) or len(value) > 20:
            return Fault(name, "kind")
        is_phone = re.fullmatch(str(row.get("pattern", _PHONE)), _SPACES_IN_PHONES.sub("", value), re.ASCII)
        return None if is_phone else Fault(name, "phone", {"value": value})
    if kind in ("integer", "year"):
        if not isinstance(value, int) or isinstance(value, bool):
            return Fault(name, "number")
        least, most = int(row["least"]), int(row["most"]) if kind == "integer" else today.year
        if least <= value <= most:
            return None
        if kind == "year":
            return Fault(name, "year", {"value": value, "least": least, "most": most})
        return Fault(name, "low" if value < least else "high", {"value": value, "least": least, "most": most})
    if kind == "yes_no":
        return None if isinstance(value, bool) else Fault(name, "kind")
    if kind == "one_of":
        return None if isinstance(value, str) and value in question.choices else Fault(name, "choice")
    return _list_fault(question, name, value)


def _text_fault(name: str, value: Any, longest: int, *, needs_letter: bool) -> Fault | None:
    if not isinstance(value, str):
        return Fault(name, "kind")
    if len(value) > longest:
        return Fault(name, "too_long", {"count": len(value), "most": longest})
    if any(unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t" for char in value):
        return Fault(name, "signs")
    if needs_letter and not any(unicodedata.category(char).startswith("L") for char in value):
        return Fault(name, "no_letter")
    return None


def _list_fault(question: Question, name: str, value: Any) -> Fault | None:
    """Of several choices, or of photos by their hashes."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value) or len(set(value)) != len(value):
        return Fault(name, "kind")
    if question.kind == "some_of":
        return None if question.choices >= set(value) else Fault(name, "choice")
    most = int(question.row["most"])
    if len(value) > most:
        return Fault(name, "too_many", {"count": len(value), "most": most})
    return None if all(re.fullmatch(r"[0-9a-f]{64}", one) for one in value) else Fault(name, "kind")
