"""Telephone numbers as the page of a visit shows them: in full only while an officer decides by them.

Before that is over whoever decides has to see what was sent, to find a slip of the hand or to call and ask; that they
opened the page is in the audit. What the register holds is masked there already, and stays so beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from households.survey.rules import Question, Rules
from mapping.masking import masked_phone
from mapping.text import normal_phone


def shown(table: Rules, field: str, value: Any, *, held: Collection[str], is_over: bool) -> Any:
    """Return a field's value as it is shown: `held` are the register's numbers, of national digits.

    All numbers are masked once it `is_over`, else those that the register holds.
    """
    question = table.question_of(field)
    return value if question is None else _shown(question, value, held, is_over)


def _shown(question: Question, value: Any, held: Collection[str], is_over: bool) -> Any:
    if question.kind == "roster" and isinstance(value, Mapping):
        inner = {one.key: one for one in question.members}
        return {
            key: _shown(inner[key], one, held, is_over) if key in inner else one for key, one in value.items()
        }  # fmt: skip
    if question.kind != "phone" or not isinstance(value, str):
        return value
    number = normal_phone(value)
    return masked_phone(number or value) if is_over or number in held else value
