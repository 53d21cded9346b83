"""The product's settings with one more address, for the yardstick of `bench_scan`."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.scan_urls"
