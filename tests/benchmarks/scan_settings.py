"""The product's settings with one more address, for the yardstick of `bench_scan`."""

from config.settings import *  # noqa: F403

# wrk asks from one address for more than any network does.
RATE_LIMITS = dict.fromkeys(RATE_LIMITS, (10_000_000, 1_000_000_000))  # noqa: F405
ROOT_URLCONF = "tests.benchmarks.scan_urls"
