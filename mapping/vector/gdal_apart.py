"""Let GDAL read a drawing, a MapInfo table or an OpenStreetMap extract apart, bounded in time, memory and disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import pyogrio

Driver = Literal["DXF", "DGN", "MapInfo File", "OSM"]
_CHILD: Final = Path(__file__).with_name("gdal_child.py")
_SECONDS_TO_START: Final = 20
_LARGEST_ANSWER: Final = 150_000_000
"""Bytes: two million points as hexadecimal text, and the texts of a hundred thousand lines."""

# What GDAL may not do, whatever a file says: reach a network, read standard input, look at neighbouring files.
_ENVIRONMENT: Final = {
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "CPL_ALLOW_VSISTDIN": "NO",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "CPL_LOG_ERRORS": "OFF",
    # Text stays as its bytes, a letter each: GDAL drops the last one when it recodes Windows-1258.
    "DXF_ENCODING": "ISO-8859-1",
    "OGR_ARC_STEPSIZE": "8",
    # Nodes of an extract are kept in the folder once there are too many for memory.
    "OSM_MAX_TMPFILE_SIZE": "100",
    "OGR_INTERLEAVED_READING": "NO",
}


class ApartError(Exception):
    """What the other process could not do: damaged, too_many_rows, too_many_vertices, too_heavy."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much the other process may take: seconds of CPU, address space, temporary files."""

    rows: int
    vertices: int
    seconds: int = 90
    memory_bytes: int = 2_000_000_000
    disk_bytes: int = 3_000_000_000


def read(
    path: Path,
    driver: Driver,
    bounds: Bounds,
    *,
    layer: str | None,
    columns: list[str] | None = None,
    where: str | None = None,
    box: tuple[float, float, float, float] | None = None,
    encoding: str | None = None,
    options: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Titles, feature ids, columns of text, shapes as hexadecimal WKB and the system of a layer, the first for None.

    The file lies in a folder that holds nothing but its parts, in which the answer and temporary files come to lie.
    `box` is west, south, east, north in the file's system; `encoding` is that of its texts, where GDAL does not know
    it. The system is what GDAL makes of it, "" for none. Raises `ApartError`.
    """
    answer = path.parent / "answer.json"
    asked = {
        "path": str(path), "driver": driver, "answer": str(answer), "layer": layer, "columns": columns, "where": where,
        "bbox": box, "encoding": encoding, "rows": bounds.rows, "vertices": bounds.vertices, "seconds": bounds.seconds,
        "memory_bytes": bounds.memory_bytes, "disk_bytes": bounds.disk_bytes,
    }  # fmt: skip
    environment = _ENVIRONMENT | {
        "PATH": os.defpath,
        "HOME": str(path.parent),
        "TMPDIR": str(path.parent),
        "CPL_TMPDIR": str(path.parent),
        "GDAL_SKIP": _all_but(driver),
        **(options or {}),
    }
    try:
        done = subprocess.run(  # noqa: S603 (our own script, nothing of the file's in its arguments)
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(asked).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=path.parent,
            env=environment,
            timeout=bounds.seconds + _SECONDS_TO_START,
        )
    except subprocess.TimeoutExpired as error:
        raise ApartError("too_heavy") from error
    if done.returncode == 1:
        raise RuntimeError(f"{_CHILD.name} failed: {done.stderr[-2_000:].decode('utf-8', 'replace')}")
    if done.returncode or not answer.is_file():
        # Out of time or memory, or GDAL fell over; either way the file is nothing that a map needs to be.
        raise ApartError("too_heavy")
    if answer.stat().st_size > _LARGEST_ANSWER:
        raise ApartError("too_heavy")
    told: dict[str, Any] = json.loads(answer.read_bytes())
    if "error" in told:
        raise ApartError(told["error"])
    return told


@cache
def _all_but(driver: str) -> str:
    """Every other driver of this GDAL, as GDAL_SKIP wants them."""
    return ",".join(name for name in pyogrio.list_drivers() if name != driver)
