"""By which standard a household was assessed: each has its years and its own outcomes; the next one is added below.

Poverty is no property of a household but the outcome of an assessment by a standard of certain years. When the next
standard begins, it is a new entry here, and what was assessed by the old one stays as it was.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard: the days between which it is assessed by, `ends` None while no end is known, and its outcomes."""

    code: str
    label: Promise
    starts: datetime.date
    ends: datetime.date | None
    outcomes: dict[str, Promise]

    def holds_on(self, day: datetime.date) -> bool:
        """Whether a household is assessed by it on that day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


_ALL: Final = (
    Standard(
        "poverty-2022",
        _("chuẩn nghèo 2022–2025 (áp dụng đến hết năm 2026)"),
        datetime.date(2022, 1, 1),
        datetime.date(2026, 12, 31),
        {
            "poor": _("hộ nghèo"),
            "near-poor": _("hộ cận nghèo"),
            "left-poverty": _("hộ thoát nghèo"),
            "left-near-poverty": _("hộ thoát cận nghèo"),
            "neither": _("không thuộc diện nghèo, cận nghèo"),
        },
    ),
    Standard(
        "merit",
        _("hộ chính sách, người có công"),
        datetime.date(1945, 9, 2),
        None,
        {
            "martyr": _("thân nhân liệt sĩ"),
            "wounded": _("thương binh, bệnh binh"),
            "merit": _("người có công khác"),
            "ended": _("thôi hưởng chính sách"),
        },
    ),
)
STANDARDS: Final[dict[str, Standard]] = {standard.code: standard for standard in _ALL}


def outcome_label(standard: str, outcome: str) -> str:
    """What an outcome is called; its own name where this version no longer knows it."""
    known = STANDARDS.get(standard)
    return str(known.outcomes.get(outcome, outcome)) if known else outcome
