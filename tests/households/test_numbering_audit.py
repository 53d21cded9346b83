"""What is done to drafts and with files of streets stands in the audit, in words."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from households.auditing.lines import lines_of
from households.codes import format_house_code
from households.models import StreetImport
from households.proposals import approving, mending
from mapping.errors import UserError
from mapping.models import AuditEntry, Unit, User
from tests.households.numbered import Ground, computed
from tests.households.street_files import FORMATS, Drawn
from tests.households.streets import along
from tests.households.test_street_import import bring


def told(*actions: str) -> list[tuple[str, str, str]]:
    """What the entries of these actions say: what, about what, about which house."""
    entries = list(AuditEntry.objects.filter(action__in=actions).order_by("pk"))
    return [(line.what, line.subject, line.house_code) for line in lines_of(entries)]


def test_every_mend_of_a_draft_is_told_with_its_house(commune: Unit, officer: User) -> None:
    ground = Ground(commune)
    draft = computed(officer, commune)
    one, other = ground.south[:2]
    mending.set_number(user=officer, proposal=draft, house=one, number="1A", version=draft.version)
    mending.set_street(user=officer, proposal=draft, house=other, street=ground.dinh, version=draft.version)
    mending.leave_out(user=officer, proposal=draft, house=one, version=draft.version)
    mending.take_back(user=officer, proposal=draft, house=one, version=draft.version)
    first, second = ((format_house_code(it.code), it.code) for it in (one, other))
    assert told("numbering.mend") == [
        ("Đổi số của nhà trong phương án đánh số", *first),
        ("Đổi đường của nhà trong phương án đánh số", *second),
        ("Để nhà lại sau trong phương án đánh số", *first),
        ("Đưa nhà trở lại phương án đánh số", *first),
    ]
    mended = AuditEntry.objects.filter(action="numbering.mend").earliest("pk")
    assert mended.commune_id == commune.pk
    assert mended.detail == {"act": "number", "proposal": str(draft.pk), "before": "1", "after": "1A"}


def test_a_mend_that_is_refused_is_not_told(commune: Unit, officer: User) -> None:
    ground = Ground(commune)
    draft = computed(officer, commune)
    with pytest.raises(UserError):
        mending.set_number(user=officer, proposal=draft, house=ground.south[0], number="4", version=draft.version)
    assert told("numbering.mend") == []


def test_a_draft_that_is_set_aside_is_told(commune: Unit, officer: User) -> None:
    ground = Ground(commune)
    draft = computed(officer, commune)
    approving.discard(user=officer, proposal=draft, version=draft.version)
    ((what, _subject, _code),) = told("numbering.discard")
    assert what == f"Bỏ phương án đánh số nhà: {len(ground.houses)}"
    assert AuditEntry.objects.get(action="numbering.discard").row_id == draft.pk


def test_streets_that_a_file_brings_are_told(tmp_path: Path, commune: Unit) -> None:
    line = shapely.LineString(along((-100, 0), (100, 0)))
    bring(FORMATS["geojson"](tmp_path, [Drawn("đường Mới", line, width="3,5")]), commune)
    entry = AuditEntry.objects.get(action="street.import")
    assert entry.detail == {"added": 1, "amended": 0, "hung": 0, "loose": 0}
    assert told("street.import")[0][0] == "Nhập đường, ngõ"
    assert entry.row_id == StreetImport.objects.get().pk
