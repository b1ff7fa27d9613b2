"""Hooks into a suite of ablations while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from restorebench.ablation.trials import Trial
    from restorebench.training.session import Progress


class Callback:
    """Hooks, called in this order for each trial; they do nothing but what a subclass overrides."""

    def on_trial_start(self, trial: Trial) -> None:
        """Called before a trial is trained (unless its run is finished) and scored."""

    def on_run_reused(self, trial: Trial, source: str) -> None:
        """Called after the finished run of the same recipe in `source` was copied."""

    def on_image_prepared(self, done: int, total: int) -> None:
        """Called after each training image."""

    def on_step_end(self, progress: Progress) -> None:
        """Called after each step of training."""

    def on_sample_scored(self, done: int, total: int) -> None:
        """Called after a sample has been restored and scored."""

    def on_warning(self, message: str) -> None:
        """Called where something is missing that no trial depends on."""

    def on_trial_end(self, trial: Trial, error: str) -> None:
        """Called after a trial; `error` says what went wrong, or is empty."""
