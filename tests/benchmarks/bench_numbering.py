"""`numbering`: a million houses on 60,000 streets numbered in one job: read, numbered, written as proposals, counted.

The yardstick of the rate is what the project asks of itself, 20,000 houses a second on one core: one process works over
one connection to PostgreSQL, and mostly neither while the other does. A second figure counts the seconds of processor
time that both take, which a busy machine stretches less. The engine's own share is told as such a rate too. Memory is
Python's peak above what it held before; that it is the same at a tenth of the size shows that it does not grow with the
number of communes. The largest commune decides it, and here all are alike.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks import numbering_ground
from tests.benchmarks.measure import ROOT, PeakMemory, Report, owner_connection, status_bytes

ASKED_PER_SECOND = 20_000
COMMUNES = int(os.environ.get("SONHA_BENCH_NUMBERING_COMMUNES", "400"))
FEW = max(1, COMMUNES // 10)
RUNS = 3


def run(report: Report) -> None:
    """Number everything three times over and report the median; memory at a tenth and at the whole."""
    from households.proposals import everywhere

    with owner_connection() as connection:
        full = connection.execute("SELECT count(*) FROM households_house").fetchone() == (_houses(COMMUNES),)
    if not full:
        # In a process of its own: what its making took would hide what the numbering takes.
        command = [sys.executable, "-m", "tests.benchmarks.numbering_ground", str(COMMUNES)]
        subprocess.run(command, cwd=ROOT, check=True)
    communes = list(everywhere.communes_with_streets())
    memory = PeakMemory()
    with memory:
        _number(communes[:FEW])  # also loads code and makes plans, once and for all
        at_a_tenth = (status_bytes("VmHWM") - memory.before) / 1e6
        taken, worked = (
            sorted(times)[RUNS // 2] for times in zip(*(_number(communes) for _ in range(RUNS)), strict=True)
        )
    with _engine_timed() as spent:
        _number(communes[:FEW])
    count, some = _houses(COMMUNES), _houses(FEW)
    asked = "20,000 houses a second on one core, as the project asks of itself"
    report("houses_per_second", "houses/s", count / taken, ASKED_PER_SECOND, asked, count)
    report("houses_per_processor_second", "houses/s", count / worked, ASKED_PER_SECOND, asked, count)
    report("engine_houses_per_processor_second", "houses/s", some / spent[0], None, None, some)
    report("peak_mb_at_a_tenth", "MB", at_a_tenth, None, None, some)
    report("peak_mb", "MB", memory.megabytes, None, None, count)


def _houses(communes: int) -> int:
    return communes * numbering_ground.HOUSES


def _number(communes: list[Any]) -> tuple[float, float]:
    """Number the communes as one job does; proposals of before are gone first.

    Return the seconds that passed, and those that our process and PostgreSQL's for it worked.
    """
    from households.proposals import everywhere
    from households.proposals.rules import ProposalRules
    from mapping import wall

    with owner_connection() as connection:
        connection.execute("TRUNCATE households_numberingproposal CASCADE; TRUNCATE households_proposednumber")
    worked = _processor_seconds()
    start = time.perf_counter()
    done = 0
    with wall.acting_as_system("propose_numbers"):
        for proposed in everywhere.propose(user=None, communes=communes, villages=None, rules=ProposalRules()):
            assert proposed.proposal is not None, proposed.refusal
            counts = proposed.proposal.counts
            assert counts["houses"] == numbering_ground.HOUSES and not counts["unplaced"], counts
            done += 1
    assert done == len(communes)
    return time.perf_counter() - start, _processor_seconds() - worked


def _processor_seconds() -> float:
    """Processor time of this process and of the one that serves its connection to PostgreSQL; Linux only."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (server,) = cursor.fetchone()
    user, system = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[11:13]
    return time.process_time() + (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _engine_timed() -> Iterator[list[float]]:
    """Add up the processor seconds that the engine takes of its own."""
    from households.numbering import engine

    inner, spent = engine.number_houses, [0.0]

    def timed(*given: Any) -> Any:
        start = time.process_time()
        try:
            return inner(*given)
        finally:
            spent[0] += time.process_time() - start

    engine.number_houses = timed
    try:
        yield spent
    finally:
        engine.number_houses = inner
