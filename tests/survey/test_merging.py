"""What two people find out about one house comes together, and nothing of it is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.survey.merging import Clash, Record, Touch, merge

EMPTY = Record()
LAN, HOA = "lan", "hoa"


def unseen(record: Record, base: int, source: str) -> dict[str, Any]:
    """Fields that others changed after `base`."""
    return {name: record.values.get(name) for name, one in record.touches.items() if one.is_unseen(base, source)}


def test_different_fields_come_together() -> None:
    one = merge(EMPTY, 0, {"head_name": "Lê Văn Ba", "phone": "0912"}, LAN).record
    lan = merge(one, 1, {"phone": "0913"}, LAN).record
    hoa = merge(lan, 1, {"water": "well"}, HOA)
    assert hoa.clashes == ()
    assert hoa.record.values == {"head_name": "Lê Văn Ba", "phone": "0913", "water": "well"}
    assert hoa.record.version == 3


def test_the_same_field_twice_keeps_both_and_asks() -> None:
    one = merge(EMPTY, 0, {"phone": "0912"}, LAN).record
    lan = merge(one, 1, {"phone": "0913"}, LAN).record
    hoa = merge(lan, 1, {"phone": "0914", "water": "well"}, HOA)
    assert hoa.clashes == (Clash("phone", "0913", "0914"),)
    assert hoa.record.values == {"phone": "0913", "water": "well"}


def test_the_same_value_from_two_is_no_question() -> None:
    one = merge(EMPTY, 0, {"phone": "0912"}, LAN).record
    again = merge(one, 0, {"phone": "0912"}, HOA)
    assert again.clashes == again.applied == ()
    assert again.record.values == one.values


def test_what_two_said_alike_is_not_changed_by_the_one_behind_the_others_back() -> None:
    one = merge(EMPTY, 0, {"phone": "0912", "water": "well"}, LAN).record
    both = merge(one, 0, {"phone": "0912"}, HOA).record
    lan = merge(both, 1, {"phone": "0913", "water": "rain"}, LAN)
    assert lan.clashes == (Clash("phone", "0912", "0913"),)
    assert lan.record.values == {"phone": "0912", "water": "rain"}
    assert unseen(lan.record, 1, LAN) == {"phone": "0912"}
    assert merge(both, 0, {"phone": "0914"}, HOA).clashes == (Clash("phone", "0912", "0914"),)
    assert unseen(both, 0, HOA) == {"phone": "0912", "water": "well"}
    assert merge(lan.record, lan.record.version, {"phone": "0913"}, LAN).clashes == ()


def test_what_is_kept_of_a_touch_says_who_agreed() -> None:
    one = merge(EMPTY, 0, {"phone": "0912"}, LAN).record
    touch = merge(one, 0, {"phone": "0912"}, HOA).record.touches["phone"]
    assert touch.written() == [2, HOA, 1, LAN]
    assert Touch.read(touch.written()) == touch
    assert Touch.read([3, "officer"]).written() == [3, "officer"]


def test_who_has_seen_a_value_and_says_it_again_changes_nothing() -> None:
    one = merge(EMPTY, 0, {"phone": "0912"}, LAN).record
    assert merge(one, 1, {"phone": "0912"}, HOA).record == one
    assert merge(one, 0, {"phone": "0912"}, LAN).record == one


def test_yes_is_not_one() -> None:
    one = merge(EMPTY, 0, {"has_shop": True}, LAN).record
    assert merge(one, 0, {"has_shop": 1}, HOA).clashes == (Clash("has_shop", True, 1),)


def test_an_emptied_field_stays_empty_for_whoever_knew_it_full() -> None:
    one = merge(EMPTY, 0, {"phone": "0912"}, LAN).record
    emptied = merge(one, 1, {"phone": None}, LAN).record
    assert "phone" not in emptied.values
    assert merge(emptied, 1, {"phone": "0915"}, HOA).clashes == (Clash("phone", None, "0915"),)


def test_what_the_register_holds_is_emptied_by_the_first_word_about_it() -> None:
    emptied = merge(EMPTY, 0, {"number": None}, LAN)
    assert (emptied.applied, emptied.record.values, emptied.record.version) == (("number",), {}, 1)
    assert merge(emptied.record, 0, {"number": None}, LAN).applied == ()
    assert merge(emptied.record, 0, {"number": "12"}, HOA).clashes == (Clash("number", None, "12"),)
    assert merge(emptied.record, 0, {"number": None}, HOA).vouched == ("number",)


def test_a_phone_knows_what_it_sent_itself() -> None:
    one = merge(EMPTY, 0, {"phone": "0912"}, LAN).record
    again = merge(one, 0, {"phone": "0913"}, LAN)
    assert again.clashes == ()
    assert again.record.values == {"phone": "0913"}


def test_what_others_wrote_meanwhile_is_told_and_not_taken_for_seen() -> None:
    one = merge(EMPTY, 0, {"phone": "0912", "water": "well"}, LAN).record
    hoa = merge(one, 1, {"water": "rain"}, HOA).record
    lan = merge(hoa, 1, {"phone": "0913"}, LAN).record
    assert unseen(lan, 1, LAN) == {"water": "rain"}
    assert merge(lan, 1, {"water": "piped"}, LAN).clashes == (Clash("water", "rain", "piped"),)


def test_a_base_that_is_still_to_come_is_refused() -> None:
    with pytest.raises(ValueError, match="base 2"):
        merge(EMPTY, 2, {"phone": "0912"}, LAN)


def test_of_single_fields_another_version_may_have_been_seen() -> None:
    one = merge(EMPTY, 0, {"phone": "0912", "water": "well"}, LAN).record
    hoa = merge(one, 1, {"phone": "0914", "water": "rain"}, HOA, {"phone": 0})
    assert (hoa.clashes, hoa.applied) == ((Clash("phone", "0912", "0914"),), ("water",))


FIELDS = st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 3)), max_size=3)


@given(st.lists(st.tuples(FIELDS, st.integers(0, 4), st.sampled_from((LAN, HOA))), max_size=12))
def test_whatever_is_sent_is_held_or_asked_about(sent: list[tuple[dict[str, Any], int, str]]) -> None:
    record = EMPTY
    for changes, behind, who in sent:
        before = record
        merged = merge(record, max(0, record.version - behind), changes, who)
        record = merged.record
        asked = {clash.field for clash in merged.clashes}
        for field, value in changes.items():
            assert record.values.get(field) == (before.values.get(field) if field in asked else value)
        assert set(before.values) - set(changes) == set(record.values) - set(changes)
        assert record.version == before.version + bool(merged.applied or merged.vouched)
