"""Read one file with one GDAL driver, in a process of its own that may take little time and memory. Run as a script.

GDAL's readers of drawings and of OpenStreetMap are large and old, and the files come from anywhere: what they cost, or
break, stays here. The process knows no database and no secret, and no driver but the one it is told: the caller names
all others in GDAL_SKIP before GDAL looks at its drivers. Answers with JSON in a file, which cannot run anything.

Takes a JSON object on its standard input (see `gdal_apart.read`); exits with 0 when it has answered.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

OUT_OF_MEMORY = 3
"""The exit status that says so."""

LONGEST_TEXT = 300
"""Letters of a value that are handed on: a file can name one endless text for each of its lines."""


def main() -> None:
    """Do what standard input asks for."""
    asked = json.load(sys.stdin)
    _limit(asked)
    try:
        answer = _read(asked)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    Path(asked["answer"]).write_text(json.dumps(answer), encoding="ascii")


def _limit(asked: dict[str, Any]) -> None:
    seconds, memory, disk = (int(asked[name]) for name in ("seconds", "memory_bytes", "disk_bytes"))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (disk, disk))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(asked: dict[str, Any]) -> dict[str, Any]:
    import pyogrio

    if list(pyogrio.list_drivers()) != [asked["driver"]]:
        return {"error": "driver"}
    try:
        meta, fids, geometry, values = pyogrio.raw.read(
            asked["path"],
            layer=asked["layer"],
            columns=asked["columns"],
            where=asked["where"],
            bbox=None if asked["bbox"] is None else tuple(asked["bbox"]),
            max_features=asked["rows"] + 1,
            force_2d=True,
            encoding=asked["encoding"],
            return_fids=True,
        )
    except (ValueError, RuntimeError, UnicodeError):  # pyogrio's own errors are RuntimeErrors
        return {"error": "damaged"}
    if geometry is None:
        return {"error": "damaged"}
    if len(geometry) > asked["rows"]:
        return {"error": "too_many_rows"}
    if sum(len(shape) for shape in geometry if shape is not None) > 16 * asked["vertices"]:
        return {"error": "too_many_vertices"}
    return {
        "titles": [str(title) for title in meta["fields"]],
        "crs": str(meta["crs"] or ""),
        "fids": [int(fid) for fid in fids],
        "values": [[_text(value) for value in column] for column in values],
        "shapes": [None if shape is None else shape.hex() for shape in geometry],
    }


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    return str(value)[:LONGEST_TEXT]


if __name__ == "__main__":
    main()
