"""Benchmarks: `script/bench [NAME ...]` runs `bench_<name>.py` and prints one JSON line a figure.

A benchmark is a module with `def run(report: Report) -> None`. It has a database of its own, named
`sonha_bench_<name>`, already migrated when `run` is called (see `measure`), and calls `report` for each figure.
"""
