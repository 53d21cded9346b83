"""`kill -9` of worker and PostgreSQL amid a file of soil cards: it is taken up, and one whole file comes of it."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pypdfium2
import pytest
import zxingcpp

from tests.security.kill_stand import Stand
from tests.security.test_kill import cases, kill

CARDS = 60
QR_CODE = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
POINTS: dict[str, tuple[str, str, str]] = {
    "half drawn": ("mapping_job", "UPDATE", "NEW.state = 'running' AND 5 * NEW.done > NEW.total"),
    "half read": ("mapping_job", "UPDATE", "NEW.state = 'running' AND 2 * NEW.done > NEW.total"),
    "file stored": ("mapping_storedfile", "INSERT", ""),
    "committed, not told": ("mapping_job", "UPDATE", "NEW.state = 'done'"),
}
ORDINARY = {("half drawn", "worker"), ("committed, not told", "worker")}
FILES = "SELECT count(*) FROM mapping_storedfile WHERE name LIKE 'phieu-dat%'"
TAKEN_OUT = "SELECT count(*) FROM mapping_auditentry WHERE action = 'soil.export' AND detail ->> 'as' = 'pdf'"
RESULT = "SELECT file.sha256 FROM mapping_job job JOIN mapping_storedfile file ON file.id = job.result_file_id"


@pytest.mark.parametrize(("point", "victim"), cases(POINTS, ORDINARY))
def test_a_file_of_cards_survives(stand: Stand, kills: Counter[str], point: str, victim: str) -> None:
    environment = stand._environment()
    settings = {name: value for name, value in environment.items() if name.startswith(("DATABASE_", "SONHA_"))}
    stand.cluster.must("-m", "tests.security.kill_cards", str(CARDS), **settings)
    with stand.gate(*POINTS[point]) as somebody:
        stand.start_worker()
        kill(stand, victim, somebody())
    is_kept = point == "committed, not told"
    assert stand.ask(FILES) == int(is_kept), "half a file was kept"
    assert stand.job()["state"] in ("waiting", "running")
    first = stand.ask(RESULT)
    job = stand.finished_job()
    assert (job["state"], job["result"]["cards"], job["result"]["pages"]) == ("done", CARDS, CARDS), stand.worker_said()
    assert f"{CARDS} phiếu đất" in job["sentence"]
    assert stand.ask(FILES) == 1 and stand.files_are_whole()
    assert stand.ask(TAKEN_OUT) == 1, "it was written down twice that they were taken out"
    if is_kept:
        assert stand.ask(RESULT) == first, "it was drawn again"
    assert sorted(_samples_of(stand)) == sorted(stand.ask("SELECT array_agg(id::text) FROM soil_map_sample"))
    kills[f"{victim} in a file of cards, {point}"] += 1


def _samples_of(stand: Stand) -> list[str]:
    """The samples that the symbols of the file lead to, page by page, as another reader reads them."""
    sha256 = stand.ask(RESULT)
    document = pypdfium2.PdfDocument((stand.media / sha256[:2] / sha256[2:4] / sha256).read_bytes())
    found = []
    for page in document:
        shown = page.render(scale=150 / 72).to_pil().convert("L")
        (symbol,) = zxingcpp.read_barcodes(np.asarray(shown), formats=QR_CODE)
        found.append(re.findall(r"/soil/samples/([0-9a-f-]{36})/", symbol.text)[0])
    return found
