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


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """A link in the bar at the top, for people who have `capability` somewhere."""

    label: Promise
    url_name: str
    capability: Capability
    order: int = 50


@dataclass(frozen=True, slots=True)
class TileLayer:
    """A layer of vector tiles under `/tiles/<name>/`.

    `sql(z, scope)` returns a SELECT and its parameters with `%(z)s`, `%(x)s`, `%(y)s`, `%(envelope)s`-style
    placeholders as `mapping.tiles` documents; None when the layer has nothing at that zoom.
    """

    name: str
    label: Promise
    capability: Capability | None  # None: anyone may see it
    min_zoom: int
    max_zoom: int
    sql: Callable[[int, Scope], tuple[str, dict[str, Any]] | None]
    fields: tuple[tuple[str, str], ...] = ()  # attribute and its meaning, for TileJSON
    version: Callable[[Scope], str] | None = None  # what the ETag hangs on, when cheaper than the bytes
    describe: Callable[[float, float, Any], list[dict[str, Any]]] | None = None  # lng, lat (EPSG:4326), user


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long work: `run` does it, `label` names it on the page."""

    name: str
    label: Promise
    capability: Capability
    run: Callable[[Work], None]


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
