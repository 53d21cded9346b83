"""What a kind of file must be able to do for the wizard, the jobs and the command, which know no more of it than this.

A kind is a module: `laboratory_runs` for laboratory sheets, `polygon_runs` for soil units and parcels. A meaning is the
JSON that `SoilImport.meaning` keeps: how the file was understood and what a person has said of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, cast

from mapping.importing import Progress
from soil_map.models import SoilImport, SoilImportKind

_MODULES: Final = {
    SoilImportKind.LABORATORY: "soil_map.importing.laboratory_runs",
    SoilImportKind.SOIL_UNITS: "soil_map.importing.polygon_runs",
    SoilImportKind.PARCELS: "soil_map.importing.polygon_runs",
}


class KindOfFile(Protocol):
    """The functions and constants of such a module."""

    TEMPLATE: str
    """Included in the import's page with what `page` returns: the questions, and under them what was found."""

    def is_long(self, path: Path) -> bool:
        """Whether reading the file is work for a job rather than for a page that a person waits for."""

    def check(
        self, soil_import: SoilImport, meaning: dict[str, Any] | None, progress: Progress = ...
    ) -> dict[str, Any]:
        """Read the file as `meaning` says, or as it seems by itself where that is None, and keep meaning, report and
        state by `keeping.note`; returns the report. Nothing else is written. Raises UserError with one sentence.
        """

    def apply(self, soil_import: SoilImport, user: Any, progress: Progress = ...) -> None:
        """Write what the check showed, in one transaction between `keeping.begin_writing` and `end_writing`; raises
        `keeping.changed_since()` when it would do anything else now.
        """

    def chosen(self, soil_import: SoilImport, data: Mapping[str, Any]) -> dict[str, Any]:
        """The meaning with what a person chose in the form of the page. Raises UserError."""

    def of_options(self, soil_import: SoilImport, options: Mapping[str, Any]) -> dict[str, Any]:
        """The meaning with the options of the command: crs, swap, layer, encoding, method and unit (lists of
        "COLUMN=KEY"). Raises UserError.
        """

    def page(self, soil_import: SoilImport) -> dict[str, Any]:
        """The context of `TEMPLATE`."""

    def told(self, soil_import: SoilImport) -> Iterator[str]:
        """What the command says of a check: what is still asked for, what would come, what was refused."""

    def report_rows(self, soil_import: SoilImport) -> Iterable[Sequence[Any]]:
        """The report as a table, its header first: everything that was refused or stands out, with its place."""


def module_of(kind: str) -> KindOfFile:
    """The module that knows a kind of file."""
    return cast(KindOfFile, import_module(_MODULES[SoilImportKind(kind)]))
