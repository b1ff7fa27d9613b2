"""Speed benchmarks run only with ``pytest --benchmark benchmarks/speed``."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("run_benchmark"):
        return
    skip = pytest.mark.skip(reason="a benchmark; run it with `pytest --benchmark benchmarks/speed`")
    for item in items:
        if "benchmarks/speed" in item.path.as_posix():
            item.add_marker(skip)
