"""Every field about a person is declared: class, purpose, ground, retention, who sees it. None is forgotten."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command

from mapping import personal
from mapping.access import ROLE_TABLE, Capability, Role
from mapping.personal import Sensitivity

OURS = ("mapping", "households", "soil_map")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models(include_auto_created=True)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_of_every_model_is_declared_once(model: Any) -> None:
    assert personal.undeclared(model) == [], (
        "say in personal_fields.py what these are (or that the whole model holds no people)"
    )


def test_nothing_is_declared_that_does_not_exist() -> None:
    known = {model._meta.label for model in MODELS}
    assert (personal.tables.keys() | personal.without_people) <= known
    assert not personal.tables.keys() & personal.without_people


def test_what_is_masked_can_be_revealed_by_fewer_than_see_it() -> None:
    for table in personal.tables.values():
        for field in table.fields.values():
            assert field.masked == (field.reveal is not None)
            assert field.sensitivity is not Sensitivity.NONE
            if field.sensitivity is Sensitivity.SENSITIVE:
                assert field.see in (None, Capability.SEE_SENSITIVE, Capability.SEE_AUDIT)


def test_phones_and_personal_numbers_are_masked() -> None:
    assert "phone" in personal.masked_fields("households.Household")
    assert Capability.REVEAL not in ROLE_TABLE[Role.SURVEYOR]


def test_the_record_of_processing_has_a_line_for_every_field() -> None:
    out = StringIO()
    call_command("personal_data", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 2 + sum(len(table.fields) for table in personal.tables.values())
    phone = next(line for line in lines if "(phone)" in line)
    assert "90 ngày từ ngày hộ rời đi hoặc nhà đóng" in phone and "sự đồng ý của hộ" in phone
