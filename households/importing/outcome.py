"""What a check found: counts, examples for the page, and everything for the report."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _

from households.codes import format_house_code
from households.importing import sentences
from households.importing.arrivals import Arrivals
from households.importing.fields import Reading
from mapping.importing import Issue, ReportSheet, place_of

SHOWN: Final = 50
"""So many rows of each kind stand on the page; the report has them all."""


@dataclass(frozen=True, slots=True)
class Double:
    """A row that looks like another row or a house, by the strongest sign."""

    row: int
    code: str
    line: int | None
    house: str

    @property
    def sentence(self) -> str:
        return sentences.double_sentence(self.code, line=self.line, house=self.house)


@dataclass(frozen=True, slots=True)
class Change:
    """A row that changes a house that is there."""

    row: int
    house_code: str
    house: bool
    household_comes: bool
    household: bool
    id_comes: bool

    @property
    def sentence(self) -> str:
        return sentences.change_sentence(self.house, self.household_comes, self.household, self.id_comes)


@dataclass(frozen=True, slots=True)
class Decided:
    """A row with another number or street than a decision gave its house (`address`): kept so, or changed."""

    row: int
    house_code: str
    address: str
    decision: str
    is_kept: bool

    @property
    def sentence(self) -> str:
        return sentences.decided_sentence(self.address, self.decision, is_kept=self.is_kept)


@dataclass
class Outcome:
    """What an import would do, row by row. Rows to add do not count those that look double."""

    total: int = 0
    add: int = 0
    change: int = 0
    leave: int = 0
    double: int = 0
    refuse: int = 0
    left_out: int = 0
    """Rows at the foot of the list, its total and signatures; `total` does not count them."""
    houses: int = 0
    """New houses among the rows to add."""
    shared: int = 0
    """New houses with several households."""
    most_shared: tuple[int, int] = (0, 0)
    """The most households of one new house, and the row of the first."""
    standing: str = ""
    """A hash of the houses and households that rows name, with their versions: someone may edit them meanwhile."""
    issues: list[Issue] = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The figures that must still hold when the import is written."""
        kept = sum(one.is_kept for one in self.decided)
        return {
            **{name: getattr(self, name) for name in ("total", "add", "change", "leave", "double", "refuse", "houses")},
            "kept_decided": kept,
            "changed_decided": len(self.decided) - kept,
        }

    def to_json(self, reading: Reading) -> dict[str, Any]:
        """As `ImportRun.report` keeps it: reasons by code, so that `for_page` says them in the reader's language."""
        return {
            **self.counts(),
            "standing": self.standing,
            "left_out": self.left_out,
            "shared": self.shared,
            "most_shared": list(self.most_shared),
            "refused": [
                {**asdict(issue), "params": {name: _finite(value) for name, value in issue.params.items()}}
                for issue in self.issues[:SHOWN]
            ],
            "doubles": [asdict(double) for double in self.doubles[:SHOWN]],
            "changes": [asdict(change) for change in self.changes[:SHOWN]],
            "decided": [asdict(one) for one in self.decided[:SHOWN]],
        }


def for_page(report: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """A kept report with its examples as sentences in the language of now."""
    issues = [Issue(**kept) for kept in report.get("refused", ())]
    doubles = [Double(**kept) for kept in report.get("doubles", ())]
    changes = [Change(**kept) for kept in report.get("changes", ())]
    decided = [Decided(**kept) for kept in report.get("decided", ())]
    return {
        **report,
        "refused": [
            {"place": place_of(issue, reading.sheet, reading.titles), "reason": sentences.sentence(issue)}
            for issue in issues
        ],
        "doubles": [{"row": double.row, "reason": double.sentence} for double in doubles],
        "changes": [{"row": change.row, "house": change.house_code, "what": change.sentence} for change in changes],
        "decided": [{"row": one.row, "house": one.house_code, "what": one.sentence} for one in decided],
    }


def _finite(value: Any) -> Any:
    """PostgreSQL's JSON knows no NaN, which stands for a distance that nobody knows."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


_DOUBLES = """
SELECT DISTINCT ON (double.line) double.line, double.code, double.other, coalesce(house.code, '')
  FROM import_double double LEFT JOIN households_house house ON house.id = double.house_id
 ORDER BY double.line, array_position(ARRAY['same_point', 'same_number', 'near_name'], double.code), double.other
"""
_NEW = """
SELECT count(*) FILTER (WHERE NOT looks_double), count(*) FILTER (WHERE looks_double),
       count(*) FILTER (WHERE NOT looks_double AND line = leader)
  FROM (SELECT work.line, work.leader, double.line IS NOT NULL AS looks_double
          FROM import_work work
          LEFT JOIN (SELECT DISTINCT line FROM import_double) double ON double.line = work.leader
         WHERE work.house_id IS NULL) new
"""
_SHARED = """
SELECT count(*), coalesce(max(rows), 0), (array_agg(leader ORDER BY rows DESC, leader))[1]
  FROM (SELECT leader, count(*) AS rows FROM import_work
         WHERE house_id IS NULL GROUP BY leader HAVING count(*) > 1) shared
"""
_STANDING = """
SELECT coalesce(md5(string_agg(concat_ws(' ', work.line, house.id, house.version, household.id, household.version), ','
                               ORDER BY work.line)), '')
  FROM import_work work JOIN households_house house ON house.id = work.house_id
  LEFT JOIN households_household household ON household.id = work.household_id
"""


def collect(
    total: int,
    issues: list[Issue],
    changed: list[tuple[Any, ...]],
    decided: list[tuple[int, str, str, str, str]],
    *,
    keeps_decided: bool,
) -> Outcome:
    """Add up what the temporary tables hold."""
    outcome = Outcome(total=total, issues=issues, refuse=len({issue.row for issue in issues}))
    outcome.decided = [
        Decided(line, format_house_code(code), f"{number} {street}".strip(), decision, keeps_decided)
        for line, code, number, street, decision in decided
    ]
    for line, code, house, household_comes, household, id_comes in changed:
        if house or household_comes or household or id_comes:
            outcome.changes.append(
                Change(line, format_house_code(code), house, household_comes, household, bool(id_comes))
            )
    outcome.change = len(outcome.changes)
    outcome.leave = len(changed) - outcome.change
    with connection.cursor() as cursor:
        cursor.execute(_NEW)
        outcome.add, outcome.double, outcome.houses = cursor.fetchone()
        cursor.execute(_STANDING)
        (outcome.standing,) = cursor.fetchone()
        cursor.execute(_SHARED)
        outcome.shared, most, row = cursor.fetchone()
        outcome.most_shared = (most, row or 0)
        cursor.execute(_DOUBLES)
        outcome.doubles = [
            Double(line, code, other, format_house_code(house) if house else "")
            for line, code, other, house in cursor.fetchall()
        ]
    return outcome


def collect_new(total: int, issues: list[Issue], arrivals: Arrivals) -> Outcome:
    """Add up what came of a list that names no house."""
    rows_of = arrivals.rows_of
    double = sum(rows_of.get(leader, 1) for leader in arrivals.doubles)
    outcome = Outcome(
        total=total, issues=issues, refuse=len({issue.row for issue in issues}), add=arrivals.rows - double,
        double=double, houses=arrivals.houses - len(arrivals.doubles), shared=len(rows_of),
    )  # fmt: skip
    if rows_of:
        most = max(rows_of.values())
        outcome.most_shared = (most, min(leader for leader, rows in rows_of.items() if rows == most))
    outcome.doubles = [
        Double(line, sign.code, sign.other, format_house_code(sign.house) if sign.house else "")
        for line, sign in sorted(arrivals.doubles.items())
    ]
    return outcome


def report_sheets(outcome: Outcome, reading: Reading, file_name: str) -> Iterator[ReportSheet]:
    """The report to download: every row that is not simply taken."""
    sheet = reading.sheet
    yield ReportSheet(
        _("Tóm tắt"),
        (_("Việc"), _("Số dòng")),
        (
            (_("Tệp: %(name)s") % {"name": file_name}, outcome.total),
            (_("Thêm"), outcome.add),
            (_("Sửa"), outcome.change),
            (_("Giữ nguyên"), outcome.leave),
            (_("Có thể trùng"), outcome.double),
            (_("Không nhập được"), outcome.refuse),
            *([(_("Bỏ ra: tổng cộng, người lập biểu"), outcome.left_out)] if outcome.left_out else ()),
        ),
    )
    yield ReportSheet(
        _("Không nhập được"),
        (_("Trang tính"), _("Dòng"), _("Cột"), _("Tên cột"), _("Lý do")),
        (
            (sheet, issue.row, *reading.titles.get(-1 if issue.column is None else issue.column, ("", "")),
             sentences.sentence(issue))
            for issue in outcome.issues
        ),
    )  # fmt: skip
    yield ReportSheet(
        _("Có thể trùng"),
        (_("Trang tính"), _("Dòng"), _("Dấu hiệu")),
        ((sheet, double.row, double.sentence) for double in outcome.doubles),
    )
    yield ReportSheet(
        _("Sẽ sửa"),
        (_("Trang tính"), _("Dòng"), _("Mã nhà"), _("Việc")),
        ((sheet, change.row, change.house_code, change.sentence) for change in outcome.changes),
    )
    if outcome.decided:
        yield ReportSheet(
            _("Số theo quyết định"),
            (_("Trang tính"), _("Dòng"), _("Mã nhà"), _("Việc")),
            ((sheet, one.row, one.house_code, one.sentence) for one in outcome.decided),
        )
