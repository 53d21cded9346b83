"""The world in which programs are killed: `python -m tests.security.kill_world` fills an empty database with it.

One invented commune, its officer signed in, forty houses to print plates of, and two lists that were checked and wait
for “Nhập”: a long one, which a job writes, and a short one, which the page itself writes. Prints what tests need.
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from pathlib import Path
from typing import Any, Final

HOUSES: Final = 40
LONG, SHORT = 450, 150
"""Rows of the lists. The long one has a column of remarks that makes it larger than `working.INLINE_BYTES`."""


def fill() -> dict[str, Any]:
    """Fill the database and the media folder; returns session key and ids."""
    from django.test import Client

    from mapping import wall
    from mapping.models import Factor, SignedInDevice
    from tests import factories

    with wall.acting_as_system("kill tests"):
        commune = factories.commune()
        officer = factories.user("lan", "Lê Thị Lan", officer_of=commune)
        village = factories.village(commune)
        for number in range(HOUSES):
            lat = 19.68 + number * 0.0002
            factories.house(commune, lng=105.795, lat=lat, number=str(number + 1), street="Ngõ Đình", village=village)
        client = Client()
        client.force_login(officer)
        survey = _survey(commune)
        SignedInDevice.objects.update(factor=Factor.TOTP)
        with tempfile.TemporaryDirectory() as folder:
            lists = {
                name: str(_checked(Path(folder, f"{name}.csv"), name, rows, commune, officer))
                for name, rows in (("long", LONG), ("short", SHORT))
            }
        return {"session": client.cookies["sessionid"].value, "commune": commune.pk, "survey": survey, **lists}


def _survey(commune: Any) -> dict[str, Any]:
    """A round with somebody who walks a village of it, and what their phone has to know."""
    from django.test import Client

    from tests.survey.world import round_in, surveyor

    survey = round_in(commune)
    person = surveyor(survey, "ba")
    client = Client()
    client.force_login(person)
    return {
        "session": client.cookies["sessionid"].value,
        "person": {"id": person.pk, "name": str(person)},
        "round": {"id": str(survey.pk)},
        "village": {"code": person.grants.get().unit.code},
    }


def _checked(path: Path, name: str, rows: int, commune: Any, officer: Any) -> Any:
    from dataclasses import replace

    from households.importing import runs
    from households.importing.fields import Reading
    from mapping import wall

    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(("Số nhà", "Thôn", "Chủ hộ", "Kinh độ", "Vĩ độ", "Thửa cũ"))
        old = "x" * (600 if rows == LONG else 1)
        for number in range(rows):
            lng, lat = 105.802 + number % 60 * 0.0001, 19.653 + number // 60 * 0.0004
            writer.writerow((f"{number + 1}", "Đông Hoà", f"Nguyễn {name} {number}", f"{lng:.6f}", f"{lat:.6f}", old))
    with wall.acting(officer):
        run = runs.start(path=path, name=path.name, content_type="text/csv", commune=commune, user=officer)
        run.reading = replace(Reading.from_json(run.reading), srid=4326).to_json()
        run.save()
        runs.check(run=run, user=officer)
    return run.pk


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(fill()))
