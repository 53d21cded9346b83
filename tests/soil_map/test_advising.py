"""Which rule gives a dose, what it comes to in bags, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from soil_map import advising, harvests, rule_terms
from soil_map.advised import Advice, Liming, Refusal
from soil_map.models import ClassScheme, Crop, DoseRule, Fertiliser, RuleState, SchemeState

pytestmark = pytest.mark.django_db
STRAIGHT = ("urea", "superphosphate", "potash")


RuleOf = Callable[[str, dict[str, Any]], DoseRule]


@pytest.fixture
def rule_with_terms() -> RuleOf:
    """Approve a rule for cassava, whatever its terms."""

    def made(kind: str, terms: dict[str, Any]) -> DoseRule:
        return DoseRule.objects.create(
            key="a_cassava", version=1, crop_id="cassava", kind=kind, name_vi="Sắn thử", name_en="Cassava, tried",
            terms=terms, citation="Nguồn thử", state=RuleState.APPROVED,
        )  # fmt: skip

    return made


def rice(**given: float) -> Advice:
    said = advising.needs("rice_spring", {}, fertilisers=STRAIGHT, **given)
    assert isinstance(said, Advice)
    return said


def refused(crop: str, values: advising.Values | None = None, **given: float) -> Refusal:
    said = advising.needs(crop, values or {}, **given)
    assert isinstance(said, Refusal)
    return said


def test_rice_is_told_by_the_approved_rule_although_a_newer_draft_splits_it() -> None:
    said = rice(target_t_per_ha=6, zero_k_t_per_ha=4.5)
    assert (said.rule.key, said.rule.version, said.parts) == ("ssnm_rice_spring", 3, ())
    assert [(one.name, one.kg_per_ha, one.kg_per_sao) for one in said.needed] == [("N", 90, 4.5), ("K₂O", 45, 2.25)]
    assert {one.fertiliser.pk: pytest.approx(one.kg_per_sao) for one in said.bags} == {
        "urea": 4.5 / 0.46,
        "potash": 2.25 / 0.6,
    }
    lines = advising.lines(said)
    assert lines[0] == "N: 90 kg/ha, 4,5 kg/sào (15 kg × 6 tấn thóc)"
    assert lines[1] == "K₂O: 45 kg/ha, 2,25 kg/sào (30 kg × 1,5 tấn vượt ô không bón kali)"
    assert "P₂O₅: quy tắc này không tính" in lines[2]
    assert "IRRI" in lines[-1]


def test_no_potassium_is_never_advised_without_saying_why() -> None:
    said = rice(target_t_per_ha=6, zero_k_t_per_ha=6.5)
    assert said.needed[1].kg_per_ha == 0
    assert "không bón kali đã được 6,5 tấn/ha, không kém mục tiêu 6" in advising.lines(said)[1]


def test_potassium_that_the_rule_caps_tells_the_tonnes_above_the_plot_and_the_cap() -> None:
    told = advising.lines(rice(target_t_per_ha=9, zero_k_t_per_ha=4))[1]
    assert told.startswith("K₂O: 90 kg/ha")
    assert "30 kg × 3 tấn: vượt ô không bón kali 5 tấn, tính nhiều nhất 3 tấn" in told
    at_the_cap = advising.lines(rice(target_t_per_ha=7, zero_k_t_per_ha=4))[1]
    assert "30 kg × 3 tấn vượt ô không bón kali" in at_the_cap and "nhiều nhất" not in at_the_cap


def test_a_target_is_high_by_its_own_crop_and_told_in_words_that_fit_it(rule_with_terms: RuleOf) -> None:
    rule = rule_with_terms("uptake", {"kg_per_t": {"n": 1.5}})
    DoseRule.objects.filter(pk=rule.pk).update(crop_id="sugarcane")
    said = advising.needs("sugarcane", {}, target_t_per_ha=80, fertilisers=STRAIGHT)
    assert isinstance(said, Advice)
    assert advising.lines(said)[0] == "N: 120 kg/ha, 6 kg/sào (1,5 kg × 80 tấn thu hoạch)"
    high = refused("sugarcane", target_t_per_ha=260)
    assert high.code == "target_high" and "250 tấn/ha" in high.sentences[0]


def test_every_crop_that_is_shipped_has_a_highest_yield() -> None:
    assert [crop.pk for crop in Crop.objects.all() if not harvests.is_known(crop.pk)] == []


def test_nitrogen_is_said_to_be_what_the_crop_takes_up_with_nothing_off_for_the_soil() -> None:
    assert any("chưa trừ phần đất" in line for line in advising.lines(rice(target_t_per_ha=6, zero_k_t_per_ha=4)))


def test_a_sao_is_what_the_setting_says(settings: object) -> None:
    settings.SAO_M2 = 360  # type: ignore[attr-defined]
    assert rice(target_t_per_ha=6, zero_k_t_per_ha=4.5).needed[0].kg_per_sao == pytest.approx(90 * 0.036)


def test_the_same_in_english() -> None:
    with translation.override("en"):
        assert advising.lines(rice(target_t_per_ha=6, zero_k_t_per_ha=4.5))[0].startswith("N: 90 kg/ha, 4.5 kg/sào")


@pytest.mark.parametrize(
    ("crop", "given", "code", "words"),
    [
        ("rice_spring", {}, "target", "năng suất mục tiêu"),
        ("rice_spring", {"target_t_per_ha": 60, "zero_k_t_per_ha": 45}, "target_high", "chia cho 10"),
        ("rice_spring", {"target_t_per_ha": 6}, "zero_k", "ô không bón kali"),
        ("rice_spring", {"target_t_per_ha": 6, "zero_k_t_per_ha": -1}, "zero_k", "ô không bón kali"),
        ("rice_spring", {"target_t_per_ha": 6, "zero_k_t_per_ha": 45}, "zero_k_high", "chia cho 10"),
        ("maize", {"target_t_per_ha": 6}, "draft", "dự thảo"),
        ("cassava", {}, "no_rule", "Chưa có quy tắc bón nào cho sắn"),
        ("dragon_fruit", {}, "crop", "Không có cây trồng này"),
    ],
)
def test_without_an_approved_rule_and_its_numbers_there_is_a_sentence_and_no_dose(
    crop: str, given: dict[str, float], code: str, words: str
) -> None:
    said = refused(crop, **given)
    assert said.code == code
    assert words in " ".join(advising.lines(said))


def test_an_approved_draft_gives_its_parts_and_their_bags_add_up() -> None:
    DoseRule.objects.filter(key="maize_dap").update(state=RuleState.APPROVED)
    said = advising.needs("maize", {}, fertilisers=STRAIGHT)
    assert isinstance(said, Advice)
    assert [one.name_in("vi") for one in said.parts] == ["Bón lót", "Thúc khi 3–4 lá", "Thúc khi 7–9 lá"]
    for nutrient, kg in (("n", 163), ("p2o5", 73), ("k2o", 79)):
        assert sum(one.kg_per_ha[nutrient] for one in said.parts) == pytest.approx(kg)
        held = sum(one.kg_per_ha * getattr(one.fertiliser, f"{nutrient}_percent") / 100 for one in said.bags)
        assert held == pytest.approx(kg)


def test_a_rule_whose_parts_leave_a_nutrient_out_gives_a_sentence_and_no_dose(rule_with_terms: RuleOf) -> None:
    rule_with_terms("fixed", {"kg": {"n": 100, "p2o5": 60, "k2o": 60}, "splits": [{"key": "basal", "n": 1}]})
    said = refused("cassava")
    assert said.code == "terms"
    assert "splits.p2o5" in said.sentences[0] and "chia hết vào các lần bón" in said.sentences[0]


def test_a_lime_rule_that_cannot_be_read_gives_a_sentence(rule_with_terms: RuleOf) -> None:
    rule_with_terms(rule_terms.LIME, {"methods": ["ph_h2o"]})
    said = advising.lime(Crop.objects.get(pk="cassava"), {"ph": (4.2, "ph_h2o")})
    assert isinstance(said, Refusal) and said.code == "terms" and "steps" in said.sentences[0]


def test_a_nutrient_that_no_chosen_bag_holds_is_named_and_the_dose_stays() -> None:
    said = advising.needs(
        "rice_spring", {}, target_t_per_ha=6, zero_k_t_per_ha=4, fertilisers=("urea", "superphosphate")
    )
    assert isinstance(said, Advice)
    assert said.bags == () and "K₂O" in said.no_bags and len(said.needed) == 2


BY_CLASS = {"table": [{"nutrient": "p2o5", "property": "p_available", "scheme": "p_olsen_common", "kg": [90, 60, 30]}]}


@pytest.fixture
def by_class() -> DoseRule:
    return DoseRule.objects.create(
        key="peanut_p", version=1, crop_id="peanut", kind="by_class", name_vi="Lạc theo lân", name_en="By P",
        terms=BY_CLASS, citation="Nguồn thử", state=RuleState.APPROVED,
    )  # fmt: skip


@pytest.mark.usefixtures("by_class")
def test_a_rule_by_class_names_what_it_lacks_and_takes_no_draft_for_granted() -> None:
    assert refused("peanut").code == "class"
    assert "Lân dễ tiêu" in refused("peanut").sentences[0]
    olsen = {"p_available": (2.0, "p_olsen")}
    assert refused("peanut", olsen).code == "draft_scheme"
    assert refused("peanut", {"p_available": (2.0, "p_oniani")}).code == "scheme"
    ClassScheme.objects.filter(key="p_olsen_common").update(state=SchemeState.APPROVED)
    said = advising.needs("peanut", olsen, fertilisers=STRAIGHT)
    assert isinstance(said, Advice)
    assert said.needed[0].kg_per_ha == 60  # 2 mg/100g P2O5 are 8.7 mg/kg P: the middle class
    assert [one.scheme.key for one in said.classed_by] == ["p_olsen_common"]


def test_two_rows_on_one_property_take_their_own_schemes(rule_with_terms: RuleOf) -> None:
    """pH 5.7 is slightly acid by Bắc Ninh (4 to 6), suitable by the limits of paddy soil (5.5 to 7)."""
    row = {"property": "ph", "methods": ["ph_kcl"]}
    rule_with_terms(
        "by_class",
        {
            "table": [
                {**row, "nutrient": "n", "scheme": "ph_kcl_bac_ninh_2021", "kg": [10, 20, 30, 40]},
                {**row, "nutrient": "k2o", "scheme": "ph_kcl_paddy", "kg": [10, 20, 30, 40]},
            ]
        },
    )
    said = advising.needs("cassava", {"ph": (5.7, "ph_kcl")}, fertilisers=STRAIGHT)
    assert isinstance(said, Advice)
    assert [(one.nutrient, one.kg_per_ha) for one in said.needed] == [("n", 20), ("k2o", 30)]
    assert {one.scheme.key for one in said.classed_by} == {"ph_kcl_bac_ninh_2021", "ph_kcl_paddy"}


def test_a_rule_holds_for_the_methods_it_names(by_class: DoseRule) -> None:
    row = {**BY_CLASS["table"][0], "methods": ["p_bray2"]}
    DoseRule.objects.filter(pk=by_class.pk).update(terms={"table": [row]})
    said = refused("peanut", {"p_available": (2.0, "p_olsen")})
    assert said.code == "method"
    assert "Olsen" in said.sentences[0] and "Bray II" in said.sentences[0]


def test_lime_is_refused_while_its_rule_is_a_draft_and_asks_for_the_right_ph() -> None:
    crop = Crop.objects.get(pk="maize")
    assert isinstance(advising.lime(crop, {"ph": (4.2, "ph_h2o")}), Refusal)
    DoseRule.objects.filter(key="lime_maize").update(state=RuleState.APPROVED)
    assert {ph: advising.lime(crop, {"ph": (ph, "ph_h2o")}).kg_per_ha for ph in (4.2, 4.5, 4.6, 5.5, 5.6)} == {  # type: ignore[union-attr]
        4.2: 2000, 4.5: 2000, 4.6: 1000, 5.5: 1000, 5.6: 0,  # as its citation: 2 t to 4.5, 1 t from 4.6 to 5.5
    }  # fmt: skip
    said = advising.lime(crop, {"ph": (4.2, "ph_kcl")})
    assert isinstance(said, Refusal) and said.code == "method" and "pH(KCl)" in said.sentences[0]
    told = advising.lime(crop, {"ph": (4.2, "ph_h2o")})
    assert isinstance(told, Liming) and told.kg_per_sao == pytest.approx(100)
    assert told.why.startswith("pH 4,2 theo")


def test_a_ph_beside_a_step_of_lime_is_told_on_its_own_side_of_it() -> None:
    DoseRule.objects.filter(key="lime_maize").update(state=RuleState.APPROVED)
    said = advising.lime(Crop.objects.get(pk="maize"), {"ph": (5.55, "ph_h2o")})
    assert isinstance(said, Liming) and said.kg_per_ha == 0
    assert said.why.startswith("pH 5,55 theo") or said.why.startswith("pH 5,6 theo")
    said = advising.lime(Crop.objects.get(pk="maize"), {"ph": (5.5499, "ph_h2o")})
    assert isinstance(said, Liming) and said.kg_per_ha == 1000 and said.why.startswith("pH 5,5 theo")


def test_every_shipped_rule_can_be_calculated_and_every_draft_says_what_is_not_settled() -> None:
    for rule in DoseRule.objects.all():
        rule_terms.check(rule.kind, rule.terms)
        assert len(rule.citation) > 40
        if rule.state == RuleState.DRAFT:
            assert "chưa" in rule.citation.lower()
    assert set(DoseRule.objects.filter(state=RuleState.APPROVED).values_list("key", "version")) == {
        ("ssnm_rice_spring", 1),
        ("ssnm_rice_summer", 1),
        ("ssnm_rice_spring", 3),
        ("ssnm_rice_summer", 3),
    }
    assert Fertiliser.objects.count() >= 5
