"""A small world in the database that the environment names: `python -m tests.security.small_world`.

Everything in it is invented: two communes, an officer each, houses, households with names that tempt a dump's format,
plates, a stored file and a change that can be undone.
"""

from __future__ import annotations

import io
import os

NAMES = ("Nguyễn Văn An", "O'Brien \\N \\. ; --", "dòng\thai", "Đặng Thị Ánh", "=1+1", "")


def fill() -> None:
    """Fill an empty, migrated database."""
    from django.db import transaction

    from households.models import HouseExternalId
    from mapping import changes, files, wall
    from mapping.models import Job, JobState
    from tests import factories

    with wall.acting_as_system("small world"), transaction.atomic():
        commune, neighbour = factories.commune(), factories.neighbour_commune()
        officer = factories.user("lan", "Lê Thị Lan", officer_of=commune)
        factories.user("hung", "Phạm Văn Hùng", officer_of=neighbour)
        for number, name in enumerate(NAMES):
            shift = number * 0.0005
            house = factories.house(commune, lng=105.81 + shift, number=f"{number}/2A", note="Ghi chú\ncó hai dòng")
            if name:
                factories.household(house, head_name=name, phone="0912345678", size=number + 1)
            factories.plate(house)
            HouseExternalId.objects.create(house=house, commune=commune, scheme="xã", value=f"HN-{number}")
        other = factories.house(neighbour, lng=105.86)
        factories.household(other, head_name="Trần Thị Láng Giềng")
        for text in ("một tệp", "tệp khác " * 50_000):
            files.store(
                source=io.BytesIO(text.encode()), name="danh sách.csv", content_type="text/csv", commune=commune,
                user=officer,
            )  # fmt: skip
        changeset = changes.begin(kind="house.edit", subject="thử", commune=commune, user=officer)
        changes.remember(changeset, "households_house", [house.pk])
        changes.seal(changeset)
        Job.objects.create(kind="plates.batch", commune=commune, created_by=officer, state=JobState.DONE)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    fill()
