"""`kill -9` of worker and PostgreSQL amid a batch of plates: it is taken up, finished once, no plate made twice."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.security.kill_stand import Stand
from tests.security.test_kill import cases, kill

FEW, MANY = 1_200, 20_000
SLOWEST = 40
"""Plates a second that are read back at least: so long is waited for a batch."""
POINTS: dict[str, tuple[str, str, str]] = {
    "begun": ("households_platebatch", "UPDATE", "NEW.state = 'drawing'"),
    "tokens given": ("households_plate", "INSERT", ""),
    "file stored": ("mapping_storedfile", "INSERT", ""),
    "half read": ("households_platebatch", "UPDATE", "NEW.state = 'reading' AND 2 * NEW.read_back > NEW.plate_count"),
    "released": ("households_platebatch", "UPDATE", "NEW.state = 'printed'"),
    "committed, not told": ("mapping_job", "UPDATE", "NEW.state = 'done'"),
}
ORDINARY = {("tokens given", "backend"), ("half read", "worker")}
DRAWN = {"half read", "released", "committed, not told"}

PLATES = """
SELECT json_build_array(
    (SELECT count(*) FROM households_plate WHERE state = 'printed' AND released_at IS NOT NULL),
    (SELECT count(*) FROM households_plate WHERE state = 'draft' AND released_at IS NULL),
    (SELECT count(*) FROM households_plate))
"""
FILE = "SELECT sha256 FROM mapping_storedfile file JOIN households_batchfile kept ON kept.file_id = file.id"
PLACES = "SELECT md5(string_agg(plate_id, ',' ORDER BY serial)) FROM households_batchplate"


def ordered(stand: Stand, houses: int) -> None:
    stand.cluster.must("-m", "tests.security.kill_batch", str(houses), **_settings(stand))


def _settings(stand: Stand) -> dict[str, str]:
    environment = stand._environment()
    return {name: value for name, value in environment.items() if name.startswith(("DATABASE_", "SONHA_"))}


def check(stand: Stand, kills: Counter[str], point: str, victim: str, houses: int) -> None:
    ordered(stand, houses)
    with stand.gate(*POINTS[point]) as somebody:
        stand.start_worker()
        kill(stand, victim, somebody())
    given = stand.ask(PLATES)
    file, places = stand.ask(FILE), stand.ask(PLACES)
    read = stand.ask("SELECT read_back FROM households_platebatch")
    if point not in DRAWN:
        assert given == [0, 0, 0] and file is None, "half a batch was kept"
    elif point == "committed, not told":
        assert given == [houses, 0, houses]
    else:
        assert given == [0, houses, houses], "released before it was read back"
        assert (0 < read < houses) if point == "half read" else read == houses
    job = stand.finished_job(180 + houses / SLOWEST)
    assert job["state"] == "done" and job["result"]["plates"] == houses, (job, stand.worker_said())
    assert stand.ask(PLATES) == [houses, 0, houses], "a plate was given twice"
    assert stand.ask("SELECT count(DISTINCT plate_id) FROM households_batchplate") == houses
    assert stand.ask("SELECT state || ' ' || read_back FROM households_platebatch") == f"printed {houses}"
    assert stand.files_are_whole()
    if point in DRAWN:
        assert (stand.ask(FILE), stand.ask(PLACES)) == (file, places), "it was drawn again"
    batch = stand.ask("SELECT id::text FROM households_platebatch")
    address = f"/plates/batches/{batch}/files/sheets/"
    # Right after PostgreSQL came back the server may still say 503; it finds back by itself.
    stand.wait_for(lambda: stand.get(address)[0] == 200, "the batch's file")
    assert stand.get(address)[1].startswith("%PDF-")
    kills[f"{victim} in a batch of {houses}, {point}"] += 1


@pytest.mark.parametrize(("point", "victim"), cases(POINTS, ORDINARY))
def test_a_batch_survives(stand: Stand, kills: Counter[str], point: str, victim: str) -> None:
    check(stand, kills, point, victim, FEW)


@pytest.mark.nightly
@pytest.mark.parametrize("point", ["tokens given", "half read"])
def test_a_batch_of_twenty_thousand_survives(stand: Stand, kills: Counter[str], point: str) -> None:
    check(stand, kills, point, "worker", MANY)
