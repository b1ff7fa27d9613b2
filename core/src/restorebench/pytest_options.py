"""The options of ``pytest --benchmark``: cells, the store, processes and workers."""

from __future__ import annotations

from argparse import ArgumentError, ArgumentTypeError, BooleanOptionalAction
from pathlib import Path
from typing import Any

import pytest

GROUP = ("restorebench", "restorebench: quality benchmarks")


OWN = pytest.StashKey[frozenset[str]]()
"""The names of options under which a configuration has them."""


def declare(parser: pytest.Parser) -> frozenset[str]:
    """Declare them, each as ``--NAME`` and ``--restorebench-NAME``; all names that they have.

    Where another plugin has declared ``--NAME`` (pytest-timeout, say), the long form is all.
    """
    group = parser.getgroup(*GROUP)
    many: dict[str, Any] = {"action": "append", "default": []}
    number: dict[str, Any] = {"type": _count, "metavar": "N"}
    tasks = "only these tasks (name or shell pattern; repeatable)"
    restorers = "only these restorers (as --task); NAME:key=value,… passes options"
    split = "the split of the data sets (default: test)"
    store = "the store (default: leaderboards/results where there is a folder leaderboards, "
    store += "else restorebench-results)"
    _option(group, "task", **many, metavar="TASK", help=tasks)
    _option(group, "dataset", **many, metavar="DATASET", help="only these data sets (as --task)")
    own = (
        "a data set of your own: degraded=hazy/{id}_*.png,target=gt/{id}.png or a folder of pairs; "
    )
    own += "needs --task (repeatable)"
    root = "where public data sets lie (default: RESTOREBENCH_DATA, or that of restorebench.toml)"
    _option(group, "data", **many, metavar="PATTERNS", help=own)
    _option(group, "data-root", type=Path, metavar="DIR", help=root)
    _option(group, "restorer", **many, metavar="RESTORER", help=restorers)
    _option(group, "split", default="test", metavar="SPLIT", help=split)
    _option(group, "limit", **number, help="only the first N samples")
    _option(group, "draws", **number, help="restorations per sample")
    _option(group, "seed", type=int, default=0, metavar="N", help="the noise's seed (default: 0)")
    _option(group, "device", default="cpu", metavar="DEVICE", help="a torch device (default: cpu)")
    _option(group, "results", type=Path, metavar="DIR", help=store)
    _option(group, "fresh", action="store_true", help="restore and score again what is stored")
    _isolation_options(group)
    _memory_options(group)
    _engine_options(group, number)
    names = frozenset(name for option in group.options for name in option.names())
    return names - {"--benchmark"} | {f"--no-{name[2:]}" for name in names if "isolate" in name}


def refuse_without_benchmark(config: pytest.Config) -> None:
    """Raise `pytest.UsageError` for options of a benchmark in a run of tests, which has none.

    Those that a project's ``addopts`` has for all its runs are left alone.
    """
    given = (argument.partition("=")[0] for argument in config.invocation_params.args)
    if name := next((name for name in given if name in config.stash.get(OWN, ())), None):
        msg = f"{name} is an option of the benchmark: add --benchmark, or leave {name} out"
        raise pytest.UsageError(msg)


def _isolation_options(group: pytest.OptionGroup) -> None:
    isolate = "run restorers in processes of their own (default: those from outside)"
    stop = "stop an isolated restoration after this long"
    more: dict[str, Any] = {"action": BooleanOptionalAction, "default": None}
    _option(group, "isolate", **more, help=isolate)
    _option(group, "timeout", type=_seconds, metavar="SECONDS", help=stop)


def _memory_options(group: pytest.OptionGroup) -> None:
    memory = "memory that may be used in all, as 3GiB (default: three quarters of what is free); "
    memory += "networks work on larger images in tiles"
    tile = "the side of their tiles (default: as memory needs it)"
    means = "where tiles have the means of the whole image from: exact (default), frozen or local"
    _option(group, "memory", metavar="SIZE", help=memory)
    _option(group, "tile", type=_count, default=0, metavar="N", help=tile)
    _option(group, "statistics", default="exact", metavar="NAME", help=means)


def _engine_options(group: pytest.OptionGroup, number: dict[str, Any]) -> None:
    text = "partition=gpu,gpus=1,cores=8,…: workers as jobs of Slurm"
    _option(group, "engine", metavar="ENGINE", help="local, or dask where workers are asked for")
    _option(group, "workers", **number, help="processes of this machine, or jobs of --slurm")
    _option(group, "scheduler", metavar="ADDRESS", help="the workers of this Dask scheduler")
    _option(group, "slurm", metavar="OPTIONS", help=text)


def _option(group: pytest.OptionGroup, name: str, **keywords: Any) -> None:
    long, dest = f"--restorebench-{name}", f"restorebench_{name.replace('-', '_')}"
    try:
        group.addoption(f"--{name}", long, dest=dest, **keywords)
    except (ValueError, ArgumentError):  # the latter since pytest 9
        group.addoption(long, dest=dest, **keywords)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        msg = f"{text!r} is not a positive whole number"
        raise ArgumentTypeError(msg)
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        msg = f"{text!r} is not a positive number of seconds"
        raise ArgumentTypeError(msg)
    return seconds
