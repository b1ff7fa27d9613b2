"""What a suite tells while it runs."""

from __future__ import annotations

from typing import Protocol

from restorebench.ablation.trials import Trial
from restorebench.training.session import News


class Callback(Protocol):
    """Told what happens, in this order for each trial."""

    def begins(self, trial: Trial) -> None:
        """A trial is up: trained, unless it is there, and scored."""

    def taken_over(self, trial: Trial, source: str) -> None:
        """The finished run of the same recipe in `source` was copied."""

    def preparing(self, done: int, total: int) -> None:
        """A training image has been made."""

    def news(self, news: News) -> None:
        """A step has been taken."""

    def scored(self, done: int, total: int) -> None:
        """A sample has been restored and scored."""

    def problem(self, what: str) -> None:
        """Something is missing that no trial depends on."""

    def ends(self, trial: Trial, error: str) -> None:
        """A trial is over; `error` says what went wrong, or is empty."""


class Silent(Callback):
    """Shows nothing."""
