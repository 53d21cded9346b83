"""In what two drafts of a house differ is said as the form asks it."""

from __future__ import annotations

from typing import Any

from households.survey.rules import rules
from tests.node import answer
from tests.survey.world import position

WORDS = {
    "yes": "Có", "no": "Không", "otherPhotos": "%(count)s, là ảnh khác", "position": "Vị trí cửa chính",
    "besidePinned": "ghim đặt trên bản đồ", "besideApart": "Hai vị trí cách nhau %(metres)s m.",
}  # fmt: skip


def told(mine: dict[str, Any], theirs: dict[str, Any], language: str = "vi") -> list[list[str]]:
    """Label, what is here and what is in the file, of each answer that differs."""
    given = {"drafts": [{"answers": mine}, {"answers": theirs}], "table": rules(2).table, "words": WORDS}
    expression = (
        "module.differences(given.drafts[0], given.drafts[1], given.table, "
        f"{{ words: given.words, language: '{language}' }}).map((one) => [one.label, one.mine, one.theirs])"
    )
    found: list[list[str]] = answer("survey/differing.js", expression, given)
    return found


def test_each_answer_that_differs_is_said_once_with_both_values() -> None:
    mine = {"number": "4 ", "occupied": "vacant", "water": ["tap"], "house_note": "cổng đỏ", "unheard_of": 1}
    theirs = {"number": "4", "occupied": "yes", "has_shop": True, "size": 3, "photos": ["a" * 64, "b" * 64]}
    rows = told(mine, theirs)
    assert ["Hiện nay", "Bỏ không", "Có người ở"] in rows
    assert ["Ghi chú về nhà", "cổng đỏ", ""] in rows
    assert [row[1:] for row in rows if row[0] == "Ảnh cửa chính, mặt trước"] == [["", "2"]]
    assert [row[1:] for row in rows if row[2] == "Có"] == [["", "Có"]]
    assert len(rows) == 6
    assert told(mine, mine) == []
    assert ["At present", "Vacant", "Lived in"] in told(mine, theirs, "en")


def test_a_member_of_a_household_is_said_by_what_is_known_of_them() -> None:
    member = {"name": "Lê Thị Hoa", "sex": "female", "born_in": 1960}
    [(label, here, there)] = told({}, {"members.0190a000": member})
    assert (label, here) == (rules(2).questions["members"].label["vi"], "")
    assert there.startswith("Lê Thị Hoa, ") and there.endswith(", 1960")


def test_other_photos_are_said_though_there_are_as_many() -> None:
    [(_label, here, there)] = told({"photos": ["a" * 64, "b" * 64]}, {"photos": ["a" * 64, "c" * 64]})
    assert (here, there) == ("2", "2, là ảnh khác")


def test_where_two_drafts_put_a_house_is_said_with_how_good_each_is_and_how_far_apart() -> None:
    def line(mine: dict[str, Any] | None, theirs: dict[str, Any] | None) -> Any:
        given = {"drafts": [{"position": mine}, {"position": theirs}], "words": WORDS}
        expression = "module.placesOf(...given.drafts, { words: given.words, language: 'vi' })"
        return answer("survey/differing.js", expression, given)

    here, there = position(lat=19.67), position(lat=19.67 + 25 / 111_320, accuracy_m=12.3)
    assert line(here, here) is None
    assert line(None, None) is None
    about = {"label": "Vị trí cửa chính", "mine": "±4 m", "apart": "Hai vị trí cách nhau 25 m."}
    assert line(here, there) == about | {"theirs": "±12 m"}
    pinned = there | {"source": "map"}
    assert line(here, pinned) == about | {"theirs": "ghim đặt trên bản đồ"}
    assert line(None, here) == {"label": "Vị trí cửa chính", "mine": "", "theirs": "±4 m", "apart": ""}
