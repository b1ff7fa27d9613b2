"""One restoration: a draw of a sample, made and measured; no store is read or written."""

from __future__ import annotations

import reprlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from restorebench.data.colour import quantise
from restorebench.data.mapped import large_pixels
from restorebench.errors import OptionError
from restorebench.harness.cost import restored
from restorebench.harness.isolation.isolated import Isolated, Measured
from restorebench.harness.record_fields import is_count
from restorebench.metrics import Protocol
from restorebench.restorers.base import Context, Fingerprinted, Restorer
from restorebench.restorers.check import check_restoration
from restorebench.restorers.doubts import Doubts
from restorebench.restorers.plan.plan import WHOLE, Plan, Size
from restorebench.restorers.plan.planned import Planned, Planner
from restorebench.restorers.plan.text import described
from restorebench.types import Cost, Pixels, Record, Restoration, Sample


@dataclass(frozen=True)
class Job:
    """One draw of one sample, ready to run; `sample` makes it, or finds it cached.

    `blank` is its record before anything is known, `planner` makes the plans of a restorer that is
    not isolated, `doubts` warn of outputs that are hardly meant.
    """

    sample: Callable[[], Sample]
    views: int
    context: Context
    blank: Record
    protocol: Protocol
    restorer: Restorer
    planner: Planner
    doubts: Doubts

    def with_fingerprint(self) -> Job:
        """The same with the fingerprint of a restorer that has one."""
        if not isinstance(self.restorer, Fingerprinted):
            return self
        text = self.restorer.fingerprint(self.blank.sample, self.views)
        return replace(self, blank=replace(self.blank, fingerprint=text))

    @property
    def record(self) -> Record:
        """The blank record, with what its plan adds where that is not the whole image."""
        plan = self.context.plan
        if plan is None or plan.whole:
            return self.blank
        text = f"{self.blank.fingerprint}{plan.identity}"
        return replace(
            self.blank, fingerprint=text, extra={**self.blank.extra, "plan": _written(plan)}
        )

    def planned(self) -> Job:
        """The same with a plan; raises what `Planner.plan` raises."""
        if isinstance(self.restorer, Isolated):
            if not self.restorer.planned:
                return self.by(WHOLE)
            return self.by(self.restorer.plan(self._size(), self.context.device))
        if not isinstance(self.restorer, Planned):
            return self.by(WHOLE)  # without making the sample
        return self.by(self.planner.plan(self._size()))

    def by(self, plan: Plan) -> Job:
        """The same by a plan."""
        return replace(self, context=replace(self.context, plan=plan))

    def described(self) -> str:
        """How a large image is worked on, in a line; ``""`` for one that is not cut."""
        plan = self.context.plan
        if plan is None or plan.whole:
            return ""
        return f"{self.blank.restorer}: {described(self._size(), plan)}"

    def restored(self) -> tuple[Pixels, Cost, Plan]:
        """The restoration as it is stored, what it took, and by which plan in the end.

        Raises what its restorer raises.
        """
        sample = self.sample()
        output, seconds, peak, plan = self._measured(sample.without_target())
        check_restoration(output, sample)
        name = str(self.blank.options.get("label", self.blank.restorer))
        self.doubts.check(name, output.image, sample)
        counts = (_count(output, name) for name in ("nfe", "parameters", "macs"))
        pixels = quantise(output.image, large_pixels(output.image.shape))
        return pixels, Cost(seconds, peak, *counts), plan

    def _size(self) -> Size:
        views, _, height, width = (sample := self.sample()).degraded.shape
        return Size(height, width, views, sample.scale)

    def _measured(self, sample: Sample) -> Measured:
        if isinstance(self.restorer, Isolated):
            return self.restorer.measured(sample, self.context)
        found, plan = restored(self.planner, sample, self.context)
        return Measured(*found, plan)


def _written(plan: Plan) -> str:
    """A plan in a record."""
    again = f", {plan.recomputed} levels again" if plan.recomputed else ""
    state = ", solver state on disk" if plan.state else ""
    return f"tiles of {plan.tile}, {plan.statistics}{again}{state}"


def _count(output: Restoration, name: str) -> int | None:
    value: Any = getattr(output, name)
    value = int(value) if isinstance(value, np.integer) else value
    if value is None or is_count(value):
        return cast("int | None", value)
    msg = f"the restoration has {name}={reprlib.repr(value)}; expected a whole number or None"
    raise OptionError(msg)
