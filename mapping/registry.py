"""What the upper floors announce to the ground floor, in `AppConfig.ready()`.

Entries are frozen dataclasses in plain lists and dicts. Nothing here creates a view or scans a module:
a reader greps for `registry.layers.append` and finds every layer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from mapping.access import Capability, Scope

if TYPE_CHECKING:
    from mapping.jobs import Work
    from mapping.models import Job, Unit


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A link in the bar at the top, for people who have `capability` somewhere."""

    label: Promise
    url_name: str
    capability: Capability
    order: int = 50
    waiting: Callable[[Any], int] | None = None  # how many things there wait for a person; shown beside the label


@dataclass(frozen=True, slots=True)
class TilePart:
    """One kind of feature inside the tiles of a layer.

    `rows(z, scope)` returns a SELECT and its parameters: a column `id` (bigint, or null), `geometry` in EPSG:3857
    and one column for each of `fields`; null leaves the attribute out. `mapping.tiles.REACH` in its WHERE is the
    tile with its margin, and the only place it may look at.
    """

    name: str
    min_zoom: int
    max_zoom: int
    rows: Callable[[int, Scope], tuple[str, dict[str, Any]]]
    fields: tuple[tuple[str, Promise], ...] = ()  # attribute and its meaning, for TileJSON


@dataclass(frozen=True, slots=True)
class TileLayer:
    """A layer of vector tiles under `/tiles/<name>/`: one request, one scope, one or more parts."""

    name: str
    label: Promise
    capability: Capability | None  # None: anyone may see it
    parts: tuple[TilePart, ...]
    describe: Callable[[float, float, Any], list[dict[str, Any]]] | None = None  # lng, lat (EPSG:4326), user

    @property
    def min_zoom(self) -> int:
        """The lowest zoom that has tiles."""
        return min(part.min_zoom for part in self.parts)

    @property
    def max_zoom(self) -> int:
        """The highest zoom that has tiles; a map stretches these to go closer."""
        return max(part.max_zoom for part in self.parts)


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work: `run` does it, `label` names it on the page.

    `result_page` is the address of a page that hands out what it made, where that is no kept file. `is_private`: the
    work tells more than its capability covers (a list that somebody brought), so it is for whoever ordered it alone.
    `back` gives the page from which the work was ordered, its address and the words of the link, by its parameters.
    `ended` is told of a job that is over without `run` having seen its end: stopped while it waited, or given up.
    """

    name: str
    label: Promise
    capability: Capability
    run: Callable[[Work], None]
    result_page: str = ""
    is_private: bool = False
    back: Callable[[dict[str, Any]], tuple[str, str]] | None = None
    ended: Callable[[Job], None] | None = None


@dataclass(frozen=True, slots=True)
class ChangeTable:
    """A table whose rows a change set may put back: a UUID `id` and a counter `version` are required."""

    model: Any
    geometry_columns: tuple[str, ...] = ()


navigation: list[NavigationEntry] = []
layers: dict[str, TileLayer] = {}
job_kinds: dict[str, JobKind] = {}
change_tables: dict[str, ChangeTable] = {}
change_labels: dict[str, Promise] = {}  # ChangeSet.kind → what it is called on screen
audit_actions: dict[str, Promise] = {}  # AuditEntry.action → what a person did, as a sentence goes on after the name
# Run once an hour by a worker: each clears away what its floor keeps for a while only.
upkeep: list[Callable[[], None]] = []
# Asked when outlines of known units have moved: sentences about what no longer fits, for whoever loaded them.
outline_witnesses: list[Callable[[list[Unit]], list[str]]] = []
