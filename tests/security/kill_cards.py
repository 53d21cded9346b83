"""A campaign with samples, and its soil cards as an officer orders them: `-m tests.security.kill_cards 60`.

Works in the database of `kill_world`. Prints the job's id.
"""

from __future__ import annotations

import os
import sys


def order(count: int) -> str:
    """Give the commune a campaign of so many samples and order a card for each."""
    from mapping import wall
    from mapping.models import Unit, User
    from soil_map.cards import batching
    from tests.soil_map import soil_factories

    commune = Unit.objects.select_related("parent").get(code="99001")
    officer = User.objects.get(username="lan")
    with wall.acting_as_system("kill tests"):
        campaign = soil_factories.campaign(commune)
        for number in range(count):
            place = 105.80 + number % 10 * 0.001, 19.66 + number // 10 * 0.001
            soil_factories.sample(campaign, soil_factories.site(commune, *place), ph_kcl=4.5 + number % 20 / 10)
    with wall.acting(officer):
        return str(batching.order(user=officer, campaign=campaign, of=batching.SAMPLES, paper="a5", wish=None).pk)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(order(int(sys.argv[1])))
