"""The demo commune numbered whole, and ten of its houses worked out by hand from the circular's rules.

The same ten, with the same reasons, stand in docs/numbering.md.
"""

from __future__ import annotations

import numpy as np
import pytest

from households.demo.commune import Commune
from households.numbering.engine import number_houses
from households.numbering.model import NONE, Houses, Numbering, Rules, Streets, no_groups
from tests.households.numbering import demo

Numbered = tuple[Commune, Streets, Houses, Numbering]


@pytest.fixture(scope="module")
def numbered() -> Numbered:
    commune, streets, houses = demo.drawn()
    return commune, streets, houses, number_houses(streets, houses, no_groups(), Rules())


def test_every_house_has_an_address_of_its_own_and_few_are_doubtful(numbered: Numbered) -> None:
    commune, _streets, houses, out = numbered
    assert (out.frontages.street != NONE).all()
    names = [commune.streets[street].name for street in out.frontages.street]
    assert len(set(zip(names, out.number.tolist(), strict=True))) == len(houses)
    assert np.count_nonzero(out.frontages.doubt != "") < len(houses) / 100
    assert out.findings == []
    assert not out.is_reversed.any()  # the demo's lines are drawn the way their numbers go


def test_numbers_that_stand_on_the_demos_doors_are_right_as_they_are(numbered: Numbered) -> None:
    """Locked, they say the same streets, directions, sides and alleys, and nothing contradicts another."""
    commune, streets, houses, _out = numbered
    doors = commune.houses + commune.new_houses
    place = {(street.name, street.prefix): at for at, street in enumerate(commune.streets)}
    named = [
        place[door.street, f"{door.number.rpartition('/')[0]}/".lstrip("/")] if door.number else NONE for door in doors
    ]
    number = np.array([door.number for door in doors], object)
    locked = Houses(houses.xy, houses.chosen, np.array(named, np.int32), number, number != "", houses.group)
    out = number_houses(streets, locked, no_groups(), Rules())
    assert out.number[locked.locked].tolist() == number[locked.locked].tolist()
    assert {finding.code for finding in out.findings} <= {"gap", "no_room"}
    called = [f"{text}/" if text else "" for text in out.alley_number]
    assert called == [street.prefix for street in commune.streets]


@pytest.mark.parametrize(
    ("easting", "northing", "number", "street", "doubt"),
    [
        # 1. đường Liên Xã runs from north to south, so its numbers rise that way, and a walker has the east on the
        #    left. This is the northernmost house on the east side: 1.
        (584_983, 2_177_033, "1", "đường Liên Xã", ""),
        # 2. The northernmost on its west side, the walker's right: 2, though it stands farther north than number 1.
        (584_966, 2_177_056, "2", "đường Liên Xã", ""),
        # 3. đường Kênh Bắc runs from east to west; the left is the south. The easternmost house to the south: 1.
        (585_578, 2_175_864, "1", "đường Kênh Bắc", ""),
        # 4. At the corner of đường Đồng Tây and an alley, 5.6 m from the alley and 10.3 m from the road: the larger
        #    street counts. Third on the left: 5. The alley's mouth comes just after, so the alley is number 5.
        (584_276, 2_176_859, "5", "đường Đồng Tây", ""),
        # 5. Where two roads cross, 12.2 m from đường Kênh Bắc, 17.7 m from the wider đường Đồng Tây: the wider.
        #    26 houses stand before it on the right: 54.
        (584_139, 2_176_342, "54", "đường Đồng Tây", ""),
        # 6. The alley after house 17 is 17; in it, on its right, the sub-alley after 17/10 is 17/10; it goes south,
        #    and this is the first house to the east: 17/10/1.
        (584_390, 2_176_681, "17/10/1", "đường Đồng Tây", ""),
        # 7. ngõ Ao Sen leaves ngõ Giếng Làng to the north-east. An alley begins at its mouth whatever the compass
        #    says, and one with a name has its own numbers: the only house, on the left, is 1.
        (584_253, 2_176_459, "1", "ngõ Ao Sen", ""),
        # 8. At the dead end of ngõ Trường Học, a little past where the line stops: carried on, the line has it on the
        #    left, the last of ten: 19.
        (583_932, 2_176_195, "19", "ngõ Trường Học", ""),
        # 9. A nameless sub-alley of ngõ Chùa leaves it to the right after house 4, so it is 4; second on its right:
        #    4/4. The end of ngõ Ao Sen is 9.8 m away and its own alley 6.9 m: less than 4 m more, so it is doubtful.
        (584_276, 2_176_470, "4/4", "ngõ Chùa", "two_streets"),
        # 10. The first house of the new đường Tân Lập, at its corner with đường Kênh Bắc, which is as wide: the main
        #     door would decide, which the map does not show. The nearer one, 1, with a doubt.
        (585_153, 2_176_016, "1", "đường Tân Lập", "corner"),
    ],
)
def test_ten_houses_by_hand(
    numbered: Numbered, easting: float, northing: float, number: str, street: str, doubt: str
) -> None:
    commune, _streets, houses, out = numbered
    away = np.hypot(*(houses.xy - (easting, northing)).T)
    house = int(away.argmin())
    assert away[house] < 1
    front = out.frontages
    assert (out.number[house], commune.streets[front.street[house]].name) == (number, street)
    assert front.doubt[house] == doubt
