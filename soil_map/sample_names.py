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
from soil_map.models import Campaign, Sample

_FIELD: Final = re.compile(r"(?:to|t)?[ .]*[0-9a-z]*[0-9][0-9a-z]*[ ,;.]*(?:/|thua)[ .]*[0-9]+[a-z]?")


def tells_field(code: str) -> bool:
    """Whether a code is sheet and number of a field: "12/345", "tờ 12 thửa 345"."""
    return _FIELD.fullmatch(fold(code).lower().strip()) is not None


def open_code(sample: Sample) -> str:
    """Return what strangers are told for the code of a sample's site; asks the database where that tells a field."""
    code = sample.site.code
    if not tells_field(code):
        return code
    return str(Sample.objects.filter(campaign=sample.campaign_id, pk__lte=sample.pk).count())


def running_numbers(campaign: Campaign) -> dict[uuid.UUID, int]:
    """The running number of each sample of a campaign, private ones among them."""
    keys = Sample.objects.filter(campaign=campaign).order_by("pk").values_list("pk", flat=True)
    return {key: number for number, key in enumerate(keys, 1)}
