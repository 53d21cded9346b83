"""What a household's extract tells of its assessments: that they were made to all who see it, what they found to few.

The entries of the audit name the assessment and not what it found; that is read here from the assessment itself, behind
its own wall, and reading it is an entry again.
"""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from households.assessments import keeping
from households.auditing.lines import Line, line_of_event, lines_of
from households.models import Assessment, AssessmentEvent, Household
from mapping.models import AuditEntry


def with_outcomes(user: Any, household: Household | None, entries: list[AuditEntry]) -> list[Line]:
    """Return the entries as lines; those of assessments say what was found to whoever may see it."""
    named = {entry.pk: entry.detail["assessment"] for entry in entries if "assessment" in entry.detail}
    lines = lines_of(entries)
    if not named or household is None:
        return lines
    seen = {str(row.pk): row for row in Assessment.objects.for_user(user).filter(pk__in=named.values())}
    if seen:
        keeping.note_look(household)
    return [_with_outcome(line, seen.get(named.get(entry.pk, ""))) for entry, line in zip(entries, lines, strict=True)]


def taken_back(household_id: uuid.UUID) -> list[Line]:
    """The assessments that an undo took back; the wall around their events shows them to whoever may see them."""
    events = AssessmentEvent.objects.filter(household=household_id, pgh_label="delete")
    return [line_of_event(event, what=_("Rút lại kết quả rà soát hộ"), household_id=household_id) for event in events]


def _with_outcome(line: Line, row: Assessment | None) -> Line:
    if row is None:
        return line
    words = {
        "what": line.what,
        "standard": row.standard_label,
        "outcome": row.outcome_label,
        "number": row.decision_number,
        "date": date_format(row.decision_date, "SHORT_DATE_FORMAT"),
    }
    what = _("%(what)s: %(standard)s, %(outcome)s, quyết định %(number)s ngày %(date)s") % words
    return dataclasses.replace(line, what=what)
