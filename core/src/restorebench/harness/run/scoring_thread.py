"""Scoring beside restoring: an image is scored while the next one is restored.

One thread scores and keeps, in the order in which images were restored: metrics share out an image
among the processors themselves, and no metric has to work on two images at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from restorebench.errors import StoreError

T = TypeVar("T")
R = TypeVar("R")

WAITING = 4
"""Images at most whose scores are not there yet."""

WAITING_BYTES = 256 << 20
"""Bytes at most that these and their targets take together; a single pair may take more."""


@dataclass(frozen=True)
class Step(Generic[T, R]):
    """An image that is there: `keep` stores what `score` gives, `tell` is called with the result.

    `score` and `keep` may run in another thread, `tell` does not. `nbytes` are held until then.
    `alone`: nothing is restored meanwhile.
    """

    score: Callable[[], T]
    keep: Callable[[T], R]
    tell: Callable[[R], None]
    nbytes: int = 0
    alone: bool = False

    def finished(self) -> R:
        """Score and keep it."""
        return self.keep(self.score())


def one_by_one(steps: Iterator[Step[T, R]]) -> Iterator[R]:
    """The results of steps, each finished before the next one is made."""
    for step in steps:
        result = step.finished()
        step.tell(result)
        yield result


def beside(steps: Iterator[Step[T, R]], failures: tuple[type[BaseException], ...]) -> Iterator[R]:
    """The same results, each finished while the next steps are made.

    Where the next step cannot be made (one of `failures`), those before it are finished first; if a
    step cannot be finished, none after it is kept. Given up, as by Ctrl-C, the step that is being
    finished is kept, and those that wait are not.
    """
    with _ScoringThread[T, R]() as thread:
        problem = None
        while problem is None:
            try:
                step = next(steps, None)
            except failures as error:
                problem, step = error, None
            if step is None:
                break
            yield from thread.take(step)
        yield from thread.rest()
        if problem is not None:
            raise problem


class _ScoringThread(Generic[T, R]):
    """The steps whose results have not been given, in order."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "scoring")
        self._steps: deque[tuple[Step[T, R], Future[R]]] = deque()
        self._broken = False

    def __enter__(self) -> _ScoringThread[T, R]:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        for step, future in self._steps:
            if not future.cancelled() and future.exception() is None:
                step.tell(future.result())

    def take(self, step: Step[T, R]) -> Iterator[R]:
        """Begin to finish one more; the results that are there, and of those for which to wait."""
        self._steps.append((step, self._pool.submit(self._finished, step)))
        while self._steps and (step.alone or self._full or self._steps[0][1].done()):
            yield self._next()

    def rest(self) -> Iterator[R]:
        """The results of all steps."""
        while self._steps:
            yield self._next()

    @property
    def _full(self) -> bool:
        nbytes = sum(step.nbytes for step, _ in self._steps)
        return len(self._steps) > WAITING or (len(self._steps) > 1 and nbytes > WAITING_BYTES)

    def _next(self) -> R:
        step, future = self._steps[0]
        result = future.result()
        self._steps.popleft()
        step.tell(result)
        return result

    def _finished(self, step: Step[T, R]) -> R:
        if self._broken:
            raise StoreError("a record before this one could not be kept")
        try:
            return step.finished()
        except BaseException:
            self._broken = True
            raise
