"""The work of `restore`: image by image, with progress; one that fails does not stop the others."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from restorebench.cli.output import error, note, warning
from restorebench.cli.progress import Bar, ProgressDisplay
from restorebench.cli.restore.choice import Choice
from restorebench.cli.restore.inputs import Input
from restorebench.cli.restore.output import OutputFolder
from restorebench.cli.restore.plans import Plans
from restorebench.data.colour import quantise
from restorebench.data.mapped import large_pixels
from restorebench.harness.contained import contained
from restorebench.restorers.check import check_restoration
from restorebench.restorers.doubts import Doubts
from restorebench.restorers.out_of_memory import explained

if TYPE_CHECKING:
    from restorebench.restorers.base import Context
    from restorebench.restorers.sampling import Moment
    from restorebench.restorers.trajectory import Trajectory
    from restorebench.types import Sample

_SHOWN = 3
"""Failures of one kind that are printed."""


@dataclass
class Work:
    """Restores inputs into a folder; `trajectories` are files for some, by scene."""

    choice: Choice
    output: OutputFolder
    plans: Plans
    trajectories: Mapping[str, Path] = field(default_factory=dict)
    _notes: Counter[str] = field(default_factory=Counter)
    _failures: Counter[str] = field(default_factory=Counter)
    _doubts: Doubts = field(default_factory=Doubts)

    def fingerprint(self, item: Input, plan: str = "") -> str:
        """What decides the images of an input, worked on by a plan of that identity."""
        return self.choice.fingerprint(self.output.maker, item.scene.id, item.digest) + plan

    def is_there(self, item: Input) -> bool:
        """Whether images of its names are there, which 'restore' wrote."""
        return all(self.output.wrote(name) for name in item.scene.outputs)

    def is_done(self, item: Input) -> bool:
        """Whether its images are there, as this restorer makes them of it."""
        if not self.is_there(item):
            return False
        own = self.fingerprint(item)
        return any(self._has(item, own + plan) for plan in self.plans.identities(item))

    def _has(self, item: Input, fingerprint: str) -> bool:
        return all(self.output.has(name, fingerprint) for name in item.scene.outputs)

    def all(self, items: list[Input]) -> int:
        """Restore all; how many failed."""
        with ProgressDisplay() as progress:
            overall, steps = progress.bar("images", len(items)), progress.bar()
            for done, item in enumerate(items):
                overall.show(item.scene.id, done, len(items), now=done == 0)
                try:
                    with explained(*item.scene.size()), contained():
                        self._restore(item, steps)
                except (
                    Exception,
                    SystemExit,
                ) as problem:  # a damaged image, out of memory: the others go on
                    self._failed(item, problem)
            overall.show("images", len(items), len(items))
        self._sum_up()
        return self._failures.total()

    def _restore(self, item: Input, steps: Bar) -> None:
        plan = self.plans.of(item)
        sample, notes = item.sample(self.choice.scale)
        self._say(item, notes)
        record = recorder(self.trajectories.get(item.scene.id))
        context = replace(self.plans.context, plan=plan)
        output, plan = self.plans.planner.halving(
            partial(self._call, sample, steps=steps, record=record),
            context,
            self.plans.size(item),
            partial(self.plans.halved, item),
        )
        check_restoration(output, sample)
        self._doubts.check(self.choice.spec.name, output.image, sample)
        fingerprint = self.fingerprint(item, plan.identity)
        pixels = quantise(output.image, large_pixels(output.image.shape))
        del sample, output  # of a large image each is as large as all that writing takes
        for name, view in zip(item.scene.outputs, pixels, strict=True):
            self.output.put(name, fingerprint, view)
        if record is not None and record.moments:
            record.save(self.trajectories[item.scene.id])
        elif record is not None:
            warning(f"{item.scene.id}: the restorer takes no steps, so that no trajectory is saved")

    def _call(
        self, sample: Sample, context: Context, *, steps: Bar, record: Trajectory | None
    ) -> Any:
        restore: Callable[..., Any] = self.choice.restorer.restore
        if "callback" not in inspect.signature(restore).parameters:
            return restore(sample, context)

        def callback(moment: Moment) -> None:
            steps.show("steps", moment.step, moment.steps)
            if record is not None:
                record(moment)

        return restore(sample, context, callback=callback)

    def _say(self, item: Input, notes: tuple[str, ...]) -> None:
        """Print what was converted, once for each kind."""
        for text in notes:
            self._notes[text] += 1
            if self._notes[text] == 1:
                warning(f"{item.scene.files[0]}: {text}")

    def _failed(self, item: Input, problem: BaseException) -> None:
        text = f"{type(problem).__name__}: {problem}"
        names = {item.scene.id, *map(str, item.files)}
        kind = text
        for name in sorted(names, key=len, reverse=True):
            kind = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "…", kind)
        self._failures[kind] += 1
        if self._failures[kind] <= _SHOWN:
            error(f"{item.scene.id}: {text}")

    def _sum_up(self) -> None:
        for text, count in self._notes.items():
            if count > 1:
                note(f"{count} images: {text}")
        for kind, count in self._failures.items():
            if count > _SHOWN:
                error(f"{count - _SHOWN} more images failed the same way: {kind}")


def recorder(path: Path | None) -> Trajectory | None:
    """What keeps the steps of a trajectory for that file, if there is one."""
    if path is None:
        return None
    from restorebench.restorers.trajectory import Trajectory  # which imports PyTorch

    return Trajectory(path.suffix)
