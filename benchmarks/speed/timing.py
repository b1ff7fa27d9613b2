"""Candidates measured in turn, so that a busy machine slows all of them, and tables of that."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

Times = Mapping[str, Sequence[float]]


def in_turn(calls: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each call in each round, after one that does not count."""
    for call in calls.values():
        call()
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            found[name].append(call())
    return found


def timed(call: Callable[[], object]) -> Callable[[], float]:
    """The call, which gives the seconds that it took."""

    def run() -> float:
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    return run


def seconds(values: Sequence[float]) -> str:
    """Their median, in words."""
    value = statistics.median(values)
    return f"{value:.2f} s" if value >= 1 else f"{value * 1e3:.0f} ms"


def ratio(slow: Sequence[float], fast: Sequence[float]) -> str:
    """How many times as fast: the median over the rounds, the smallest and the largest."""
    ratios = [a / b for a, b in zip(slow, fast, strict=True)]
    digits = 1 if statistics.median(ratios) >= 10 else 2
    middle, low, high = (
        f"{r:.{digits}f}" for r in (statistics.median(ratios), min(ratios), max(ratios))
    )
    return f"{middle} ({low}–{high})" if len(ratios) > 1 else middle


def table(found: Times, first: str, titles: Mapping[str, str]) -> list[str]:
    """Lines of a table: the median of each, and its ratio to `first`."""
    lines = ["| what | median | times as fast |", "|---|---|---|"]
    return lines + [
        f"| {titles.get(name, name)} | {seconds(took)} | {ratio(found[first], took)} |"
        for name, took in found.items()
    ]
