"""Specimens of every shipped design on every sheet: files, and what two readers read of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mapping.models import Unit
from mapping.printing.sheet import SHEETS
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def host_on_plates(settings: Any) -> None:
    settings.PLATE_HOST = "so.example.vn"


def test_each_design_is_drawn_on_each_sheet_that_it_fits_and_read(
    commune: Unit, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in ("", "1", "2"):
        factories.house(commune, number=number, street="ngõ Đình")
    call_command("plate_specimens", str(tmp_path / "mau"), commune=commune.code)
    said = capsys.readouterr().out
    rows = {
        tuple(row[:2]): row[2:] for row in re.findall(r"^([a-z-]+) +([a-z0-9-]+) +(\d+) +(\d+) +(\d+|–)$", said, re.M)
    }
    assert len(rows) == 23 and "alley-board    a4-3x8" in said  # the sign of an alley is too large for a label
    for (design, sheet), (symbols, *read) in rows.items():
        assert sheet in SHEETS and int(symbols) > 0 and set(read) <= {symbols, "–"}, (design, sheet)
        assert {file.suffix for file in (tmp_path / "mau").glob(f"{design}-{sheet}.*")} == {".pdf", ".png"}
    assert rows["two-codes", "a4-2x4"][0] == "6"


def test_what_stands_in_the_way_is_told(commune: Unit, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="Không ghi được vào"):
        call_command("plate_specimens", str(tmp_path / "file"), commune=commune.code)
    with pytest.raises(CommandError, match="00000"):
        call_command("plate_specimens", str(tmp_path), commune="00000")
