"""Speed benchmarks run only with ``pytest --benchmark benchmarks/speed``."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # the modules beside the tests, such as `plain`


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("run_benchmark"):
        return
    skip = pytest.mark.skip(reason="a benchmark; run it with `pytest --benchmark benchmarks/speed`")
    for item in items:
        if "benchmarks/speed" in item.path.as_posix():
            item.add_marker(skip)
