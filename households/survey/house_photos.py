"""Photos of approved visits go to the house's record, in the approval's change set, and single ones out of it again."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from households.finding import require_at_house
from households.house_editing import subject_of
from households.models import House, HousePhoto, SurveyPhoto, SurveyVisit, VisitState
from households.proposals.turns import take_turn
from households.survey import obstacles
from households.survey.photo_files import is_let_go
from households.survey.rules import rules
from households.survey.running import RUNS
from mapping import access, audit, changes
from mapping.access import Capability
from mapping.errors import Conflict
from mapping.models import Change, ChangeSet, StoredFile

HOUSE_PHOTOS: Final = HousePhoto._meta.db_table
REMOVED: Final = "survey.photo_removed"
"""The kind of a change set that took one photo out of the record."""


def photos_of(visit: SurveyVisit) -> list[SurveyPhoto]:
    """The photos that the answers of a visit name, arrived or not, the first first; a photo taken out is none.

    One whose picture was let go has no `file` here: it counts as not arrived until it comes again.
    """
    questions = rules(visit.round.rules_version).questions.values()
    named = [hash_ for one in questions if one.kind == "photos" for hash_ in visit.answers.get(one.key) or ()]
    found = SurveyPhoto.objects.filter(round=visit.round_id, house_id=visit.house_id, sha256__in=named)
    by_hash = {photo.sha256: photo for photo in found.select_related("file")}
    for photo in filter(is_let_go, by_hash.values()):
        photo.file = None
    return [by_hash[hash_] for hash_ in dict.fromkeys(named) if hash_ in by_hash]


def take(visit: SurveyVisit, house: House, changeset: ChangeSet) -> int:
    """Put what has arrived of a visit's photos into the record of its house; return how many are new there."""
    there = set(HousePhoto.objects.filter(house=house).values_list("file", flat=True)) | _taken_out(visit)
    added = [
        HousePhoto(house=house, file_id=one.file_id, taken_at=one.received_at)
        for one in photos_of(visit)
        if one.file_id is not None and one.file_id not in there
    ]
    HousePhoto.objects.bulk_create(added)
    changes.added(changeset, HOUSE_PHOTOS, [one.pk for one in added])
    return len(added)


def late(visit: SurveyVisit) -> int:
    """How many photos of an approved visit came only after the approval and are in no record."""
    if visit.state != VisitState.APPROVED or (visit.changeset is not None and visit.changeset.undone_at is not None):
        return 0
    files = {one.file_id for one in photos_of(visit) if one.file_id is not None} - _taken_out(visit)
    there = HousePhoto.objects.filter(house=visit.house_id, file__in=files).values_list("file", flat=True)
    return len(files - set(there))


@transaction.atomic
def take_late(*, user: Any, visit: SurveyVisit) -> int:
    """Put photos that came after the approval into the record, as an act of its own that can be undone.

    Raises Conflict where the visit is not approved, or its house is gone or closed.
    """
    access.require(user, RUNS, visit.commune)
    take_turn(visit.commune_id)  # before the visit, as whoever approves
    # Who presses twice, or approves at this moment, waits and then finds nothing left to put there.
    visit = (
        SurveyVisit.objects.select_for_update(of=("self",))
        .select_related("round", "commune", "changeset")
        .get(pk=visit.pk)
    )
    house = House.objects.select_for_update(of=("self",)).filter(pk=visit.house_id).first()
    if not late(visit):
        raise Conflict(_("Không có ảnh nào đến sau khi duyệt. Hãy tải lại trang."), code="photos")
    if house is None or obstacles.of_late_photos(house):
        raise Conflict(obstacles.of_late_photos(house), code="closed" if house else "house_gone")
    changeset = changes.begin(kind="survey.photos", subject=subject_of(house), commune=visit.commune, user=user)
    count = take(visit, house, changeset)
    audit.record(
        "survey.review", subject=house.code, table=SurveyVisit._meta.db_table, row_id=visit.pk, commune=visit.commune,
        village_id=visit.village_id, detail={"photos": count},
    )  # fmt: skip
    return count


@transaction.atomic
def remove(*, user: Any, house: House, photo: HousePhoto) -> ChangeSet:
    """Take one photo out of a house's record: a wrong one, or one that shows people. The visit keeps it.

    An act that can be undone; no later approval of the visit puts it back. Raises NotAllowed, and Conflict where it is
    gone already.
    """
    require_at_house(user, Capability.EDIT, house)
    fresh = HousePhoto.objects.select_for_update(of=("self",)).filter(house=house, pk=photo.pk).first()
    if fresh is None:
        raise Conflict(_("Ảnh này không còn trong hồ sơ nhà. Hãy tải lại trang."), code="photos")
    changeset = changes.begin(kind=REMOVED, subject=subject_of(house), commune=house.commune, user=user)
    changes.remember(changeset, HOUSE_PHOTOS, [fresh.pk])
    fresh.delete()
    changes.seal(changeset)
    audit.record(
        "house.photo_removed", subject=subject_of(house), table=HOUSE_PHOTOS, row_id=photo.pk, commune=house.commune,
        village_id=house.village_id,
    )  # fmt: skip
    return changeset


def taken_out_since(changeset: ChangeSet) -> list[uuid.UUID]:
    """Photos that a change set put into a record and that somebody took out of it: its undo need not find them."""
    added = changeset.changes.filter(table=HOUSE_PHOTOS, before__isnull=True).values_list("row_id", flat=True)
    removed = Change.objects.filter(table=HOUSE_PHOTOS, changeset__kind=REMOVED, changeset__undone_at=None)
    return list(removed.filter(row_id__in=list(added)).values_list("row_id", flat=True))


def require_can_return(changeset: ChangeSet) -> None:
    """Raise Conflict where a photo that was taken out would come back to no house, or without its picture."""
    taken = changeset.changes.filter(table=HOUSE_PHOTOS) if changeset.kind == REMOVED else changeset.changes.none()
    houses = {uuid.UUID(one) for one in taken.values_list("before__house_id", flat=True) if one}
    if House.objects.filter(pk__in=houses).count() < len(houses):
        raise Conflict(
            _("Không hoàn tác được: nhà của ảnh này không còn trong hồ sơ. Ảnh vẫn còn trong kết quả điều tra."),
            code="house_gone",
        )
    pictures = {uuid.UUID(one) for one in taken.values_list("before__file_id", flat=True) if one}
    if StoredFile.objects.filter(pk__in=pictures, kept_until=None, removed_at=None).count() < len(pictures):
        raise Conflict(
            _("Không hoàn tác được: ảnh này đã được xóa, vì hết thời hạn lưu hoặc hộ đã yêu cầu xóa."), code="file_gone"
        )


def _taken_out(visit: SurveyVisit) -> set[Any]:
    """Files of photos that somebody took out of the house's record."""
    removed = Change.objects.filter(
        changeset__commune=visit.commune_id, changeset__kind=REMOVED, changeset__undone_at=None, table=HOUSE_PHOTOS,
        before__house_id=str(visit.house_id),
    )  # fmt: skip
    return {uuid.UUID(one) for one in removed.values_list("before__file_id", flat=True)}
