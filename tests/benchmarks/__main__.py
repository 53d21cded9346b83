"""`python -m tests.benchmarks [--keep] [NAME ...]`: run the named benchmarks, or all, each in its own process."""

from __future__ import annotations

import argparse
import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import django

from tests.benchmarks import measure

NAMES = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


class JsonLines:
    """Writes each reported figure as one JSON line on standard output."""

    def __init__(self, bench: str) -> None:
        self.bench = bench

    def __call__(
        self, figure: str, unit: str, ours: float, against: float | None, yardstick: str | None, size: int
    ) -> None:
        """Print one figure; the ratio is ours ÷ against, null for an absolute figure."""
        line = {
            "bench": self.bench,
            "figure": figure,
            "unit": unit,
            "ours": shortened(ours),
            "against": None if against is None else shortened(against),
            "yardstick": yardstick,
            "ratio": None if against is None else shortened(ours / against),
            "size": size,
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)


def shortened(value: float) -> float:
    """Give four significant digits, which is more than five runs can promise."""
    return value if value == 0 else round(value, 3 - math.floor(math.log10(abs(value))))


def run_alone(name: str, *, keep: bool) -> None:
    """Run one benchmark in this process, on its own migrated database."""
    with measure.own_database(name, keep=keep):
        django.setup()
        measure.migrate()
        importlib.import_module(f"tests.benchmarks.bench_{name}").run(JsonLines(name))


def main() -> int:
    """Run one benchmark here, several in processes of their own, so that none inherits another's memory."""
    parser = argparse.ArgumentParser(prog="script/bench", description="Ours and a yardstick, measured in turn.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(NAMES) or 'none yet'}")
    parser.add_argument("--keep", action="store_true", help="keep the database, and reuse what it holds next time")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no benchmark “{unknown[0]}”; there are: {', '.join(NAMES) or 'none yet'}")
    names = options.names or NAMES
    if len(names) == 1:
        run_alone(names[0], keep=options.keep)
        return 0
    command = [sys.executable, "-m", "tests.benchmarks", *(["--keep"] if options.keep else [])]
    failed = [name for name in names if subprocess.run([*command, name]).returncode != 0]
    if failed:
        print(f"script/bench: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
