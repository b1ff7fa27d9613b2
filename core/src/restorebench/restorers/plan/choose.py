"""Choosing a plan: the first one that fits into the memory that there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from tempfile import gettempdir
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
    """Bytes that may still be used, and those that the process has in use already.

    `disk`: those that are free on disk, for temporary files.
    """

    available: int
    in_use: int = 0
    disk: int = 0

    def holds(self, need: int | None) -> bool:
        """Whether so many fit into memory; what is not known does."""
        return need is None or need <= self.available


def choose(size: Size, budget: Budget, costs: Costs) -> Plan:
    """The first of the plans that fits; `MemoryLimitError`, with figures, where none does."""
    needs: dict[Plan, int] = {}
    for plan in costs.plans(size):
        need = costs.bytes(size, plan)
        if budget.holds(need) and plan.state <= budget.disk:
            return plan
        needs[plan] = need or 0
    least = min(need for plan, need in needs.items() if plan.state <= budget.disk)
    raise MemoryLimitError(_refusal(size, least, budget, costs.uncut) + _lacking(needs, budget))


def _refusal(size: Size, least: int, budget: Budget, uncut: str) -> str:
    need, there = gib(least), gib(max(budget.available, 0))
    pieces = "" if uncut else " in the smallest pieces"
    enough = f"give --memory {-(-(least + budget.in_use) // 2**20)}MiB or more"
    return (
        f"{size.width}×{size.height} pixels need {need}{pieces}, {there} may be used; "
        f"{enough}{f'; {uncut}' if uncut else ', or a smaller image'}"
    )


def _lacking(needs: Mapping[Plan, int], budget: Budget) -> str:
    """The disk space that would make a plan fit."""
    states = [plan.state for plan, need in needs.items() if plan.state and budget.holds(need)]
    if not states:
        return ""
    return (
        f", or keep the solver's state on disk: it takes {gib(min(states))}, and {gettempdir()}, "
        f"the folder for temporary files, has {gib(budget.disk)} of disk; set TMPDIR to another one"
    )


def gib(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 2**30:.1f} GiB" if count >= 2**30 else f"{count / 2**20:.0f} MiB"
