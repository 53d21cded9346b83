"""What a sample is called before strangers: by its code, unless that tells the field it is from.

A sheet that knows samples by their fields alone makes "12/345" the code of a site, and fields are not for everyone.
Strangers are told the sample's running number in its campaign instead, in the order in which samples were brought in:
the place of a code among the others would tell the code.
"""

from __future__ import annotations

import re
import uuid
from typing import Final

from mapping.text import fold
from soil_map.models import Campaign, Parcel, Sample

_FIELD: Final = re.compile(
    r"[a-z0-9][^/]*/[^/]*[0-9]"  # "12/345-1", "BĐ 12/345", "PL-3/7": a slash with a number somewhere behind it
    r"|(?<![a-z])thua(?![a-z])[^0-9]*[0-9]"  # "thửa 345", "Thửa 345 tờ 12"
    r"|(?<![a-z])to(?![a-z])[ .:]*(?:ban do)?[ .:]*(?:so)?[ .:]*[0-9]+[a-z]?[ ,;.\-–]+[0-9]"  # "tờ 12, 345"
)
"""Wide on purpose: whoever is told a number instead of a code that tells no field has lost little."""
_RUN: Final = re.compile(r"[0-9]+|[a-z]+")
_SAYS_NOTHING: Final = frozenset({"to", "thua", "so", "ban", "do", "t", "th"})


def tells_field(code: str, parcel: Parcel | None = None) -> bool:
    """Whether a code tells a field: "12/345", "tờ 12 thửa 345", or sheet and number of `parcel`, in whatever shape."""
    if _FIELD.search(fold(code)) is not None:
        return True
    if parcel is None:
        return False
    told, sheet, number = (_runs(text) for text in (code, parcel.sheet, parcel.number))
    return any(_holds(told, whole) for whole in (sheet + number, number + sheet))


def may_tell_parcel(code: str) -> bool:
    """Whether it is worth finding out which field a sample lies in: only then can `tells_field` depend on it."""
    return len(_runs(code)) > 1


def _runs(text: str) -> list[str]:
    """The numbers and words of a text without what stands between, zeros before a number, and words like "tờ"."""
    found = (run.lstrip("0") if run.isdigit() else run for run in _RUN.findall(fold(text)))
    return [run for run in found if run not in _SAYS_NOTHING]


def _holds(told: list[str], part: list[str]) -> bool:
    """Whether a list has another in it, without a gap."""
    ends = range(len(part), len(told) + 1)
    return bool(part) and any(told[end - len(part) : end] == part for end in ends)


def open_code(sample: Sample) -> str:
    """Return what strangers are told for the code of a sample's site; asks the database where that tells a field."""
    code = sample.site.code
    if not tells_field(code, sample.parcel):
        return code
    return str(Sample.objects.filter(campaign=sample.campaign_id, pk__lte=sample.pk).count())


def running_numbers(campaign: Campaign) -> dict[uuid.UUID, int]:
    """The running number of each sample of a campaign, private ones among them."""
    keys = Sample.objects.filter(campaign=campaign).order_by("pk").values_list("pk", flat=True)
    return {key: number for number, key in enumerate(keys, 1)}
