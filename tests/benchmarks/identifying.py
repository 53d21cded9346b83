"""What a tap on the soil map costs at the server: 20,000 units, 50,000 samples in two campaigns, a surface a property.

The view is called in process for places drawn by lot, in turn signed in to nobody and by someone who sees private
samples; a crop's needs are asked for too.
"""

from __future__ import annotations

import statistics

import numpy as np

from tests.benchmarks import soil_ground
from tests.benchmarks.measure import Report, seconds

PLACES = 200


def run(report: Report) -> None:
    """Report the median, and what 95 of a hundred are within."""
    from django.contrib.auth.models import AnonymousUser
    from django.db import transaction
    from django.test import RequestFactory

    from mapping.models import User
    from soil_map.views import viewer_data

    commune = soil_ground.commune("99002")
    soil_ground.soil_map(commune, "Bản đồ", soil_ground.polygons(soil_ground.UNITS))
    early = soil_ground.campaign(commune, "Đợt 2015", 2015, soil_ground.SAMPLES // 10)
    late = soil_ground.campaign(commune, "Đợt 2025", 2025, soil_ground.SAMPLES - soil_ground.SAMPLES // 10)
    for campaign in (early, late):
        soil_ground.surfaces(campaign)
    soil_ground.analyze()

    requests = RequestFactory()
    west, south, east, north = soil_ground.bounds()
    places = np.random.default_rng(4).uniform((west, south), (east, north), (PLACES, 2))
    for who, user in (
        ("anyone", AnonymousUser()),
        ("who sees private samples", User.objects.create_user("bench", is_superuser=True)),
    ):
        times = []
        for place, (lng, lat) in enumerate(places):
            query = {
                "lng": lng, "lat": lat, "campaign": (early, late)[place % 2].pk, "method": "ph_kcl", "depth": "0-20",
                "crop": "rice_spring", "target": "6", "zero_k": "5",
            }  # fmt: skip
            request = requests.get("/soil/at.json", query)
            request.user = user

            def ask(request: object = request) -> None:
                with transaction.atomic():  # as a request has it
                    assert viewer_data.at(request).status_code == 200

            times.append(seconds(ask) * 1e3)
        size = soil_ground.UNITS + soil_ground.SAMPLES
        report(f"identify_ms for {who}", "ms", statistics.median(times), None, None, size)
        report(f"identify_ms for {who}, 95 of 100", "ms", float(np.percentile(times, 95)), None, None, size)
