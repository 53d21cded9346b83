"""Sheet profiles: those that come with the program and those that a commune has made for itself.

`owning.py` says who may change them and how.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models import OwnSheetProfile, PlateBatch
from households.models.plate_batch import LONGEST_NAME
from households.plates.owning import Owning, Sentences
from households.plates.sheet_sentences import ProfileRefused, refused
from mapping import access
from mapping.access import Capability
from mapping.errors import UserError
from mapping.models import Unit
from mapping.printing.calibration import Measured, Slip, calibrated, slip_of
from mapping.printing.sheet import SHEETS, Sheet
from mapping.printing.sheet_reading import SheetRefused, read_sheet, to_json

SHIPPED_TITLES: Final[Mapping[str, str | Promise]] = {
    "a4-2x4": gettext_lazy("A4, 8 biển để cắt rời"),
    "a4-3x8": gettext_lazy("A4, 24 nhãn dán sẵn"),
    "a5-single": gettext_lazy("A5 ngang, một biển"),
    "factory-200x150": gettext_lazy("Xưởng, biển 200 × 150 mm"),
    "factory-320x200": gettext_lazy("Xưởng, biển 320 × 200 mm"),
    "a3-board": gettext_lazy("A3 ngang, bảng ngõ"),
}

_owning: Final = Owning(
    OwnSheetProfile,
    "sheet_profile",
    Sentences(
        gone=gettext_lazy("Khổ giấy “%(name)s” đã được người khác xóa. Hãy tải lại trang."),
        changed=gettext_lazy(
            "Khổ giấy “%(name)s” đã được người khác sửa sau khi bạn mở trang. Hãy tải lại trang rồi sửa tiếp."
        ),
        taken=gettext_lazy("%(commune)s đã có khổ giấy tên “%(name)s”. Hãy đặt tên khác."),
        unnamed=gettext_lazy("Hãy đặt tên cho khổ giấy."),
        long_name=gettext_lazy("Tên khổ giấy dài nhất %(most)d chữ, viết bằng chữ thường đọc được."),
        too_many=gettext_lazy(
            "%(commune)s đã có %(count)d khổ giấy riêng, nhiều nhất là chừng đó. Hãy xóa khổ không dùng nữa."
        ),
    ),
)


@dataclass(frozen=True)
class Profile:
    """A profile to choose: `key` is the name of a shipped one or the id of the commune's own, which is then `own`."""

    key: str
    title: str
    sheet: Sheet
    own: OwnSheetProfile | None = None


@dataclass(frozen=True)
class Unfit:
    """A profile of a commune that an earlier version of the program allowed and this one does not.

    It can be mended and removed, and nothing is printed on it; `refusal` says what is wrong.
    """

    own: OwnSheetProfile
    refusal: ProfileRefused


def profiles_of(commune: Unit) -> list[Profile]:
    """Return what can be chosen in a commune: its own by name, then the shipped ones.

    One of its own whose numbers an earlier version of the program allowed and this one does not is left out.
    """
    return [*_usable(OwnSheetProfile.objects.filter(commune=commune).order_by("name")), *map(shipped, SHEETS)]


def unfit_of(commune: Unit) -> list[Unfit]:
    """Return the profiles of a commune that cannot be chosen any more, by name."""
    found = []
    for own in OwnSheetProfile.objects.filter(commune=commune).order_by("name"):
        try:
            of_own(own)
        except ProfileRefused as error:
            found.append(Unfit(own, error))
    return found


def find(commune: Unit, key: str) -> Profile:
    """Return the profile with that key; raises UserError that names those there are."""
    if key in SHEETS:
        return shipped(key)
    own = OwnSheetProfile.objects.filter(commune=commune, pk=_uuid(key)).first() if _uuid(key) else None
    if own is None:
        raise UserError(
            _("Không có khổ giấy “%(name)s”. Các khổ hiện có: %(known)s.")
            % {"name": key[:LONGEST_NAME], "known": "; ".join(one.title for one in profiles_of(commune))},
            code="profile",
        )
    return of_own(own)


def title_of(batch: PlateBatch) -> str:
    """What the profile of a batch is called: that of a shipped one in the reader's language, else as on its day."""
    return str(SHIPPED_TITLES.get(batch.profile.get("key", ""), batch.profile_name))


def shipped(name: str) -> Profile:
    """Return a profile that comes with the program."""
    return Profile(name, str(SHIPPED_TITLES[name]), SHEETS[name])


def of_own(own: OwnSheetProfile) -> Profile:
    """Return a commune's profile as it can be chosen; raises ProfileRefused if its numbers are not fit any more."""
    return Profile(str(own.pk), own.name, sheet_of(own.name, own.body), own)


def sheet_of(name: str, values: object) -> Sheet:
    """Read the numbers of a profile; raises ProfileRefused with a sentence for everything that is wrong."""
    try:
        return read_sheet(name, values)
    except SheetRefused as error:
        raise refused(error) from error


def add(*, user: Any, commune: Unit, name: str, values: object) -> OwnSheetProfile:
    """Keep a new profile of a commune. Raises Http404, NotAllowed, ProfileRefused, UserError."""
    access.require(user, Capability.PRINT, commune)
    name = _owning.name(name)
    sheet = sheet_of(name, values)
    with transaction.atomic():
        _owning.require_room(commune)
        profile = OwnSheetProfile(commune=commune, name=name, body=to_json(sheet), created_by=user)
        _owning.save(profile)
        _owning.record("add", profile, profile.body)
    return profile


def change(
    *, user: Any, profile: OwnSheetProfile, version: int, values: object | None = None, name: str | None = None
) -> OwnSheetProfile:
    """Change a profile's numbers, its name, or both: None leaves what there is. Raises as `add` does, and Conflict."""
    with transaction.atomic():
        profile = _owning.locked(user, profile, version)
        profile.name = profile.name if name is None else _owning.name(name)
        if values is not None:
            profile.body = to_json(sheet_of(profile.name, values))
        _owning.save(profile)
        _owning.record("change", profile, profile.body)
    return profile


def rename(*, user: Any, profile: OwnSheetProfile, version: int, name: str) -> OwnSheetProfile:
    """Give a profile another name. Raises as `change` does."""
    return change(user=user, profile=profile, version=version, name=name)


def copy(*, user: Any, commune: Unit, key: str, name: str = "") -> OwnSheetProfile:
    """Make the commune's own profile of any that it can choose; without a name, that of the first with a number."""
    access.require(user, Capability.PRINT, commune)
    source = find(commune, key)
    return add(
        user=user, commune=commune, name=name or _owning.free_name(commune, source.title), values=to_json(source.sheet)
    )


def calibrate(*, user: Any, profile: OwnSheetProfile, version: int, measured: Slip | Measured) -> OwnSheetProfile:
    """Make up for a slip read off the calibration page, or for distances measured on it, in place of what was before.

    A profile that would leave its page, and a printer that shrinks the page, are refused: ProfileRefused. Raises
    Http404, NotAllowed, Conflict.
    """
    with transaction.atomic():
        profile = _owning.locked(user, profile, version)
        sheet = sheet_of(profile.name, profile.body)
        try:
            slip = measured if isinstance(measured, Slip) else slip_of(sheet, measured)
            profile.body = to_json(calibrated(sheet, slip))
        except SheetRefused as error:
            raise refused(error) from error
        _owning.save(profile)
        _owning.record("calibrate", profile, {"right_mm": slip.right, "down_mm": slip.down})
    return profile


def remove(*, user: Any, profile: OwnSheetProfile, version: int) -> None:
    """Delete a profile; batches keep theirs. Raises Http404, NotAllowed, Conflict."""
    with transaction.atomic():
        profile = _owning.locked(user, profile, version)
        _owning.record("remove", profile, {"body": profile.body})
        profile.delete()


def _usable(rows: Iterable[OwnSheetProfile]) -> Iterator[Profile]:
    for own in rows:
        try:
            yield of_own(own)
        except ProfileRefused:
            continue


def _uuid(key: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(key)
    except ValueError:
        return None
