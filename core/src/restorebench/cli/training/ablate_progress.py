"""Progress of `ablate` on stderr: the current trial, and a bar over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from restorebench.ablation.callback import Callback
from restorebench.cli.output import error, warning
from restorebench.cli.progress import ProgressDisplay
from restorebench.cli.training.train import validation_text

if TYPE_CHECKING:
    from restorebench.ablation.trials import Trial
    from restorebench.training.session import Progress


class AblationProgress(Callback):
    """A `Callback` that shows what happens."""

    def __init__(self, display: ProgressDisplay, planned: Mapping[str, Sequence[Trial]]) -> None:
        self._display = display
        self._all = display.bar("variants", sum(map(len, planned.values())))
        self._trial = display.bar()
        self._name, self._steps = "", 0

    def on_trial_start(self, trial: Trial) -> None:
        """A trial has begun."""
        self._name, self._steps = f"{trial.study}/{trial.variant}", trial.recipe.steps
        self._show("starting", 0, None)

    def on_run_reused(self, trial: Trial, source: str) -> None:
        """Its run was copied."""
        self._display.line(f"{trial.study}/{trial.variant}: trained as {source}")

    def on_image_prepared(self, done: int, total: int) -> None:
        """A training image has been made."""
        self._show("preparing images", done, total)

    def on_step_end(self, progress: Progress) -> None:
        """A step has been taken."""
        text = f"loss {progress.update.loss:.4g}{validation_text(progress)}"
        self._show(text, progress.step, self._steps)

    def on_sample_scored(self, done: int, total: int) -> None:
        """A sample has been scored."""
        self._show("scoring", done, total)

    def on_warning(self, message: str) -> None:
        """Something is missing."""
        warning(message)

    def on_trial_end(self, trial: Trial, failure: str) -> None:
        """A trial has ended."""
        self._all.advance()
        name = f"{trial.study}/{trial.variant}"
        if failure:
            error(f"{name}: {failure}")
        else:
            self._display.line(f"{name}: done")

    def _show(self, text: str, done: int, total: int | None) -> None:
        self._trial.show(f"{self._name} · {text}", done, total)
