"""What the project ships about soil: sourced, sound, and never edited once it is in use."""

from __future__ import annotations

import pytest

from soil_map import advice, classes, units
from soil_map.models import ClassScheme, DoseRule, Fertiliser, Method, Property, RuleState, SchemeState, SoilClass
from soil_map.reference import loading

pytestmark = pytest.mark.django_db


def class_named(scheme: str, value: float) -> str:
    """The English label of a value's class."""
    found = list(ClassScheme.objects.get(key=scheme).classes.order_by("rank"))
    return found[classes.scheme([one.lower for one in found]).class_of(value)].label_en


@pytest.mark.parametrize(
    ("scheme", "value", "label"),
    [
        ("om_hung_2004", 0.99, "very poor"),
        ("om_hung_2004", 2.2, "medium"),
        ("om_hung_2004", 6.1, "very rich"),
        ("oc_hung_2004", 1.26, "medium"),
        ("ph_kcl_bac_ninh_2021", 3.9, "very acid"),
        ("ph_kcl_bac_ninh_2021", 6.0, "neutral"),
        ("ph_kcl_paddy", 7.0, "too high"),
        ("cec_paddy", 7, "medium"),
        ("p_oniani_common", 15, "rich"),
    ],
)
def test_a_value_has_the_class_of_its_source(scheme: str, value: float, label: str) -> None:
    assert class_named(scheme, value) == label


def test_every_scheme_names_its_source_and_methods_of_its_property() -> None:
    assert ClassScheme.objects.count() == len(loading.read("schemes"))
    for scheme in ClassScheme.objects.prefetch_related("methods"):
        assert len(scheme.citation) > 20 and scheme.methods.exists()
        assert {method.property_id for method in scheme.methods.all()} == {scheme.property_id}
        assert scheme.classes.filter(level=0).exists() or scheme.classes.filter(level=1).exists()


def test_what_was_not_found_in_a_source_is_a_draft() -> None:
    unconfirmed = ClassScheme.objects.filter(key__endswith="_common")
    assert unconfirmed.count() == 7 and set(unconfirmed.values_list("state", flat=True)) == {SchemeState.DRAFT}
    others = ClassScheme.objects.exclude(key__endswith="_common")
    assert set(others.values_list("state", flat=True)) == {SchemeState.APPROVED}


def test_no_two_methods_share_a_scheme_of_available_phosphorus() -> None:
    """Limits of Olsen, Oniani and Bray are not interchangeable."""
    for scheme in ClassScheme.objects.filter(property="p_available"):
        assert scheme.methods.count() == 1


def test_values_are_classed_in_the_unit_of_the_scheme() -> None:
    """Olsen's limits are in mg P/kg, values are kept in mg P2O5/100 g: 2.2914 of these are 10 of those."""
    scheme = ClassScheme.objects.get(key="p_olsen_common")
    factor = units.conversion(units.unit_of(scheme.property.unit), units.unit_of(scheme.unit)).factor
    assert 2.2914 * factor == pytest.approx(10)
    assert class_named("p_olsen_common", 2.2914 * factor + 1e-9) == "high"


def test_loading_again_changes_nothing_and_keeps_what_somebody_approved() -> None:
    draft = ClassScheme.objects.get(key="cec_common")
    draft.state = SchemeState.APPROVED
    draft.save()
    before = [model.objects.count() for model in (Property, Method, ClassScheme, SoilClass, DoseRule, Fertiliser)]
    loading.load()
    assert before == [
        model.objects.count() for model in (Property, Method, ClassScheme, SoilClass, DoseRule, Fertiliser)
    ]
    draft.refresh_from_db()
    assert draft.state == SchemeState.APPROVED


def test_limits_in_use_are_not_edited() -> None:
    SoilClass.objects.filter(scheme__key="cec_paddy", rank=1).update(lower=8)
    with pytest.raises(loading.ReferenceWrong, match=r"cec_paddy 1 .* version 2"):
        loading.load()


def test_rice_gets_its_dose_by_the_shipped_rule() -> None:
    rule = DoseRule.objects.get(key="ssnm_rice_spring", version=1)
    assert rule.state == RuleState.APPROVED and "IRRI" in rule.citation
    dose = advice.ssnm_rice(rule.terms, target_t_per_ha=6, zero_k_t_per_ha=4.5)
    assert (dose.kg_per_ha("n"), dose.kg_per_ha("k2o")) == (90, 45)
