"""Which scheme classes the values of a method, and which class a value is in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from soil_map import classes, units
from soil_map.models import ClassScheme, Method, SchemeState, SoilClass


@dataclass(frozen=True)
class UsedScheme:
    """A scheme with its classes, lowest first; values come in the property's canonical unit."""

    scheme: ClassScheme
    classes: tuple[SoilClass, ...]

    @property
    def is_draft(self) -> bool:
        """Whether its limits were not compared with their source: whatever shows a class of it says so."""
        return self.scheme.state != SchemeState.APPROVED

    @cached_property
    def limits(self) -> classes.Scheme:
        """The limits in the property's canonical unit, rounded as figures are that come in, for maps and styles.

        Values that were measured are classed by `place_of`.
        """
        convert = self._conversion.convert
        return classes.scheme([None if one.lower is None else convert(one.lower) for one in self.classes])

    @cached_property
    def _own(self) -> classes.Scheme:
        return classes.scheme([one.lower for one in self.classes])

    @cached_property
    def factor(self) -> float:
        """What a value in the scheme's own unit is multiplied with to be in the property's."""
        return self._conversion.factor

    @cached_property
    def _conversion(self) -> units.Conversion:
        return units.conversion(units.unit_of(self.scheme.unit), units.unit_of(self.scheme.property.unit))

    @property
    def own_limits(self) -> list[float]:
        """The limits in the scheme's own unit, as its source writes them."""
        return [one.lower for one in self.classes if one.lower is not None]

    def in_own_unit(self, value: float) -> float:
        """A value in the property's canonical unit in the scheme's own; one on a limit stays on it."""
        return units.told_in(value, self.factor)

    def place_of(self, value: float) -> int:
        """Return the place, 0 the lowest, of the class of a value in the property's canonical unit.

        Found in the scheme's own unit, in which the limits are written and the value stands beside them.
        """
        return self._own.class_of(self.in_own_unit(value))

    def class_of(self, value: float) -> SoilClass:
        """Return the class of a value in the property's canonical unit."""
        return self.classes[self.place_of(value)]


def schemes_of(method: Method) -> list[UsedScheme]:
    """Return the schemes that hold for a method, the newest version of each: approved ones first, then by key."""
    return schemes_of_all([method.pk])[method.pk]


def scheme_of(method: Method) -> UsedScheme | None:
    """Return the scheme that a method's values are classed by unless another is asked for; None where there is none."""
    return next(iter(schemes_of(method)), None)


def schemes_of_all(method_keys: Iterable[str]) -> dict[str, list[UsedScheme]]:
    """Return `schemes_of` each method, with as many queries as for one."""
    found: dict[str, dict[str, ClassScheme]] = {key: {} for key in method_keys}
    links = ClassScheme.methods.through.objects.filter(method__in=list(found)).values_list(
        "method_id", "classscheme_id"
    )
    methods: dict[int, list[str]] = {}
    for method_key, scheme_id in links:
        methods.setdefault(scheme_id, []).append(method_key)
    rows = ClassScheme.objects.filter(pk__in=methods).select_related("property").prefetch_related("classes")
    for scheme in sorted(rows, key=lambda one: (one.state != SchemeState.APPROVED, -one.version)):
        for method_key in methods[scheme.pk]:
            found[method_key].setdefault(scheme.key, scheme)
    return {key: [_used(one) for one in sorted(of.values(), key=_approved_first)] for key, of in found.items()}


def scheme_of_all(method_keys: Iterable[str]) -> dict[str, UsedScheme | None]:
    """Return `scheme_of` each method, with as many queries as for one."""
    return {key: next(iter(of), None) for key, of in schemes_of_all(method_keys).items()}


def _approved_first(scheme: ClassScheme) -> tuple[bool, str]:
    return scheme.state != SchemeState.APPROVED, scheme.key


def _used(scheme: ClassScheme) -> UsedScheme:
    return UsedScheme(scheme, tuple(sorted(scheme.classes.all(), key=lambda row: row.rank)))
