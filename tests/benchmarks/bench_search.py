"""The search box at a million houses: how long until the first answer, for an official of one commune and for
the administrator who sees all.

Each text is looked for as the map's search box does it (`households.search.find`, then the houses and their
people), a few times over. A line gives the median for one text; `<who>_first_answer` is that of the slowest text.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from tests.benchmarks import measure, million

TEXTS = {
    "a rare name": "Tạ Trọng Yến",
    "a very common name": "Nguyễn Văn An",
    "common words": "nguyen thi",
    "words never together": "trần nguyễn thị văn",
    "one common word": "nguyễn",
    "one letter": "n",
    "a name begun": "nguyễn h",
    "a name with its village": "hoà làng 7",
    "a name with its address": "lan 12 ngõ đình",
    "a number": "12",
    "a number with a slash": "12/5",
    "number and street": "số 12 ngõ Đình",
    "a street": "ngõ đình",
    "a nonsense word": "qwrtzx",
    "two nonsense words": "qwrtzx vbnm",
    "a written address": "số 12 ng. Đình, th. Làng 7",
    "a whole address": "Số nhà 12, ngõ Đình, đường Làng, thôn Làng 7, xã Thử 1, tỉnh Thử Nghiệm",
    "an alley by its number": "số 5 ngõ 12 đường Mới",
    "an address half understood": "12 ng. Đình, th. Không Có, huyện Cũ, cạnh trạm bơm",
    "a person at a written address": "Lan, 12 ng. Đình, th. Làng 7",
    "an address nobody has": "9999 ng. Đình, th. Làng 7",
    "an old address": "12 hẻm Chùa",
}
FORMER = """
INSERT INTO households_formeraddress (house_id, commune_id, number, street, until, was_on_plate)
SELECT id, commune_id, number, replace(street, 'ngõ', 'hẻm'), now(), false FROM households_house
"""
"""Every house had another address before, made of the same common words."""


def run(report: measure.Report) -> None:
    """Fill a million houses, then search."""
    with measure.owner_connection() as connection:
        million.fill(connection)
        if connection.execute("SELECT count(*) FROM households_formeraddress").fetchone() == (0,):
            connection.execute(FORMER)
            connection.commit()
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE households_formeraddress")
    from mapping.access import Role
    from mapping.models import Grant, Unit, User

    communes = Unit.objects.communes().order_by("pk")
    people: dict[str, Any] = {}
    for name, commune in (("rural", communes[0]), ("town", communes[million.TOWN])):
        person = User.objects.filter(username=name).first() or User.objects.create_user(username=name)
        Grant.objects.get_or_create(user=person, unit=commune, role=Role.COMMUNE_OFFICER)
        people[name] = person
    administrator = User.objects.filter(username="all").first()
    people["all"] = administrator or User.objects.create_superuser(username="all", password=None)
    for name, person in people.items():
        times = {what: _milliseconds(person, text) for what, text in (TEXTS | _known(person)).items()}
        for what, figure in times.items():
            report(f"{name}: {what}", "ms", figure, None, None, million.HOUSES)
        report(f"{name}_first_answer", "ms", max(times.values()), None, None, million.HOUSES)


def _known(person: Any) -> dict[str, str]:
    """Texts that lead to one house of the person's."""
    from django.db import transaction

    from households.codes import format_house_code
    from households.models import Household
    from mapping import wall

    with wall.acting(person), transaction.atomic():
        household = Household.objects.for_user(person).exclude(phone="").select_related("house").order_by("-pk")[0]
    phone = household.phone
    return {
        "a telephone": phone,
        "a telephone from abroad": f"+84 {phone[1:4]} {phone[4:7]} {phone[7:]}",
        "four last digits": phone[-4:],
        "a house code": format_house_code(household.house.code),
        "half a house code": format_house_code(household.house.code)[:7],
        "a full name": household.head_name,
    }


def _milliseconds(person: Any, text: str) -> float:
    from django.db import transaction

    from households import search
    from households.views.search import houses_in_order
    from mapping import wall

    taken = []
    for _ in range(measure.RUNS + 2):
        start = time.perf_counter()
        with wall.acting(person), transaction.atomic():  # as a page does
            found = search.find(user=person, text=text, limit=20)
            houses_in_order(person, found.house_ids)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken[2:])
