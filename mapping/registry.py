"""What the upper floors announce to the ground floor, in `AppConfig.ready()`.

Entries are frozen dataclasses in plain lists and dicts. Nothing here creates a view or scans a module:
a reader greps for `registry.layers.append` and finds every layer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from mapping.access import Capability, Scope

if TYPE_CHECKING:
    from mapping.jobs import Work
    from mapping.models import Job, Unit


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A link in the bar at the top, for people who have `capability` somewhere; None: for anyone."""

    label: Promise
    url_name: str
    capability: Capability | None
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
class Chosen:
    """What a request asks of a layer that holds many maps, looked up in the name of who asks."""

    params: dict[str, Any]  # of the parts' statements
    is_public: bool  # anyone would be handed the very same tile
    seen: str = ""  # a SELECT in the tile's own statement, with the same parameters: no row, no such tile


@dataclass(frozen=True, slots=True)
class TileLayer:
    """A layer of vector tiles under `/tiles/<name>/`: one request, one scope, one or more parts.

    A layer that holds many maps names in `asks` what a request must or may say, and `choose(user, query)` finds what
    is meant; None where there is no such thing for that person, who is told that there is no such tile.
    """

    name: str
    label: Promise
    capability: Capability | None  # None: anyone may see it
    parts: tuple[TilePart, ...]
    describe: Callable[[float, float, Any], list[dict[str, Any]]] | None = None  # lng, lat (EPSG:4326), user
    asks: tuple[str, ...] = ()
    choose: Callable[[Any, Mapping[str, str]], Chosen | None] | None = None

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
# What a floor adds to the map that phones take along into the field: what anyone may see of the communes in the scope.
# A part's name is that of the layer in the file.
base_map_parts: list[TilePart] = []
job_kinds: dict[str, JobKind] = {}
change_tables: dict[str, ChangeTable] = {}
change_labels: dict[str, Promise] = {}  # ChangeSet.kind → what it is called on screen
# Kinds of change sets that are taken back on pages of their own floor, by whoever has the right there.
changes_undone_elsewhere: set[str] = set()
audit_actions: dict[str, Promise] = {}  # AuditEntry.action → what a person did, as a sentence goes on after the name
# Run once an hour by a worker: each clears away what its floor keeps for a while only.
upkeep: list[Callable[[], None]] = []
# Asked when outlines of known units have moved: sentences about what no longer fits, for whoever loaded them.
outline_witnesses: list[Callable[[list[Unit]], list[str]]] = []
# What a floor adds to the demo commune (`manage.py demo`), given its unit, a folder for files to try, and whether to
# make it anew; each returns what it did as sentences.
demo_parts: list[Callable[[Unit, Path, bool], list[str]]] = []


def described(lng: float, lat: float, user: Any) -> list[tuple[Promise, str]]:
    """Return what layers of all floors tell somebody of a place (EPSG:4326): a layer's label, and a line of it."""
    return [
        (layer.label, ", ".join(str(value) for value in row.values() if value))
        for layer in layers.values()
        if layer.describe is not None
        for row in layer.describe(lng, lat, user)
    ]
