"""What the page of a sample or a field shows: rows of values with their bars, what was before, doses in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mapping.errors import UserError
from mapping.wording import number
from soil_map import advice_sentences, advising, wishes
from soil_map.advice_sentences import per_sao
from soil_map.advised import Advice, Liming, Refusal
from soil_map.bars import Bar
from soil_map.field_access import may_see_commune
from soil_map.field_facts import FieldFacts, Reading
from soil_map.models import Fertiliser
from soil_map.viewing import soils
from soil_map.viewing.links import link
from soil_map.wishes import Counsel

_WIDTH: Final = 300.0
_HEIGHT: Final = 14.0


@dataclass(frozen=True)
class DrawnBar:
    """A bar as attributes of SVG, 300 wide: numbers are texts with a point, whatever the reader's language."""

    classes: tuple[tuple[str, str, str, bool], ...]
    """x, width, colour, whether it is the value's own."""
    limits: tuple[tuple[str, str], ...]
    mark: str
    marker: str
    spread: tuple[str, str] | None


def drawn(of: Bar) -> DrawnBar:
    """Return a bar ready for the template."""
    x = of.mark * _WIDTH
    return DrawnBar(
        tuple((_text(one.start), _text(one.width), one.colour, one.is_own) for one in of.classes),
        tuple((_text(place), str(number(limit, 3))) for place, limit in of.limits),
        f"{x:.1f}",
        f"{x - 5:.1f},0 {x + 5:.1f},0 {x:.1f},8",
        None if of.low is None or of.high is None else (_text(of.low), _text(of.high)),
    )


def context(request: HttpRequest, facts: FieldFacts, name: str, subject: Any) -> dict[str, Any]:
    """Return what the page's template needs; `name` is that of its address, `subject` the sample or parcel.

    A wish that cannot be read is told on the page, which still shows everything else.
    """
    wish, refusal, status = None, "", 200
    try:
        wish = wishes.read(request.GET)
    except UserError as error:
        refusal, status = error.sentence, error.status
    counsel = wishes.counsel(wish, facts.values) if wish is not None else None
    key = request.GET.get("k", "")
    card = [*([wish.to_query()] if wish else []), *([f"k={key}"] if key and key.isalnum() else [])]
    soil = next(iter(soils.at(*facts.place, request.user)), None)
    lng, lat = facts.place
    return {
        "status": status,
        "facts": facts,
        "rows": [_row(one) for one in facts.readings],
        "history": [_row(one) for one in facts.history],
        "soil": soil,
        "counsel": counsel,
        "dose": _dose(counsel) if counsel else None,
        "refusal": refusal,
        "crops": advising.crops_with_rules(),
        "fertilisers": Fertiliser.objects.all(),
        "asked": request.GET,
        "chosen": request.GET.getlist("with"),
        "key": key if key.isalnum() else "",
        "card_url": f"{reverse(f'{name}_card', args=[subject.pk])}{'?' if card else ''}{'&'.join(card)}",
        "map_url": f"{reverse('soil')}?commune={facts.commune.code}&at={lng:.5f},{lat:.5f}",
        "campaign_url": _campaign_url(request, facts),
        "parcel_url": _parcel_url(request, facts),
        "sao_m2": settings.SAO_M2,
        "has_draft": any(one.used and one.used.is_draft for one in facts.readings),
    }


def _campaign_url(request: HttpRequest, facts: FieldFacts) -> str | None:
    if facts.sample is None or not may_see_commune(request.user, facts):
        return None
    return link("soil_campaign", facts.sample.campaign_id)


def _parcel_url(request: HttpRequest, facts: FieldFacts) -> str | None:
    if facts.sample is None or facts.parcel is None or not may_see_commune(request.user, facts):
        return None
    return reverse("soil_parcel", args=[facts.parcel.pk])


def _row(one: Reading) -> dict[str, Any]:
    bar = one.bar
    return {
        "reading": one,
        "figure": one.figure,
        "unit": one.unit,
        "bar": drawn(bar) if bar else None,
        "label": bar.label if bar else "",
        "note": _note(one),
        "told": f"{one.figure} {one.unit}: {bar.label}" if bar else "",
    }


def _note(one: Reading) -> str:
    if one.interval is not None:
        return _("ước tính từ bản đồ nội suy; 95 %% chắc là nằm giữa %(low)s và %(high)s") % {
            "low": one.interval[0],
            "high": one.interval[1],
        }
    if one.count > 1:
        return _("trung bình của %(count)d mẫu") % {"count": one.count}
    return _("dưới ngưỡng phát hiện") if one.is_below_detection else ""


def _dose(counsel: Counsel) -> dict[str, Any]:
    said, lime = counsel.dose, counsel.lime
    told: dict[str, Any] = {"lime": _lime(lime), "lime_source": lime.source if isinstance(lime, Liming) else ""}
    if isinstance(said, Refusal):
        return told | {"refusal": said.sentences}
    return told | {
        "nutrients": [(one.name, number(one.kg_per_ha, 0), per_sao(one.kg_per_sao), one.why) for one in said.needed],
        "bags": [
            (
                one.fertiliser.name,
                number(one.kg_per_ha, 0),
                per_sao(one.kg_per_sao),
                _("%(bags)s bao %(kg)s kg cho 1 ha")
                % {"bags": number(one.bags_per_ha, 1), "kg": number(one.fertiliser.bag_kg, 0)},
            )
            for one in said.bags
        ],
        "parts": _parts(said),
        "remarks": [*([said.no_bags] if said.no_bags else []), *advice_sentences.silences(said)],
        "source": said.source,
    }


def _parts(said: Advice) -> Sequence[Mapping[str, Any]]:
    language = get_language() or "vi"
    return [
        {
            "name": part.name_in(language),
            "bags": [(one.fertiliser.name, per_sao(one.kg_per_sao), number(one.kg_per_ha, 0)) for one in part.bags],
        }
        for part in said.parts
    ]


def _lime(lime: Liming | Refusal) -> Sequence[str]:
    if isinstance(lime, Refusal):
        return lime.sentences
    sentence = _("Vôi bột: %(ha)s kg/ha, %(sao)s kg/sào (%(why)s).")
    return (sentence % {"ha": number(lime.kg_per_ha, 0), "sao": per_sao(lime.kg_per_sao), "why": lime.why},)


def _text(share: float) -> str:
    return f"{share * _WIDTH:.1f}"
