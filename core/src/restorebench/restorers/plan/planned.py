"""Restorers that can work on an image in pieces, and the plans for their images."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

from restorebench.errors import MemoryLimitError
from restorebench.restorers.base import Context
from restorebench.restorers.out_of_memory import is_out_of_memory
from restorebench.restorers.plan.choose import Costs, choose
from restorebench.restorers.plan.memory import budget
from restorebench.restorers.plan.plan import WHOLE, Limits, Plan, Size

SMALL = 512 * 512
"""Pixels up to which an image is whole unless a limit is given: counting would take longer."""

T = TypeVar("T")


@runtime_checkable
class Planned(Protocol):
    """A restorer that obeys `Context.plan`."""

    def costs(self, limits: Limits) -> Costs:
        """What its plans are within limits, and what they take."""


class Halved(NamedTuple):
    """A plan that was too large for the memory that there was, and the next one."""

    failed: Plan
    next: Plan


@dataclass
class Planner:
    """The plans of one restorer within limits, one for each size of image."""

    restorer: object
    limits: Limits = field(default_factory=Limits)
    device: str = "cpu"
    _known: dict[Size, Plan | MemoryLimitError] = field(default_factory=dict)

    def plan(self, size: Size) -> Plan:
        """How an image of that size is worked on: whole by a restorer that has no plans.

        Raises `MemoryLimitError` where none fits, and `OptionError` where the restorer cannot be
        cut as the limits say.
        """
        if size not in self._known:
            try:
                self._known[size] = self._chosen(size)
            except MemoryLimitError as error:
                self._known[size] = error
        if isinstance(known := self._known[size], MemoryLimitError):
            raise known
        return known

    def halving(
        self,
        run: Callable[[Context], T],
        context: Context,
        size: Size,
        say: Callable[[Halved], None],
    ) -> tuple[T, Plan]:
        """``run(context)``, with half the tile whenever memory runs out; and the plan in the end.

        Raises what `run` raises where there is no smaller tile.
        """
        while True:
            plan = context.plan or WHOLE
            try:
                return run(context), plan
            except Exception as error:
                costs = self._costs() if is_out_of_memory(error) else None
                smaller = None if costs is None else costs.halved(size, plan)
                if smaller is None:
                    raise
            _free(context.device)  # now that the error, which holds what was made, is gone
            smaller = replace(smaller, halved=True)
            say(Halved(plan, smaller))
            context = replace(context, plan=smaller)

    def _costs(self) -> Costs | None:
        return self.restorer.costs(self.limits) if isinstance(self.restorer, Planned) else None

    def _chosen(self, size: Size) -> Plan:
        if (costs := self._costs()) is None:
            return WHOLE
        if self.limits.memory is None and size.pixels <= SMALL:
            return costs.plans(size)[0]
        found = budget(self.limits, self.device)
        return costs.plans(size)[0] if found is None else choose(size, found, costs)


def _free(device: str) -> None:
    gc.collect()
    if device.startswith("cuda"):
        sys.modules["torch"].cuda.empty_cache()
