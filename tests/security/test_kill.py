"""`kill -9` of worker, PostgreSQL and web server in the middle of imports and forms.

Of batches of plates `test_kill_batches.py` tells, of soil cards `test_kill_cards.py`.

Nothing that was acknowledged is lost, nothing is half there, and every job comes to an end that says how it ended.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.security.kill_stand import Killed, Stand
from tests.security.kill_world import HOUSES, LONG, SHORT

# Where a program is stopped: table, what is done to it, and for single rows which.
IMPORT_POINTS = {
    "begun": ("mapping_job", "UPDATE", "NEW.state = 'running' AND NEW.done = 0"),
    "checked again": ("mapping_changeset", "INSERT", ""),
    "houses written": ("households_house", "INSERT", ""),
    "households written": ("households_household", "INSERT", ""),
    "about to commit": ("households_importrun", "UPDATE", ""),
    "committed, not told": ("mapping_job", "UPDATE", "NEW.state = 'done'"),
}
VICTIMS = ("worker", "backend", "postmaster")
ORDINARY = {
    ("households written", "worker"),
    ("committed, not told", "worker"),
    ("about to commit", "postmaster"),
}


def cases(points: dict[str, Any], ordinary: set[tuple[str, str]]) -> list[Any]:
    """Every point with every victim; a handful in the ordinary run, the rest with -m nightly."""
    return [
        pytest.param(
            point, victim, id=f"{victim} killed, {point}",
            marks=() if (point, victim) in ordinary else pytest.mark.nightly,
        )
        for point in points for victim in VICTIMS
    ]  # fmt: skip


def kill(stand: Stand, victim: str, backend: int) -> None:
    """Kill; PostgreSQL is started again."""
    if victim == "worker":
        stand.kill_worker()
        stand.cut(backend)  # else PostgreSQL would end the statement that it has, and commit where that is all
    elif victim == "backend":
        stand.kill_backend(backend)
    else:
        stand.kill_postgres()


WRITTEN = """
SELECT json_build_array(
    (SELECT count(*) FROM households_house), (SELECT count(*) FROM households_household),
    (SELECT count(*) FROM mapping_changeset), (SELECT coalesce(sum(count), 0) FROM mapping_addedrange),
    (SELECT count(*) FROM households_importrun WHERE state = 'applied'))
"""
# The rows that the change set says it has added, counted in the tables themselves.
IN_RANGES = """
SELECT (SELECT count(*) FROM households_house h JOIN mapping_addedrange a
            ON a."table" = 'households_house' AND h.id BETWEEN a.first_id AND a.last_id)
     + (SELECT count(*) FROM households_household h JOIN mapping_addedrange a
            ON a."table" = 'households_household' AND h.id BETWEEN a.first_id AND a.last_id)
"""


def after_import(rows: int) -> list[int]:
    """What WRITTEN tells after a list of so many rows, a house and a household each."""
    return [HOUSES + rows, rows, 1, 2 * rows, 1]


BEFORE = [HOUSES, 0, 0, 0, 0]


@pytest.mark.parametrize(("point", "victim"), cases(IMPORT_POINTS, ORDINARY))
def test_an_import_survives(stand: Stand, kills: Counter[str], point: str, victim: str) -> None:
    with stand.gate(*IMPORT_POINTS[point]) as somebody:
        status, leads_to = stand.post(f"/imports/{stand.ids['long']}/apply/", doubles="add")
        assert (status, leads_to) == (302, f"/imports/{stand.ids['long']}/")
        stand.start_worker()
        kill(stand, victim, somebody())
    committed = point == "committed, not told"
    assert stand.ask(WRITTEN) == (after_import(LONG) if committed else BEFORE)
    assert stand.job()["state"] in ("waiting", "running")
    job = stand.finished_job()
    assert (job["state"], stand.ask(WRITTEN)) == ("done", after_import(LONG)), job["sentence"]
    assert f"{LONG} nhà" in job["sentence"]
    assert stand.ask(IN_RANGES) == 2 * LONG
    assert stand.files_are_whole()
    # Right after PostgreSQL came back the server may still say 503; it finds back by itself.
    stand.wait_for(lambda: stand.get(f"/imports/{stand.ids['long']}/")[0] == 200, "the import's page")
    kills[f"{victim} in an import, {point}"] += 1


@pytest.mark.parametrize("victim", ["web server", "backend", pytest.param("postmaster", marks=pytest.mark.nightly)])
def test_a_list_that_the_page_itself_writes_is_written_or_not(stand: Stand, kills: Counter[str], victim: str) -> None:
    address = f"/imports/{stand.ids['short']}/apply/"

    def send() -> int:
        try:
            return stand.post(address, doubles="add")[0]
        except Killed:
            return 0

    with stand.meanwhile(send) as answer:
        with stand.gate(*IMPORT_POINTS["households written"]) as somebody:
            backend = somebody()
            if victim == "web server":
                stand.kill_web()
            else:
                kill(stand, victim, backend)
        assert answer.result() in (0, 500, 503), "it was acknowledged"
    if victim == "web server":
        gone = f"SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = {backend})"
        stand.wait_for(lambda: stand.ask(gone), "the end of the dead server's connection")
    assert stand.ask(WRITTEN) == BEFORE
    stand.start_web()
    assert send() == 302
    assert stand.ask(WRITTEN) == after_import(SHORT) and stand.files_are_whole()
    kills[f"{victim} in a form that imports"] += 1


@pytest.mark.nightly
def test_a_killed_workers_job_is_taken_up_by_the_next_one_in_its_own_time(stand: Stand, kills: Counter[str]) -> None:
    """Half a minute of silence, then the minute that the clock strikes next: nobody helps here."""
    with stand.gate(*IMPORT_POINTS["households written"]) as somebody:
        assert stand.post(f"/imports/{stand.ids['long']}/apply/", doubles="add")[0] == 302
        stand.start_worker()
        kill(stand, "worker", somebody())
    stand.start_worker()
    stand.wait_for(lambda: stand.job()["state"] == "done", "the end of the job", 180)
    assert stand.ask(WRITTEN) == after_import(LONG)
    kills["worker in an import, taken up in its own time"] += 1


PRINTED = f"""
SELECT state || CASE WHEN read_back = plate_count AND plate_count >= {HOUSES + 5}
                      AND plate_count = (SELECT count(*) FROM households_plate WHERE state = 'printed')
                     THEN ' whole' ELSE ' in part' END
  FROM households_platebatch
"""
UNFINISHED = "SELECT count(*) FROM mapping_job WHERE state IN ('waiting', 'running')"


def test_whatever_was_acknowledged_is_there_after_everything_was_killed_at_once(
    stand: Stand, kills: Counter[str]
) -> None:
    """An upload, houses one after the other, a list put to work, plates ordered; then web, worker and PostgreSQL."""
    stand.start_worker()
    acknowledged: list[str] = []
    status, uploaded = stand.upload(
        "/imports/", "mới.csv", "Số nhà,Kinh độ,Vĩ độ\n7,105.81,19.66\n".encode(), commune="99001"
    )
    assert status == 302
    for number in range(5):
        status, leads_to = stand.post(
            "/houses/add/", lng=f"{105.82 + number * 0.001}", lat="19.68", number=f"{number}K"
        )
        assert status == 302, leads_to
        acknowledged.append(leads_to)
    status, batch = stand.post("/plates/order/", commune="99001", sent="yes", output="sheets")
    assert status == 302 and batch.startswith("/plates/batches/")
    assert stand.post(f"/imports/{stand.ids['long']}/apply/", doubles="add")[0] == 302
    stand.kill_web()
    stand.kill_postgres()
    stand.kill_worker()
    stand.start_web()
    for address in (uploaded, batch, *acknowledged):
        assert stand.get(address)[0] == 200, address
    assert stand.ask("SELECT count(*) FROM households_house WHERE number LIKE '%K'") == 5
    stand.wait_for(lambda: stand.revive_worker() or not stand.ask(UNFINISHED), "the end of both jobs", 240)
    assert stand.ask("SELECT array_agg(kind || ' ' || state ORDER BY created_at) FROM mapping_job") == [
        "plates.batch done",
        "import.apply done",
    ]
    assert stand.ask(PRINTED) == "printed whole"
    # Numbers of house codes, as of everything else, go on where they were: none is given twice.
    assert stand.ask("SELECT count(*) FROM households_house") == HOUSES + 5 + LONG
    assert stand.files_are_whole()
    kills["web server, worker and PostgreSQL at once"] += 1
