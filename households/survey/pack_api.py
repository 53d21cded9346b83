"""The survey's addresses that a phone reads: who it is for, a village to take along, what changed since."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any, Final

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from ninja import Router

from households.models import House, Household, HouseState, SurveyAssignment, SurveyVisit
from households.survey import devices
from households.survey import pack as packing
from households.survey.assigned import assignment_or_refusal, assignments_of
from households.survey.basemap import base_maps
from households.survey.pack_sizes import estimated_bytes
from households.survey.rounds_for import walk_of
from mapping import access, rate_limits
from mapping.access import Capability

router = Router(tags=["survey"])
_LEVEL: Final = 6


@router.get("/survey/me", url_name="api_survey_me")
def me(request: HttpRequest) -> HttpResponse:
    """Who is signed in, the token for what they send, and the villages that they walk in open rounds."""
    user: Any = request.user
    assignments = list(assignments_of(user))
    rounds: dict[uuid.UUID, dict[str, Any]] = {}
    counts = _Counts(assignments)
    scope = access.scope_of(user, Capability.SEE_SENSITIVE)
    for one in assignments:
        told = rounds.setdefault(
            one.round_id,
            {
                "id": str(one.round_id),
                "name": one.round.name,
                "ends_on": one.round.ends_on.isoformat(),
                "rules_version": one.round.rules_version,
                "commune": {"code": one.round.commune.code, "name": one.round.commune.full_name},
                "villages": [],
            },
        )
        told["villages"].append(counts.village(one) | {"sees_sensitive": one.village in scope})
    return _answer(
        request,
        {
            "user": {
                "id": user.pk,
                "name": str(user),
                "sees_sensitive": any(one.village in scope for one in assignments),
            },
            "csrf": get_token(request),
            "now": timezone.now().isoformat(),
            "rounds": list(rounds.values()),
        },
        compress=False,  # it holds the token
    )


@router.get("/survey/pack", url_name="api_survey_pack")
def pack(request: HttpRequest, round: uuid.UUID, village: str) -> HttpResponse:
    """A village with all that a phone needs without signal."""
    _require_let(request)
    return _answer(request, packing.whole(request.user, assignment_or_refusal(request.user, round, village)))


@router.get("/survey/changes", url_name="api_survey_changes")
def changes(request: HttpRequest, round: uuid.UUID, village: str, cursor: str) -> HttpResponse:
    """What changed in a village after the cursor of an earlier answer; after the last day, of one's own visits alone.

    Whoever may still send has to hear of a return, or nobody mends it.
    """
    _require_let(request)
    assignment = assignments_of(request.user).filter(round=round, village__code=village).first()
    if assignment is not None:
        return _answer(request, packing.changed(request.user, assignment, cursor))
    walk = walk_of(request.user, round, village)
    return _answer(request, packing.late(request.user, walk.assignment, cursor, walk.sentence_of_end))


def _require_let(request: HttpRequest) -> None:
    """No revoked phone, and not so often that a program empties the register instead of a person walking."""
    devices.require_let(request)
    sentence = _("Máy này tải dữ liệu quá nhiều lần; hãy đợi vài phút rồi thử lại. Những gì đã ghi vẫn còn trên máy.")
    rate_limits.require_of_person("survey_packs", request, sentence)


class _Counts:
    """How many rows the packs of these assignments hold; one query a kind."""

    def __init__(self, assignments: list[SurveyAssignment]) -> None:
        villages = {one.village_id for one in assignments}
        standing = House.objects.filter(village__in=villages, state=HouseState.ACTIVE)
        self._houses = _by_village(standing)
        self._households = _by_village(Household.objects.filter(house__in=standing))
        self._base_maps = base_maps({one.round.commune_id for one in assignments})
        rounds = {one.round_id for one in assignments}
        visits = SurveyVisit.objects.filter(round__in=rounds, village__in=villages).order_by()
        self._visits = {
            (row["round"], row["village"]): row["count"]
            for row in visits.values("round", "village").annotate(count=Count("pk"))
        }

    def village(self, one: SurveyAssignment) -> dict[str, Any]:
        """One village of `me`."""
        houses = self._houses.get(one.village_id, 0)
        assigned = houses
        if one.area is not None:
            assigned = packing.houses_of(one.village_id, one.area).count()
        households = self._households.get(one.village_id, 0)
        base_map = self._base_maps.get(one.round.commune_id)
        size = estimated_bytes(
            houses=assigned,
            households=households * assigned // max(houses, 1),
            visits=self._visits.get((one.round_id, one.village_id), 0),
        )
        return {
            "code": one.village.code,
            "name": one.village.full_name,
            "houses": houses,
            "assigned": assigned,
            "pack_bytes": size,
            "basemap_bytes": base_map.size if base_map else 0,
            "basemap": base_map.sha256 if base_map else "",
        }


def _by_village(rows: Any) -> dict[int, int]:
    counted = rows.order_by().values("village").annotate(count=Count("pk"))
    return {row["village"]: row["count"] for row in counted}


def _answer(request: HttpRequest, body: dict[str, Any], *, compress: bool = True) -> HttpResponse:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    response = HttpResponse(content_type="application/json")
    if compress and "gzip" in request.headers.get("Accept-Encoding", ""):
        content = gzip.compress(content, _LEVEL, mtime=0)
        response["Content-Encoding"] = "gzip"
    response.content = content
    response["Content-Length"] = str(len(content))
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response
