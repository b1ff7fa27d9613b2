"""How `restore` works on each image: whole or in pieces, printed before it starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property

from restorebench.cli.output import note
from restorebench.cli.restore.choice import Choice
from restorebench.cli.restore.inputs import Input
from restorebench.errors import RestorebenchError
from restorebench.restorers.base import Context
from restorebench.restorers.plan.plan import HALVED, WHOLE, Limits, Plan, Size
from restorebench.restorers.plan.planned import Halved, Planned, Planner
from restorebench.restorers.plan.text import described, estimated

_LARGE = 4_000_000
"""Pixels from which on a plan is printed though nothing is cut."""


class Plans:
    """The plans of a run of `restore` on a device."""

    def __init__(self, choice: Choice, limits: Limits, context: Context) -> None:
        self.choice, self.limits, self.context = choice, limits, context

    @cached_property
    def planner(self) -> Planner:
        """That of the restorer."""
        return Planner(self.choice.restorer, self.limits, self.context.device)

    def size(self, item: Input) -> Size:
        """As its file says it; zeros where it does not."""
        return Size(*item.scene.size(), len(item.scene.files), self.choice.scale)

    def of(self, item: Input) -> Plan:
        """The plan for an input; raises what `Planner.plan` raises."""
        size = self.size(item)
        return self.planner.plan(size) if size.pixels else WHOLE

    def identities(self, item: Input) -> Iterator[str]:
        """What may stand beside a fingerprint: that of its plan, or of the whole image."""
        if self.limits.statistics == "exact":
            yield WHOLE.identity  # as good, and known without a plan
            yield HALVED.identity
        with suppress(RestorebenchError):  # none fits
            yield self.of(item).identity

    def say(self, items: Sequence[Input]) -> None:
        """Print the plans of those that are large or cut, with the time that they take."""
        sizes = Counter(self.size(item) for item in items)
        first = {self.size(item): item for item in reversed(items)}
        for size, count in sizes.items():
            try:
                plan = self.of(first[size])
            except RestorebenchError:
                continue  # said where it is that image's turn
            if isinstance(self.choice.restorer, Planned) and (
                not plan.whole or size.pixels >= _LARGE
            ):
                each = "" if count == 1 else f"{count} images, each "
                seconds = self._seconds(size, plan, first[size])
                note(f"{each}{described(size, plan, seconds)}")

    def halved(self, item: Input, found: Halved) -> None:
        """Print that memory ran out, and how it goes on."""
        size = self.size(item)
        before = "whole" if found.failed.whole else f"in tiles of {found.failed.tile}²"
        note(f"{item.scene.id}: out of memory {before}; now {described(size, found.next)}")

    def _seconds(self, size: Size, plan: Plan, item: Input) -> float | None:
        context = Context(self.context.task, self.context.seed, 0, self.context.device, plan)
        try:
            return estimated(self.choice.restorer, size, item.condition, context)
        except Exception:  # of a network that takes no such image: it will say so itself
            return None
