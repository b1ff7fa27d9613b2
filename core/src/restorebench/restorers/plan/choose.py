"""Choosing a plan: the first one that fits into the memory that there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from restorebench.errors import MemoryLimitError
from restorebench.restorers.plan.plan import Plan, Size


class Costs(Protocol):
    """The plans that a restorer has, and what each takes."""

    def plans(self, size: Size) -> Sequence[Plan]:
        """All that are possible for an image of that size, the preferred one first."""

    def bytes(self, size: Size, plan: Plan) -> int | None:
        """Most bytes that are in use while one is restored; None where that is not known."""

    def halved(self, size: Size, plan: Plan) -> Plan | None:
        """That with half the tile; None where there is none."""

    @property
    def uncut(self) -> str:
        """Why it works on whole images only; ``""`` where it has tiles."""


class Budget(NamedTuple):
    """Bytes that may still be used, and those that the process has in use already."""

    available: int
    in_use: int = 0


def choose(size: Size, budget: Budget, costs: Costs) -> Plan:
    """The first of the plans that fits; `MemoryLimitError`, with figures, where none does."""
    needs = []
    for plan in costs.plans(size):
        need = costs.bytes(size, plan)
        if need is None or need <= budget.available:
            return plan
        needs.append(need)
    raise MemoryLimitError(_refusal(size, min(needs), budget, costs.uncut))


def _refusal(size: Size, least: int, budget: Budget, uncut: str) -> str:
    need, there = gib(least), gib(max(budget.available, 0))
    pieces = "" if uncut else " in the smallest pieces"
    enough = f"give --memory {-(-(least + budget.in_use) // 2**20)}MiB or more"
    return (
        f"{size.width}×{size.height} pixels need {need}{pieces}, {there} may be used; "
        f"{enough}{f'; {uncut}' if uncut else ', or a smaller image'}"
    )


def gib(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"
