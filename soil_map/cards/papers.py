"""From what is known of a sample or a field to its card, and to the file of one or of many.

A card is Vietnamese whoever prints it. Where the host is not fit to be printed (`mapping.printing.host`), the card is a
proof and says so across the page.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from mapping.errors import UserError
from mapping.printing.fonts import Font, Fonts, FontUnreadable
from mapping.printing.host import why_not_printable
from mapping.printing.sheet import Sheet
from mapping.text import fold
from mapping.wording import gettext as _
from mapping.wording import number
from soil_map import advice_sentences, advising, wishes
from soil_map.advice_sentences import per_sao
from soil_map.advised import Advice, Bagged, Liming, Refusal
from soil_map.cards import keys
from soil_map.cards.content import Card, CardDose, CardValue, DoseLine
from soil_map.cards.drawing import A5, write_cards
from soil_map.cards.ground import Ground
from soil_map.field_facts import FieldFacts, Reading
from soil_map.viewing import soils
from soil_map.wishes import Counsel, Wish

PROOF: Final = "BẢN IN THỬ"
_BRIEF: Final = 120
"""Letters of a rule's citation where the foot of the card has no room for all of it."""


def fonts() -> Fonts:
    """Return the two fonts of this machine; raises UserError when one cannot be read."""
    try:
        return Fonts(Font(settings.FONT_REGULAR), Font(settings.FONT_BOLD))
    except FontUnreadable as error:
        raise UserError(
            _("Không đọc được phông chữ trên máy chủ: %(detail)s.") % {"detail": error}, code="font"
        ) from error


def write(
    out: BinaryIO,
    cards: Iterable[Card],
    *,
    sheet: Sheet = A5,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write cards to `out`; return how many. Raises UserError where a font cannot be read, OSError."""
    return write_cards(out, cards, fonts(), sheet=sheet, on_progress=on_progress)


def url_of(facts: FieldFacts) -> str:
    """Return what the symbol on a card says: the page of its sample or field, with the key if it may be handed on."""
    if facts.sample is not None:
        path = reverse("soil_sample", args=[facts.sample.pk])
        key = keys.key_of("sample", facts.sample.pk)
    elif facts.parcel is not None:
        path = reverse("soil_parcel", args=[facts.parcel.pk])
        key = keys.key_of("parcel", facts.parcel.pk)
    else:
        raise ValueError("neither a sample nor a field")
    return f"https://{settings.PLATE_HOST}{path}" + (f"?k={key}" if facts.may_hand_on else "")


def card_of(facts: FieldFacts, ground: Ground, wish: Wish | None, user: Any) -> Card:
    """Return the card of a sample or field. `user` is whose soil maps it may name."""
    with translation.override("vi"):
        counsel = wishes.counsel(wish, facts.values) if wish is not None else None
        return Card(
            title=title_of(facts),
            commune=facts.commune.full_name if facts.commune.parent is None else
            f"{facts.commune.full_name}, {facts.commune.parent.full_name}",
            facts=tuple(_facts(facts, ground, user)),
            values=tuple(_value(one) for one in facts.readings),
            dose=_dose(counsel) if counsel is not None else None,
            sketch=ground.sketch(facts),
            sources=tuple(_sources(facts, counsel)),
            brief=tuple(_sources(facts, counsel, briefly=True)),
            url=url_of(facts),
            printed_on=_day(timezone.localdate()),
            sao=f"sào {settings.SAO_M2} m²",
            is_invented=facts.is_invented,
            watermark=PROOF if why_not_printable(settings.PLATE_HOST) else "",
            warnings=tuple(_warnings(facts)),
        )  # fmt: skip


def title_of(facts: FieldFacts) -> str:
    """Return what the card is of: "Mẫu D0012", "Tờ 12 thửa 345"."""
    if facts.sample is not None:
        return f"Mẫu {facts.code}"
    return f"Tờ {facts.parcel.sheet} thửa {facts.parcel.number}" if facts.parcel is not None else ""


def _facts(facts: FieldFacts, ground: Ground, user: Any) -> Iterable[tuple[str, str]]:
    parcel, sample = facts.parcel, facts.sample
    if parcel is not None:
        area = f"{parcel.area_m2:,.0f} m²".replace(",", ".")
        yield ("Thửa", f"tờ {parcel.sheet} thửa {parcel.number}, {area}") if sample is not None else ("Diện tích", area)
    village = ground.village_at(facts)
    if village:
        yield "Nơi", village
    if sample is not None:
        if sample.sampled_on:
            yield "Ngày lấy mẫu", _day(sample.sampled_on)
        yield "Độ sâu", f"{sample.depth_from_cm:g}–{sample.depth_to_cm:g} cm".replace(".", ",")
        yield "Đợt", sample.campaign.name
    elif facts.campaigns:
        yield "Đợt", ", ".join(one.name for one in facts.campaigns)
    there = next(iter(soils.at(*facts.place, user)), None)
    if there is not None and there.components:
        soils_said = ", ".join(one.text for one in there.components).replace(" %", "%")
        yield "Đất", f"{soils_said} ({there.symbol})"
    if sample is not None and sample.campaign.laboratory:
        yield "Phân tích", sample.campaign.laboratory


def _value(one: Reading) -> CardValue:
    note = ""
    if one.interval is not None:
        note = f"ước tính; 95 %: {one.interval[0]}–{one.interval[1]}"
    elif one.count > 1:
        note = f"trung bình của {one.count} mẫu"
    elif one.is_below_detection:
        note = "dưới ngưỡng phát hiện"
    is_draft = one.used.is_draft if one.used else False
    return CardValue(one.method.property.name, one.method.name, one.figure, one.unit, note, one.bar, is_draft)


def _dose(counsel: Counsel) -> CardDose:
    heading = f"Liều bón cho {advice_sentences.in_sentence(counsel.wish.crop)}"
    if isinstance(counsel.dose, Refusal):
        return CardDose(heading, refusal=(*advising.lines(counsel.dose), *_lime(counsel.lime)))
    said = counsel.dose
    if said.target_t_per_ha is not None:
        heading += f", năng suất {number(said.target_t_per_ha, 1)} tấn/ha"
    nutrients = tuple(
        DoseLine(one.name, str(number(one.kg_per_ha, 0)), str(per_sao(one.kg_per_sao)), str(one.why))
        for one in said.needed
    )
    bags = tuple(_bag(one) for one in said.bags)
    return CardDose(heading, nutrients, bags, tuple(_parts(said)), (*_remarks(said), *_lime(counsel.lime)))


def _bag(one: Bagged) -> DoseLine:
    note = f"{number(one.bags_per_ha, 1)} bao {number(one.fertiliser.bag_kg, 0)} kg cho 1 ha"
    return DoseLine(one.fertiliser.name, str(number(one.kg_per_ha, 0)), str(per_sao(one.kg_per_sao)), note)


def _parts(said: Advice) -> Iterable[str]:
    for part in said.parts:
        bags = "; ".join(f"{one.fertiliser.name} {per_sao(one.kg_per_sao)} kg/sào" for one in part.bags)
        if bags:
            yield f"{part.name_in('vi')}: {bags}."


def _remarks(said: Advice) -> Iterable[str]:
    if said.no_bags:
        yield said.no_bags
    yield from advice_sentences.silences(said)


def _lime(lime: Liming | Refusal) -> Iterable[str]:
    if isinstance(lime, Refusal):
        yield from lime.sentences
    else:
        yield f"Vôi bột: {number(lime.kg_per_ha, 0)} kg/ha, {per_sao(lime.kg_per_sao)} kg/sào ({lime.why})."


def _sources(facts: FieldFacts, counsel: Counsel | None, *, briefly: bool = False) -> Iterable[str]:
    """Whose limits and whose rules these are: each source once, with what it was used for.

    `briefly` rules are told by name, version and who made them: the page behind the symbol has the whole citation.
    """
    used: dict[str, list[str]] = {}
    for one in facts.readings:
        if one.used is not None:
            used.setdefault(one.used.scheme.citation, []).append(one.method.property.name)
    if used:
        told = "; ".join(f"{citation} ({', '.join(names)})" for citation, names in used.items())
        yield f"Phân cấp theo: {told}."
    if counsel is not None:
        if isinstance(counsel.dose, Advice):
            yield f"Liều theo: {_rule(counsel.dose, briefly=briefly)}."
        if isinstance(counsel.lime, Liming):
            yield f"Vôi theo: {_rule(counsel.lime, briefly=briefly)}."


def _rule(said: Advice | Liming, *, briefly: bool) -> str:
    if not briefly or len(said.rule.citation) <= _BRIEF:
        return said.source
    first = said.rule.citation.partition(". ")[0]
    if len(first) > _BRIEF:
        first = f"{first[:_BRIEF].rsplit(' ', 1)[0]}…"
    return f"{said.rule.name}, v{said.rule.version}. {first} (nguồn viết đủ: quét mã, chọn cây này)"


def _warnings(facts: FieldFacts) -> Iterable[str]:
    if facts.is_invented:
        yield "Số liệu giả lập để minh họa: đừng bón theo phiếu này."
    if facts.is_estimated:
        yield "Giá trị ước tính lấy từ bản đồ nội suy quanh thửa; phân tích đất của chính thửa thì chắc hơn."


def _day(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def file_name(facts: FieldFacts) -> str:
    """Return the name of one card's file as an official would look for it: phieu-dat-mau-d0012.pdf."""
    return f"phieu-dat-{'-'.join(fold(title_of(facts)).replace('/', '-').split())}.pdf"
