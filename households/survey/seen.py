"""What of a visit a person has truly been shown, field by field: the base that an operation claims is no proof of it.

A pack tells the first surveyor the whole visit, receipts tell everybody else single fields. Telephone numbers that
somebody else wrote are told to nobody, so what a phone says in `from` shows whether it knew. Pure but for `seen_of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from households.models import SurveyOperation, SurveyVisit
from households.survey.merging import is_same
from households.survey.rules import Question, Rules


@dataclass(frozen=True)
class Seen:
    """`base` as the phone says it, never ahead of the server's; `told` is field → version of the receipt that told it.

    `newest` is the highest version of a receipt, 0 of who never sent anything; `phones` are numbers the person wrote.
    """

    base: int = 0
    is_first: bool = True
    told: Mapping[str, int] = field(default_factory=dict)
    newest: int = 0
    phones: frozenset[str] = frozenset()
    count: int = 0
    """How many operations the person has sent for the visit."""

    def at(self, name: str) -> int:
        """Return the version of the visit up to which the person may have seen a field."""
        return self.base if self.is_first else self._by_receipts(name)

    def shown_at(self, name: str, held: Any, before: Any) -> int:
        """The same of a field that is sent: what is held has been seen by nobody who says that they had something else.

        What was made before a receipt came does not know what it told, whatever its base.
        """
        return self.at(name) if is_same(held, before) else 0

    @property
    def since(self) -> int | None:
        """After which version changes of fields that were not sent are told; None of who is told nothing but those."""
        if self.is_first:
            return self.base
        return self.newest or None

    def _by_receipts(self, name: str) -> int:
        return min(self.base, self.told.get(name, 0))


def seen_of(user: Any, visit: SurveyVisit, base: int) -> Seen:
    """Return what a person has seen of a visit. A base ahead of the server's, brought back from a backup, is none."""
    told: dict[str, int] = {}
    newest, count, phones, is_blind = 0, 0, frozenset[str](), False
    for changes, receipt in SurveyOperation.objects.filter(visit=visit, user=user).values_list("changes", "receipt"):
        version = int(receipt["version"])
        is_blind |= bool(receipt.get("moved"))  # its version is the base of what was never told
        newest, count = max(newest, version), count + 1
        for name in {*receipt["others"], *(set(changes) - set(receipt["conflicts"]))}:
            told[name] = max(version, told.get(name, 0))
        phones |= written_in(changes.values())
    is_first = visit.surveyor_id == user.pk and not is_blind
    return Seen(base if base <= visit.version else 0, is_first, told, newest, phones, count)


def written_in(changes: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return all short texts that somebody sent: a telephone number among them is no secret to them."""
    values = [change.get("to") for change in changes]
    inside = [one for value in values if isinstance(value, Mapping) for one in value.values()]
    return frozenset(one for one in (*values, *inside) if isinstance(one, str) and len(one) <= 20)


def bare(table: Rules, name: str, value: Any, phones: frozenset[str]) -> Any:
    """Return a field's value without telephone numbers other than `phones`; None of a number itself."""
    question = table.question_of(name)
    if question is None or value is None:
        return value
    if question.kind == "phone":
        return value if value in phones else None
    hidden = _hidden(question, value, phones)
    return {key: one for key, one in value.items() if key not in hidden} if hidden else value


def completed(table: Rules, name: str, held: Any, to: Any, phones: frozenset[str]) -> Any:
    """Return a member that is sent, with the number that its sender was not shown and therefore cannot have removed."""
    question = table.question_of(name)
    if question is None or not isinstance(to, Mapping):
        return to
    return {**{key: held[key] for key in _hidden(question, held, phones)}, **to}


def _hidden(question: Question, value: Any, phones: frozenset[str]) -> list[str]:
    if question.kind != "roster" or not isinstance(value, Mapping):
        return []
    return [one.key for one in question.members if one.kind == "phone" and value.get(one.key, "") not in ("", *phones)]
