"""Units as laboratories write them, and values from one to another."""

from __future__ import annotations

import pytest

from soil_map.units import AnalysisUnit, UnitsDiffer, UnitUnknown, conversion, read_unit, unit_of


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("mg/100g", "mg/100g"),
        ("mg P2O5/100 g đất", "mg/100g P2O5"),
        ("P₂O₅ (mg/100g)", "mg/100g P2O5"),
        ("K2O mg/100gđ", None),
        ("mgK2O/100g", None),
        ("mg/kg P", "mg/kg P"),
        ("ppm", "mg/kg"),
        ("µg/g", "mg/kg"),
        ("% OM", "% OM"),
        ("OC (%)", "% OC"),
        ("%", "%"),
        ("g/kg", "g/kg"),
        ("meq/100g", "cmol/kg"),
        ("lđl/100g", "cmol/kg"),
        ("cmol(+)/kg", "cmol/kg"),
        ("cmol₍₊₎/kg", None),
        ("mmolc/kg", "mmol/kg"),
        ("dS/m", "dS/m"),
        ("", ""),
    ],
)
def test_units_are_read_as_they_are_written(written: str, key: str | None) -> None:
    if key is None:
        with pytest.raises(UnitUnknown):
            read_unit(written)
    else:
        assert read_unit(written).key == key
        assert unit_of(key) == read_unit(written)


@pytest.mark.parametrize("written", ["mg/l", "kg/ha", "abc", "mg"])
def test_what_is_no_unit_of_soil_is_refused(written: str) -> None:
    with pytest.raises(UnitUnknown):
        read_unit(written)


@pytest.mark.parametrize(
    ("source", "target", "value", "told"),
    [
        ("mg/100g P2O5", "mg/kg P2O5", 12.0, 120.0),
        ("mg/kg P", "mg/100g P2O5", 10.0, 2.2914),
        ("mg/kg K", "mg/100g K2O", 100.0, 12.046),
        ("% OC", "% OM", 1.0, 1.724),
        ("% OM", "% OC", 1.724, 1.0),
        ("g/kg OC", "% OC", 15.0, 1.5),
        ("cmol/kg", "cmol/kg", 10.0, 10.0),
        ("mmol/kg", "cmol/kg", 100.0, 10.0),
        ("%", "% N", 0.15, 0.15),
        ("mg/kg", "mg/100g P2O5", 120.0, 12.0),  # names no substance: taken to count the target's
    ],
)
def test_values_go_from_one_unit_to_another(source: str, target: str, value: float, told: float) -> None:
    assert value * conversion(unit_of(source), unit_of(target)).factor == pytest.approx(told, rel=1e-9)


def test_only_organic_matter_is_converted_by_convention() -> None:
    assert conversion(unit_of("% OC"), unit_of("% OM")).is_convention
    assert not conversion(unit_of("mg/kg P"), unit_of("mg/kg P2O5")).is_convention
    assert not conversion(unit_of("% OM"), unit_of("% OM")).changes


@pytest.mark.parametrize(
    ("source", "target"),
    [("%", "cmol/kg"), ("% OM", "% N"), ("mg/kg P", "mg/kg K2O"), ("dS/m", "mg/kg"), ("", "%"), ("", "dS/m")],
)
def test_what_measures_something_else_is_not_converted(source: str, target: str) -> None:
    with pytest.raises(UnitsDiffer):
        conversion(unit_of(source), unit_of(target))


def test_a_unit_is_shown_with_its_formulas() -> None:
    assert str(AnalysisUnit("mg/100g", "P2O5")) == "mg/100 g P₂O₅"
