"""Progress on stderr: bars in a terminal, elsewhere a plain line every few seconds."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from restorebench.cli.duration import duration
from restorebench.cli.output import stderr

EVERY = 10.0
"""Seconds between two lines of one bar where stderr is not a terminal."""

T = TypeVar("T")


class Bar:
    """What is done of one kind of work; `text` says what is being done now."""

    def __init__(self, display: ProgressDisplay, text: str, total: int | None) -> None:
        self._display, self._text, self._total, self._done = display, text, total, 0
        self._task: TaskID = display.bars.add_task(text, total=total, visible=bool(text))
        self._said = time.monotonic()
        self._first: tuple[float, int] | None = None

    def show(self, text: str, done: int, total: int | None, *, now: bool = False) -> None:
        """Set everything; `now`: worth a line at once where there are no bars."""
        self._first = self._first or (time.monotonic(), done)
        self._text, self._done, self._total = text, done, total
        bars = self._display.bars
        bars.update(self._task, description=text, completed=done, total=total, visible=True)
        self._say(now)

    def advance(self, steps: int = 1, text: str | None = None) -> None:
        """Add finished steps."""
        text = self._text if text is None else text
        self.show(text, self._done + steps, self._total)

    def _say(self, now: bool) -> None:
        if self._display.is_terminal or not (now or time.monotonic() >= self._said + EVERY):
            return
        self._said = time.monotonic()
        total = "" if self._total is None else f"/{self._total}"
        self._display.line(f"[{self._done}{total}{self._rest()}] {self._text}")

    def _rest(self) -> str:
        """When it will be done, at the pace so far."""
        start, before = self._first or (0.0, 0)
        if self._total is None or not before < self._done < self._total:
            return ""
        each = (time.monotonic() - start) / (self._done - before)
        return f", ETA {duration(each * (self._total - self._done))}"


class Rate:
    """Restorations a second, from the first that was made to the last."""

    def __init__(self) -> None:
        self._start, self._count = 0.0, 0

    def add(self) -> None:
        """Count one."""
        self._start = self._start if self._count else time.monotonic()
        self._count += 1

    def text(self) -> str:
        """Such as ``" · 3.1 images/s"``, nothing before there are two."""
        seconds = time.monotonic() - self._start
        return f" · {(self._count - 1) / seconds:.3g} images/s" if self._count > 1 else ""


class ProgressDisplay:
    """Shows bars while its block runs, and lines above them; nothing unless `shown`."""

    def __init__(self, *, shown: bool = True, transient: bool = True) -> None:
        console = stderr()
        self._shown, self.is_terminal = shown, console.is_terminal
        self.bars = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("ETA"),
            TimeRemainingColumn(),
            console=console,
            transient=transient,
            disable=not (shown and self.is_terminal),
        )

    def __enter__(self) -> ProgressDisplay:
        self.bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bars.stop()

    def bar(self, text: str = "", total: int | None = None) -> Bar:
        """A further bar; one without a text appears when it is first updated."""
        return Bar(self, text, total)

    def line(self, line: str | Text) -> None:
        """A line that stays."""
        if self._shown:
            self.bars.console.print(line, soft_wrap=True)


def track(items: Iterable[T], text: str, total: int) -> Iterator[T]:
    """The items, with a bar."""
    with ProgressDisplay() as display:
        bar = display.bar(text, total)
        for item in items:
            yield item
            bar.advance()
