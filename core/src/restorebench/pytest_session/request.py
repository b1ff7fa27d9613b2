"""What a command line of pytest asks for: cells, settings of the run, workers."""

from __future__ import annotations

import pytest

from restorebench.data.layouts.sources import with_sources
from restorebench.harness.engines.options import EngineOptions
from restorebench.harness.plan import Selection
from restorebench.harness.run import Settings
from restorebench.plugins import Suite
from restorebench.restorers.plan.limits import limits_of

_ENGINE = ("engine", "workers", "scheduler", "slurm")
_LIMITS = ("memory", "tile", "statistics")


def selection(config: pytest.Config, installed: Suite) -> tuple[Suite, Selection]:
    """What the command line selects, and the suite with the data sets that it describes."""
    option = config.getoption
    tasks = tuple(option("restorebench_task"))
    texts = [*option("restorebench_dataset"), *option("restorebench_data")]
    root = option("restorebench_data_root")
    found, names = with_sources(installed, texts, tasks=tasks, root=root)
    return found, Selection(
        tasks=tasks,
        datasets=tuple(names),
        restorers=tuple(option("restorebench_restorer")),
        split=option("restorebench_split"),
        draws=option("restorebench_draws"),
    )


def settings_of(config: pytest.Config) -> Settings:
    """How restorations are made; raises `OptionError` for impossible values."""
    option = config.getoption
    return Settings(
        seed=option("restorebench_seed"),
        device=option("restorebench_device"),
        limit=option("restorebench_limit"),
        fresh=option("restorebench_fresh"),
        isolate=option("restorebench_isolate"),
        timeout=option("restorebench_timeout"),
        limits=limits_of(*(option(f"restorebench_{name}") for name in _LIMITS)),
    )


def engine_of(config: pytest.Config) -> EngineOptions:
    """Which workers there are; raises `OptionError` for options that contradict each other."""
    return EngineOptions(*(config.getoption(f"restorebench_{name}") for name in _ENGINE))
