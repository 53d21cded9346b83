"""Houses for a large batch of plates, and the batch as an officer orders it: `-m tests.security.kill_batch 1200`.

Works in the database of `kill_world`. Prints the batch's id.
"""

from __future__ import annotations

import os
import sys


def order(houses: int) -> str:
    """Give the commune houses until it has so many, and order plates for all of them."""
    from django.contrib.gis.geos import Point

    from households import codes
    from households.models import House, LocationSource
    from households.plates import batching
    from households.plates.choosing import Choice
    from mapping import wall
    from mapping.models import Unit, User

    commune = Unit.objects.select_related("parent").get(code="99001")
    village = Unit.objects.get(code="99001-02")
    officer = User.objects.get(username="lan")
    with wall.acting(officer):
        here = House.objects.filter(commune=commune).count()
        House.objects.bulk_create(
            House(
                commune=commune,
                village=village,
                code=codes.house_code(60_000_000 + number),
                number=str(number + 1),
                street="Ngõ Chùa",
                location=Point(105.80 + number % 200 * 0.0001, 19.66 + number // 200 * 0.0001, srid=4326),
                location_source=LocationSource.MAP,
            )
            for number in range(houses - here)
        )
        return str(batching.order(user=officer, commune=commune, choice=Choice()).pk)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(order(int(sys.argv[1])))
