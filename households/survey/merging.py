"""Merge what a phone changed into what others sent since the phone last looked. Pure.

Each field remembers the version in which it was last changed, and by which phone. A change is applied where nobody else
changed the field after the phone's `base`, or it holds the value already; what the phone itself sent before it knows,
receipt or none. Any other change is a conflict: what is held stays, both are kept, and an officer says which holds.
Who says by themselves what is held already vouches for it: the field is then of both, so that neither changes it in
silence before having seen that the other agreed. Nothing is decided by who came last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Touch:
    """When a field was last changed, and by which source: a phone, or an officer who settled it.

    `agreed` are others who had said the same by themselves, each with the version at which they did.
    """

    version: int
    source: str
    agreed: tuple[tuple[int, str], ...] = ()

    @classmethod
    def read(cls, kept: Sequence[Any]) -> Touch:
        """Return what `written` made."""
        return cls(kept[0], kept[1], tuple(zip(kept[2::2], kept[3::2], strict=True)))

    def written(self) -> list[Any]:
        """As JSON: version, source, and the same of each who agreed."""
        return [self.version, self.source, *(one for pair in self.agreed for one in pair)]

    def others(self, source: str) -> tuple[tuple[int, str], ...]:
        """Version and source of all but one."""
        return tuple(one for one in ((self.version, self.source), *self.agreed) if one[1] != source)

    def is_unseen(self, base: int, source: str) -> bool:
        """Whether somebody other than `source` has said it after `base`."""
        return any(version > base for version, _source in self.others(source))

    def at(self, version: int) -> Touch:
        """The same as if all had said it at one version."""
        return Touch(version, self.source, tuple((version, source) for _version, source in self.agreed))


@dataclass(frozen=True)
class Record:
    """Fields with their values and last changes, and the version of the whole.

    An emptied field has a touch and no value.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    touches: Mapping[str, Touch] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True)
class Clash:
    """A field that somebody else changed meanwhile to another value."""

    field: str
    held: Any
    sent: Any


@dataclass(frozen=True)
class Merged:
    """What the record is after a change, and what could not be decided.

    `applied` are fields with another value than before, `vouched` those that somebody else said the same of.
    """

    record: Record
    applied: tuple[str, ...]
    clashes: tuple[Clash, ...]
    vouched: tuple[str, ...] = ()


def merge(
    record: Record, base: int, sent: Mapping[str, Any], source: str, seen: Mapping[str, int] | None = None
) -> Merged:
    """Return the record with the values of `sent`, made by a source that had seen version `base`.

    `seen` says of single fields another version than `base` up to which the source had seen them. Sending the same
    again changes nothing. The version rises by one if any value changes, or somebody else vouches for one. None empties
    a field, also one that nobody said anything of before: the register may hold it. Raises ValueError for a base that
    is still to come.
    """
    if base > record.version:
        raise ValueError(f"base {base} of a record of version {record.version}")
    values, touches = dict(record.values), dict(record.touches)
    following = record.version + 1
    applied, vouched, clashes = [], [], []
    for name, value in sent.items():
        held, touch = values.get(name), touches.get(name)
        is_unseen = touch is not None and touch.is_unseen((seen or {}).get(name, base), source)
        is_first_word = touch is None and value is None
        if is_same(held, value) and not is_first_word:
            if touch is not None and is_unseen:
                touches[name] = Touch(following, source, touch.others(source))
                vouched.append(name)
            continue
        if is_unseen:
            clashes.append(Clash(name, held, value))
            continue
        if value is None:
            values.pop(name, None)
        else:
            values[name] = value
        touches[name] = Touch(following, source)
        applied.append(name)
    version = following if applied or vouched else record.version
    return Merged(Record(values, touches, version), tuple(applied), tuple(clashes), tuple(vouched))


def is_same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are the same; yes is not one."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(is_same(a, b) for a, b in zip(one, other, strict=True))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)
