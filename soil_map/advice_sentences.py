"""Advice and refusals in words: what to give, and what is missing with what whoever reads it can do.

Sentences remember their wording (`mapping.wording`): a page says them in the reader's language, a card in Vietnamese.
"""

from __future__ import annotations

from collections.abc import Sequence

from mapping.wording import Sentence, number
from mapping.wording import gettext as _
from soil_map.advice import Missing, Step
from soil_map.advised import NUTRIENT_NAMES, Advice, Refusal
from soil_map.harvests import is_paddy
from soil_map.models import Crop, DoseRule, Method, Property


def lines(said: Advice | Refusal) -> list[str]:
    """Return the advice or the refusal as sentences, one for each thing to do."""
    if isinstance(said, Refusal):
        return list(said.sentences)
    told: list[str] = []
    for one in said.needed:
        figures = {"nutrient": one.name, "ha": number(one.kg_per_ha, 0), "sao": per_sao(one.kg_per_sao)}
        sentence = _("%(nutrient)s: %(ha)s kg/ha, %(sao)s kg/sào") % figures
        told.append(_("%(dose)s (%(why)s)") % {"dose": sentence, "why": one.why} if one.why else sentence)
    told += silences(said)
    told += [
        _("%(fertiliser)s: %(sao)s kg/sào (%(ha)s kg/ha, %(bags)s bao)")
        % {
            "fertiliser": one.fertiliser.name,
            "sao": per_sao(one.kg_per_sao),
            "ha": number(one.kg_per_ha, 0),
            "bags": number(one.bags_per_ha, 1),
        }
        for one in said.bags
    ]
    if said.no_bags:
        told.append(said.no_bags)
    told.append(_("Theo %(source)s") % {"source": said.source})
    return [str(one) for one in told]


def per_sao(kg: float) -> Sentence:
    """Return kilograms for a sào as they are weighed: to ten grams below ten kilograms, else to a hundred."""
    return number(kg, 2 if kg < 10 else 1)


def silences(said: Advice) -> list[str]:
    """Return what the rule leaves out: nutrients it says nothing of, and what the soil gives by itself."""
    told = []
    if said.silent:
        names = ", ".join(NUTRIENT_NAMES[one] for one in said.silent)
        told.append(_("%(names)s: quy tắc này không tính, không có nghĩa là không cần bón.") % {"names": names})
    uptake = {"ssnm_rice": ("n",), "uptake": tuple(one.nutrient for one in said.needed)}.get(said.rule.kind, ())
    if uptake:
        names = ", ".join(NUTRIENT_NAMES[one] for one in uptake)
        told.append(
            _("%(names)s: tính bằng lượng cây hút, chưa trừ phần đất, nước tưới và rơm rạ đã cho.") % {"names": names}
        )
    return told


def in_sentence(crop: Crop) -> str:
    """Return a crop's name as it stands within a sentence."""
    return f"{crop.name[:1].lower()}{crop.name[1:]}"


def no_rule(crop: Crop, drafts: Sequence[DoseRule]) -> Refusal:
    """Return why a crop has no dose at all: no rule, or drafts only."""
    if not drafts:
        sentence = _("Chưa có quy tắc bón nào cho %(crop)s, nên không tính liều.") % {"crop": in_sentence(crop)}
        return Refusal("no_rule", (sentence,), crop)
    sentence = _(
        "Quy tắc bón cho %(crop)s còn là dự thảo (%(rules)s), nên không tính liều. Khi có nguồn xác nhận, người quản "
        "trị duyệt quy tắc ấy ở trang Quy tắc bón."
    ) % {"crop": in_sentence(crop), "rules": "; ".join(one.name for one in drafts)}
    return Refusal("draft", (sentence,), crop)


def refusal_sentences(missing: Missing, rule: DoseRule) -> tuple[str, ...]:
    """What is missing, and what whoever reads it can do."""
    names = dict(Property.objects.in_bulk())
    of_rule = {"rule": rule.name}
    if missing.code == "target":
        return (_("Hãy cho biết năng suất mục tiêu (tấn/ha): %(rule)s tính theo năng suất.") % of_rule,)
    if missing.code == "target_high":
        given, most = missing.what
        sentence = _(
            "Năng suất mục tiêu %(given)s tấn/ha cao hơn mức có thể (%(most)s tấn/ha). Nếu là tạ/ha thì chia cho 10."
        )
        return (sentence % {"given": number(float(given), 1), "most": number(float(most), 1)},)
    if missing.code == "zero_k_high":
        given, most = missing.what
        sentence = _(
            "Năng suất ô không bón kali %(given)s tấn/ha cao hơn mức có thể (%(most)s tấn/ha). Nếu là tạ/ha thì chia "
            "cho 10."
        )
        return (sentence % {"given": number(float(given), 1), "most": number(float(most), 1)},)
    if missing.code == "zero_k":
        sentence = _(
            "Thiếu năng suất của ô không bón kali (tấn/ha), nên %(rule)s chưa tính được K₂O. Hãy để một ô nhỏ không "
            "bón kali trong một vụ rồi cân thóc, hoặc hỏi khuyến nông."
        )
        return (sentence % of_rule,)
    if missing.code == "class":
        wanted = ", ".join(names[key].name if key in names else key for key in missing.what)
        sentence = _("Chưa có kết quả phân tích %(wanted)s ở đây, mà %(rule)s cần đến. Hãy lấy mẫu và phân tích.")
        return (sentence % (of_rule | {"wanted": wanted}),)
    key, *rest = missing.what
    shown = names[key].name if key in names else key
    if missing.code == "method":
        by = {one.pk: one.name for one in Method.objects.filter(pk__in=rest)}
        sentence = _(
            "%(property)s ở đây đo bằng %(measured)s, còn %(rule)s dùng cho %(wanted)s; hai phương pháp không thay "
            "nhau được."
        )
        wanted = ", ".join(by.get(one, one) for one in rest[1:])
        return (sentence % (of_rule | {"property": shown, "measured": by.get(rest[0], rest[0]), "wanted": wanted}),)
    if missing.code == "draft_scheme":
        sentence = _(
            "%(rule)s phân cấp %(property)s theo “%(scheme)s” mà thang ấy còn là dự thảo, nên không tính liều."
        )
        return (sentence % (of_rule | {"property": shown, "scheme": rest[0]}),)
    sentence = _("%(rule)s không khớp với thang phân cấp %(property)s đang dùng (%(scheme)s), nên không tính liều.")
    return (sentence % (of_rule | {"property": shown, "scheme": rest[0]}),)


def why(step: Step, crop: Crop) -> str:
    """Return how a nutrient of a crop's dose came about; "" where a rule gives the same to every field."""
    terms = step.terms
    if "kg_per_t" not in terms:
        return _("theo cấp của đất") if "class" in terms else ""
    told = {"kg": number(terms["kg_per_t"], 2), "tonnes": number(terms["tonnes"], 2)}
    if "zero_k" in terms and terms["zero_k"] >= terms["target"]:
        return _("ô không bón kali đã được %(zero_k)s tấn/ha, không kém mục tiêu %(target)s") % {
            "zero_k": number(terms["zero_k"], 2),
            "target": number(terms["target"], 2),
        }
    if "zero_k" in terms and terms["above"] > terms["tonnes"]:
        return _("%(kg)s kg × %(tonnes)s tấn: vượt ô không bón kali %(above)s tấn, tính nhiều nhất %(tonnes)s tấn") % (
            told | {"above": number(terms["above"], 2)}
        )
    if "zero_k" in terms:
        return _("%(kg)s kg × %(tonnes)s tấn vượt ô không bón kali") % told
    if is_paddy(crop.pk):
        return _("%(kg)s kg × %(tonnes)s tấn thóc") % told
    return _("%(kg)s kg × %(tonnes)s tấn thu hoạch") % told
