"""The phone and the server find the same faults in the same answers, and say them in the same words."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.survey import position
from households.survey.rules import Fault, check, is_of_kind, is_relevant, rules
from mapping.text import normal_phone
from tests import node

DATA = Path(__file__).parent.parent / "data"
TOLD = json.loads((DATA / "survey_rules.json").read_text())
TODAY = datetime.date.fromisoformat(TOLD["today"])


def faults_here(case: dict[str, Any]) -> list[Fault]:
    return check(rules(), case["answers"], today=TODAY, sees_sensitive=case.get("sees_sensitive", False))


@pytest.mark.parametrize("case", TOLD["cases"], ids=lambda case: case["about"])
def test_the_server_finds_what_is_wrong(case: dict[str, Any]) -> None:
    assert [[one.field, one.code] for one in faults_here(case)] == case["faults"]


def test_the_phone_finds_the_same_and_says_the_same() -> None:
    here = [
        [[one.field, one.code, rules().sentence(one, "vi"), rules().sentence(one, "en")] for one in faults_here(case)]
        for case in TOLD["cases"]
    ]
    there = node.answer(
        "survey/rules.js",
        """given.cases.map((one) => {
            const rules = module.understood(given.table);
            const faults = module.check(rules, one.answers, { year: given.year, seesSensitive: one.sees_sensitive });
            return faults.map((fault) => [fault.field, fault.code, module.sentence(rules, fault, "vi"),
                                          module.sentence(rules, fault, "en")]);
        })""",
        {"table": rules().table, "cases": TOLD["cases"], "year": TODAY.year},
    )
    assert there == here
    assert sum(map(len, here)) > 15


@pytest.mark.parametrize("row", TOLD["hidden"], ids=lambda row: row["about"])
def test_the_phone_leaves_out_what_the_server_refuses_where_nobody_sees_it(row: dict[str, Any]) -> None:
    there = node.answer(
        "survey/rules.js",
        "module.withoutSlips(module.understood(given.table), given.answers, given.held)",
        {"table": rules().table, **row},
    )
    assert there == {**row["answers"], **row["left"]}
    assert slips(row["answers"]) == set(row["left"])
    assert slips(there) == set()


def slips(answers: dict[str, Any]) -> set[str]:
    """Fields that the server refuses though nobody asks for them."""
    asked = {name: rules().question_of(name) for name in answers}
    return {
        name for name, question in asked.items()
        if question and not is_relevant(question, answers) and not is_of_kind(question, answers[name])
    }  # fmt: skip


PHONES = {
    "0912 345 678": True, "+84 912 345 678": True, "84912345678": True, "0084912345678": True, "02373.123.456": True,
    "1900 1234": True, "(024) 3825-1234": True, "024 3825 1234": True, "+8562012345678": False, "0123456789": False,
    "01234567890": False, "0412345678": False, "912345678": False, "0912 345 67": False, "+84 0912 345 678": True,
    "+840912345678x": False,
}  # fmt: skip


def test_no_telephone_number_is_taken_that_an_approval_cannot_write() -> None:
    answers = [{"occupied": "yes", "head_name": "An", "phone": number} for number in PHONES]
    found = [not check(rules(), one, today=TODAY) for one in answers]
    assert dict(zip(PHONES, found, strict=True)) == PHONES
    there = node.answer(
        "survey/rules.js",
        "given.answers.map((one) => module.check(module.understood(given.table), one, { year: 2026 }).length === 0)",
        {"table": rules().table, "answers": answers},
    )
    assert there == found
    assert all(normal_phone(number) for number, is_taken in zip(PHONES, found, strict=True) if is_taken)


@given(st.text("0123456789+ .-()", max_size=18))
def test_whatever_number_is_taken_can_be_written(number: str) -> None:
    taken = not check(rules(), {"occupied": "yes", "head_name": "An", "phone": number}, today=TODAY)
    assert not taken or number == "" or normal_phone(number.replace(".", "")) is not None


def test_rounds_that_began_with_version_one_keep_it() -> None:
    answers = {"occupied": "yes", "head_name": "An", "phone": "+8562012345678"}
    assert check(rules(1), answers, today=TODAY) == []
    assert {**rules(1).questions}.keys() == {**rules(2).questions}.keys()


def test_a_draft_need_not_be_whole_yet() -> None:
    assert check(rules(), {}, today=TODAY, is_whole=False) == []


def test_each_field_that_an_approval_writes_is_one_of_the_register() -> None:
    from households.models import House, Household

    models = {"house": House, "household": Household}
    for question in rules().questions.values():
        if question.writes:
            table, _point, column = question.writes.partition(".")
            longest = models[table]._meta.get_field(column).max_length
            assert longest is None or question.kind == "phone" or question.row["longest"] <= longest


def test_phone_and_server_average_alike() -> None:
    cases = json.loads((DATA / "survey_positions.json").read_text())
    there = node.answer("survey/position.js", "given.map((one) => module.average(one.fixes))", cases)
    for case, phone in zip(cases, there, strict=True):
        here = position.average([position.Fix(**fix) for fix in case["fixes"]])
        if case["told"] is None:
            assert here is None
            assert phone is None
            continue
        assert here is not None
        assert phone["spread_m"] == pytest.approx(here.spread_m, abs=1e-6)
        for key, value in case["told"].items():
            mine = {"fixes": here.given, "doubtful": here.is_doubtful}.get(key, getattr(here, key, None))
            assert phone[key] == pytest.approx(value, rel=1e-12)
            assert mine == pytest.approx(value, rel=1e-12)
