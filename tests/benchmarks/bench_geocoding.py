"""Written addresses to houses, with a million houses around: how many come out right, how many wrong without a word
of doubt, and how many a second.

10,000 addresses of the demo commune's houses are written as people write, half of them with something amiss
(`geocoding_slips.tried`). `right_share` counts those whose first answer is the house, `right_and_sure_share` those
where it is the only one (exact, close), `among_five_share` those where it is one of at most five;
`confidently_wrong_share` those whose only answer is another house, and `made_up_share` the same of 5,000 addresses
whose number no house of the street has. The figures `held_back_…` are those of another commune with other names,
another seed and other slips, by which nothing was tuned.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from tests.benchmarks import geocoding_ground, geocoding_slips, measure, million

ADDRESSES = 10_000
ABSENT = 5_000
SURE = ("exact", "close", "former")


def run(report: measure.Report) -> None:
    """Prepare the ground, then geocode both lists."""
    with measure.owner_connection() as connection:
        geocoding_ground.prepare(connection)
    from mapping.models import User

    user = User.objects.filter(username="all").first() or User.objects.create_superuser(username="all", password=None)
    for prefix, code, seed, write in (
        ("", "16543", 12, geocoding_slips.tried),
        ("held_back_", geocoding_ground.HELD_BACK_CODE, 977, geocoding_slips.held_back),
    ):
        asked = list_of(code, Random(seed), write)
        answers, rate = geocode(user, code, [text for _, text, _ in asked])
        tell(report, prefix, shares(asked, answers), rate)
        answers, _rate = geocode(user, code, absent(code, Random(seed + 1), write))
        made_up = sum(answer.grade in SURE for answer in answers)
        report(f"{prefix}made_up_share", "", made_up / ABSENT, None, None, million.HOUSES)


def list_of(commune_code: str, chance: Random, write: Callable[..., str]) -> list[tuple[str, str, bool]]:
    """House code, written address and whether something is amiss; every second one has."""
    houses = geocoding_ground.addressed(commune_code)
    return [
        (code, write(parts, chance, amiss=bool(number % 2)), bool(number % 2))
        for number in range(ADDRESSES)
        for code, parts in [chance.choice(houses)]
    ]


def absent(commune_code: str, chance: Random, write: Callable[..., str]) -> list[str]:
    """Addresses of real streets with numbers that no house there has, every second one with something amiss."""
    houses = geocoding_ground.addressed(commune_code)
    known = {(parts.number, parts.street) for _, parts in houses}
    texts: list[str] = []
    while len(texts) < ABSENT:
        _, parts = chance.choice(houses)
        number = f"{chance.randrange(1, 300)}{chance.choice(('', 'A', '/3', '/7'))}"
        if (number, parts.street) not in known:
            texts.append(write(replace(parts, number=number), chance, amiss=bool(len(texts) % 2)))
    return texts


def geocode(user: Any, commune_code: str, texts: list[str]) -> tuple[list[Any], float]:
    """The answers, and addresses a second, as the page's job finds them."""
    from django.db import transaction

    from households.geocoding.batch import geocode
    from mapping import wall
    from mapping.models import Unit

    commune = Unit.objects.current().communes().get(code=commune_code)
    start = time.perf_counter()
    with wall.acting(user), transaction.atomic():
        answers = list(geocode(user=user, texts=texts, commune=commune))
    return answers, len(texts) / (time.perf_counter() - start)


def shares(asked: list[tuple[str, str, bool]], answers: list[Any]) -> Counter[str]:
    """How many answers are right, sure, among five, wrong without doubt, and none."""
    count: Counter[str] = Counter()
    for (code, _, amiss), answer in zip(asked, answers, strict=True):
        codes = [found.code for found in answer.found if found.code]
        sure = answer.grade in SURE
        count["right"] += codes[:1] == [code]
        count["right_amiss"] += amiss and codes[:1] == [code]
        count["right_and_sure"] += sure and codes[:1] == [code]
        count["among_five"] += code in codes[:5]
        count["confidently_wrong"] += sure and codes[:1] != [code]
        count[f"of_{answer.grade}"] += 1
        count[f"right_of_{answer.grade}"] += codes[:1] == [code]
    return count


def tell(report: measure.Report, prefix: str, count: Counter[str], rate: float) -> None:
    """Report the shares and the rate; beside each grade the share of its answers that is right."""
    for name in ("right", "right_and_sure", "among_five", "confidently_wrong"):
        report(f"{prefix}{name}_share", "", count[name] / ADDRESSES, None, None, million.HOUSES)
    report(f"{prefix}right_share_where_amiss", "", count["right_amiss"] / (ADDRESSES / 2), None, None, million.HOUSES)
    for grade in ("exact", "close", "several"):
        if count[f"of_{grade}"]:
            right = count[f"right_of_{grade}"] / count[f"of_{grade}"]
            report(f"{prefix}right_share_of_{grade}", "", right, None, None, count[f"of_{grade}"])
    report(f"{prefix}addresses_per_second", "/s", rate, None, None, ADDRESSES)
