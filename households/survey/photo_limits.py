"""How many photos are taken, of which houses: what only was announced costs nothing and keeps nobody's photos out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from households.models import SurveyPhoto
from households.survey.operation_body import PhotoIn
from households.survey.photo_files import bytes_here
from households.survey.rounds_for import Walk
from mapping.errors import UserError

MOST_OF_A_PERSON: Final = 40
"""Photos that one person sends of a house in a round, with those that were taken anew: more is nobody's survey."""
MOST_OF_A_HOUSE: Final = 120
"""From all people together: disks end."""
_BEGUN: Final = Q(received_at__isnull=False) | Q(offset__gt=0)


class Unusable(UserError):
    """A photo that cannot be kept as it is; what had come of it is gone, so that it may be sent anew."""

    status = 422


def require_room(walk: Walk, house_id: uuid.UUID, sha256: str, user: Any) -> None:
    """Raise Unusable (`too_many_photos`) for one photo too many of a house: a person's own, or everybody's."""
    of_house = SurveyPhoto.objects.filter(round=walk.round, house_id=house_id)
    _forget_lost(of_house)
    photos = of_house.filter(_BEGUN).exclude(sha256=sha256)
    senders = list(photos.order_by().values_list("user", flat=True)[:MOST_OF_A_HOUSE])
    if senders.count(user.pk) >= MOST_OF_A_PERSON:
        sentence = _("Bạn đã gửi %(count)d ảnh của nhà này trong đợt, nên không nhận thêm; hãy hỏi cán bộ xã.")
        raise Unusable(sentence % {"count": MOST_OF_A_PERSON}, code="too_many_photos")
    if len(senders) >= MOST_OF_A_HOUSE:
        sentence = _("Nhà này đã có %(count)d ảnh trong đợt, nên không nhận thêm; hãy hỏi cán bộ xã.")
        raise Unusable(sentence % {"count": MOST_OF_A_HOUSE}, code="too_many_photos")


def _forget_lost(of_house: QuerySet[SurveyPhoto]) -> None:
    """Let what was refused, or lost with the disk, take nobody's room until it comes again."""
    begun = of_house.filter(received_at=None, offset__gt=0)
    if lost := [one.pk for one in begun if not bytes_here(one)]:
        # It may come at this moment: who sends it holds it and is not waited for, and once held it is looked at anew.
        held = begun.filter(pk__in=lost).select_for_update(of=("self",), skip_locked=True)
        of_house.filter(pk__in=[one.pk for one in held if not bytes_here(one)]).update(offset=0)


def announce(walk: Walk, house_id: uuid.UUID, photos: Sequence[PhotoIn], user: Any) -> None:
    """Remember which photos will come, so that the desk sees what is missing.

    Of so many that nobody took them the rest is left out: each photo is looked at anyway when it comes.
    """
    if not photos:
        return
    known = set(
        SurveyPhoto.objects.filter(round=walk.round, house_id=house_id, user=user).values_list("sha256", flat=True)
    )
    new = [one for one in photos if one.sha256 not in known]
    SurveyPhoto.objects.bulk_create(
        [
            SurveyPhoto(
                round=walk.round, house_id=house_id, commune=walk.commune, village=walk.village,
                question=photo.question, sha256=photo.sha256, size=photo.size, user=user,
            )
            for photo in new[: max(0, MOST_OF_A_PERSON - len(known))]
        ],
        ignore_conflicts=True,
    )  # fmt: skip
