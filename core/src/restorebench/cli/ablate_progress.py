"""Progress of `ablate` on stderr: the trial that is up, and a bar over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from restorebench.cli.output import error, stderr, warning

if TYPE_CHECKING:
    from restorebench.ablation.trials import Trial
    from restorebench.training.session import News


class Progressing:
    """A `Callback` that shows what it is told."""

    def __init__(self, planned: Mapping[str, Sequence[Trial]]) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=stderr(),
            transient=True,
        )
        total = sum(map(len, planned.values()))
        self._all = self._bars.add_task("variants", total=total)
        self._now = self._bars.add_task("", total=None)
        self._name, self._steps = "", 0

    def __enter__(self) -> Progressing:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def begins(self, trial: Trial) -> None:
        """A trial is up."""
        self._name, self._steps = escape(f"{trial.study}/{trial.variant}"), trial.recipe.steps
        self._show("starting", 0, None)

    def taken_over(self, trial: Trial, source: str) -> None:
        """Its run was copied."""
        line = escape(f"{trial.study}/{trial.variant}: trained as {source}")
        self._bars.console.print(line, soft_wrap=True)

    def preparing(self, done: int, total: int) -> None:
        """A training image has been made."""
        self._show("preparing images", done, total)

    def news(self, news: News) -> None:
        """A step has been taken."""
        text = f"loss {news.update.loss:.4g}"
        if news.outcome is not None:
            text += f" · val {news.outcome.psnr:.2f} dB (input {news.outcome.identity:.2f})"
        self._show(text, news.step, self._steps)

    def scored(self, done: int, total: int) -> None:
        """A sample has been scored."""
        self._show("scoring", done, total)

    def problem(self, what: str) -> None:
        """Something is missing."""
        warning(what)

    def ends(self, trial: Trial, failure: str) -> None:
        """A trial is over."""
        self._bars.advance(self._all)
        name = f"{trial.study}/{trial.variant}"
        if failure:
            error(f"{name}: {failure}")
        else:
            self._bars.console.print(escape(f"{name}: done"), soft_wrap=True)

    def _show(self, text: str, done: int, total: int | None) -> None:
        said = f"{self._name} · {text}"
        self._bars.update(self._now, description=said, completed=done, total=total)
