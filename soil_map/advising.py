"""What a crop needs where something was measured: which rule, which values, which class; or what is missing.

Advice is acted upon, so it comes from approved rules alone, each by its newest approved version. Whatever else is there
is named in the refusal: a draft, a value that was measured otherwise, a number that nobody gave.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.conf import settings

from mapping.wording import Sentence, decimal
from mapping.wording import gettext as _
from soil_map import advice, rule_terms, schemes
from soil_map.advice import NUTRIENTS, Bag, Dose, Missing, Split, Step
from soil_map.advice_sentences import in_sentence, no_rule, refusal_sentences, why
from soil_map.advice_sentences import lines as lines
from soil_map.advised import NUTRIENT_NAMES, Advice, Bagged, Liming, Needed, Part, Refusal
from soil_map.harvests import highest_t_per_ha
from soil_map.models import Crop, DoseRule, Fertiliser, Method, RuleState
from soil_map.rule_sentences import sentence_of

Value = tuple[float, str]
"""In the property's canonical unit, and the key of the method that it was measured by."""
Values = Mapping[str, Value | Sequence[Value]]
"""By property; one that was measured by several methods has several values."""


def needs(
    crop: Crop | str,
    values: Values,
    *,
    target_t_per_ha: float | None = None,
    zero_k_t_per_ha: float | None = None,
    fertilisers: Collection[str] | None = None,
) -> Advice | Refusal:
    """Return the dose of a crop by the first approved rule that can tell it, or why none can.

    `fertilisers` are the keys of those that there are, None for all; a compound comes before straight ones.
    """
    grown = crop if isinstance(crop, Crop) else Crop.objects.filter(pk=crop).first()
    if grown is None:
        return Refusal("crop", (_("Không có cây trồng này trong danh mục."),))
    rules = [rule for rule in _rules(grown) if rule.kind != rule_terms.LIME]
    approved = [rule for rule in rules if rule.state == RuleState.APPROVED]
    if not approved:
        return no_rule(grown, rules)
    refusals: list[Refusal] = []
    for rule in approved:
        try:
            dose, classed_by = _dose(rule, values, target_t_per_ha, zero_k_t_per_ha)
        except Missing as missing:
            refusals.append(Refusal(missing.code, refusal_sentences(missing, rule), grown))
            continue
        except rule_terms.TermsWrong as wrong:
            refusals.append(Refusal("terms", (_unusable(rule, wrong),), grown))
            continue
        return _advice(grown, rule, dose, classed_by, target_t_per_ha, zero_k_t_per_ha, fertilisers)
    return refusals[0]


def lime(crop: Crop, values: Values) -> Liming | Refusal:
    """Return how much lime a crop's field gets by the pH that was measured, or why that cannot be said."""
    rules = [rule for rule in _rules(crop) if rule.kind == rule_terms.LIME]
    rule = next((one for one in rules if one.state == RuleState.APPROVED), None)
    if rule is None:
        sentence = _("Vôi: chưa có quy tắc bón vôi được duyệt cho %(crop)s.") % {"crop": in_sentence(crop)}
        return Refusal("draft" if rules else "no_rule", (sentence,), crop)
    try:
        rule_terms.check(rule.kind, rule.terms)
        ph, _method = _value("ph", values, rule.terms["methods"])
    except Missing as missing:
        return Refusal(missing.code, refusal_sentences(missing, rule), crop)
    except rule_terms.TermsWrong as wrong:
        return Refusal("terms", (_unusable(rule, wrong),), crop)
    kg = advice.lime_by_ph(rule.terms, ph)
    reason = _("pH %(ph)s theo %(rule)s") % {"ph": decimal(ph, advice.digits_of_ph(rule.terms, ph)), "rule": rule.name}
    return Liming(rule, kg, _per_sao(kg), reason)


def crops_with_rules() -> list[tuple[Crop, bool]]:
    """Return the crops in their order, and whether a dose of each can be told at all."""
    told = set(
        DoseRule.objects.filter(state=RuleState.APPROVED).exclude(kind=rule_terms.LIME).values_list("crop", flat=True)
    )
    return [(crop, crop.pk in told) for crop in Crop.objects.all()]


def _unusable(rule: DoseRule, wrong: rule_terms.TermsWrong) -> Sentence:
    return _("%(rule)s không dùng được nên không tính liều. %(wrong)s") % {
        "rule": rule.name, "wrong": sentence_of(wrong),
    }  # fmt: skip


def _rules(crop: Crop) -> list[DoseRule]:
    """The crop's rules: of each the newest approved version, else the newest draft; approved ones first."""
    found: dict[str, DoseRule] = {}
    rows = DoseRule.objects.filter(crop=crop)
    for rule in sorted(rows, key=lambda one: (one.state != RuleState.APPROVED, -one.version)):
        found.setdefault(rule.key, rule)
    return sorted(found.values(), key=lambda one: (one.state != RuleState.APPROVED, one.key))


def _dose(
    rule: DoseRule, values: Values, target: float | None, zero_k: float | None
) -> tuple[Dose, tuple[schemes.UsedScheme, ...]]:
    """The dose by a rule, and what classed the values. Raises Missing, TermsWrong."""
    rule_terms.check(
        rule.kind, rule.terms
    )  # a rule that was edited by hand, or approved by a looser check, prints nothing
    if rule.kind in rule_terms.NEEDS_TARGET:
        if target is None:
            raise Missing("target", "target")
        highest = highest_t_per_ha(rule.crop_id)
        if target > highest:
            raise Missing("target_high", f"{target:g}", f"{highest:g}")
        if rule.kind == "uptake":
            return advice.uptake(rule.terms, target_t_per_ha=target), ()
        if zero_k is not None and zero_k < 0:
            raise Missing("zero_k", "zero_k")
        if zero_k is not None and zero_k > highest:
            raise Missing("zero_k_high", f"{zero_k:g}", f"{highest:g}")
        return advice.ssnm_rice(rule.terms, target_t_per_ha=target, zero_k_t_per_ha=zero_k), ()
    if rule.kind == "fixed":
        return advice.fixed(rule.terms), ()
    return _dose_by_class(rule, values)


def _dose_by_class(rule: DoseRule, values: Values) -> tuple[Dose, tuple[schemes.UsedScheme, ...]]:
    """Raises Missing: "class" for values that are not there, "method", "scheme", "draft_scheme", "classes"."""
    absent = [key for key in rule_terms.properties_of(rule.kind, rule.terms) if key not in values]
    if absent:
        raise Missing("class", *absent)
    places: list[int] = []  # of rows, since two of them may class one property by different schemes
    used: dict[int, schemes.UsedScheme] = {}
    for row in rule.terms["table"]:
        key = row["property"]
        value, method_key = _value(key, values, row.get("methods"))
        method = Method.objects.select_related("property").get(pk=method_key)
        found = schemes.schemes_of(method)
        named = row.get("scheme")
        classed_by = next((one for one in found if named in (None, one.scheme.key)), None)
        if classed_by is None:
            raise Missing("scheme", key, method.name)
        if classed_by.is_draft:
            raise Missing("draft_scheme", key, classed_by.scheme.name)
        if len(row["kg"]) != len(classed_by.classes):
            raise Missing("classes", key, classed_by.scheme.name)
        places.append(classed_by.place_of(value))
        used[classed_by.scheme.pk] = classed_by
    return advice.by_class(rule.terms, places), tuple(used.values())


def _value(key: str, values: Values, methods: Collection[str] | None) -> Value:
    """The value of a property that was measured by one of the methods. Raises Missing "class" or "method"."""
    there = values.get(key)
    if not there:
        raise Missing("class", key)
    measured: list[Value] = [there] if isinstance(there, tuple) and isinstance(there[0], int | float) else list(there)  # type: ignore[arg-type]
    fitting = next((one for one in measured if not methods or one[1] in methods), None)
    if fitting is None:
        raise Missing("method", key, measured[0][1], *(methods or ()))
    return fitting


def _advice(
    crop: Crop,
    rule: DoseRule,
    dose: Dose,
    classed_by: tuple[schemes.UsedScheme, ...],
    target: float | None,
    zero_k: float | None,
    fertilisers: Collection[str] | None,
) -> Advice:
    spoken = {step.nutrient for step in dose.steps}
    needed = tuple(
        Needed(one.nutrient, one.kg_per_ha, _per_sao(one.kg_per_ha), why(one, crop)) for one in _in_order(dose.steps)
    )
    whole = {nutrient: dose.kg_per_ha(nutrient) for nutrient in NUTRIENTS}
    sold = [one for one in Fertiliser.objects.all() if fertilisers is None or one.pk in fertilisers]
    bags: tuple[Bagged, ...] = ()
    parts: tuple[Part, ...] = ()
    no_bags = ""
    try:
        parts = tuple(_part(split, whole, sold) for split in dose.splits)
        bags = _together(parts) if parts else _bagged(whole, sold)
    except Missing as missing:
        parts = tuple(_part(split, whole, None) for split in dose.splits)
        no_bags = _("Trong các loại phân đã chọn không có loại nào cho riêng %(names)s. Hãy chọn thêm.") % {
            "names": ", ".join(NUTRIENT_NAMES[one] for one in missing.what)
        }
    silent = tuple(one for one in NUTRIENTS if one not in spoken)
    return Advice(crop, rule, needed, silent, bags, no_bags, parts, target, zero_k, classed_by)


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """As on a bag: N, P2O5, K2O."""
    return sorted(steps, key=lambda one: NUTRIENTS.index(one.nutrient))


def _part(split: Split, whole: Mapping[str, float], sold: Sequence[Fertiliser] | None) -> Part:
    given = {nutrient: whole[nutrient] * split.shares.get(nutrient, 0.0) for nutrient in NUTRIENTS}
    return Part(split.name_vi or split.key, split.name_en, given, () if sold is None else _bagged(given, sold))


def _bagged(need: Mapping[str, float], sold: Sequence[Fertiliser]) -> tuple[Bagged, ...]:
    """Raises Missing("fertiliser", nutrient, …)."""
    by_key = {one.pk: one for one in sold}
    bags = [Bag(one.pk, one.n_percent, one.p2o5_percent, one.k2o_percent, one.bag_kg) for one in sold]
    return tuple(Bagged(by_key[one.bag.key], one.kg, _per_sao(one.kg), one.bags) for one in advice.as_bags(need, bags))


def _together(parts: Sequence[Part]) -> tuple[Bagged, ...]:
    """The fertilisers of all parts of the season."""
    sums: dict[str, float] = {}
    by_key: dict[str, Fertiliser] = {}
    for bag in (bag for part in parts for bag in part.bags):
        sums[bag.fertiliser.pk] = sums.get(bag.fertiliser.pk, 0.0) + bag.kg_per_ha
        by_key[bag.fertiliser.pk] = bag.fertiliser
    return tuple(Bagged(by_key[key], kg, _per_sao(kg), kg / by_key[key].bag_kg) for key, kg in sums.items())


def _per_sao(kg_per_ha: float) -> float:
    return advice.for_area(kg_per_ha, settings.SAO_M2)
