"""One contract that a plugin breaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

FAILURES = (Exception, SystemExit)
"""What code of a plugin may raise without ending a check."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with `subject` (``"data set 'x'"``), and the `remedy`.

    `place` is the code that it is about, as ``module:object``.
    """

    subject: str
    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.subject} ({self.place}): {self.what}; {self.remedy}"


@dataclass(frozen=True)
class Subject:
    """What is checked, and where its code is."""

    name: str
    place: str

    def problem(self, what: str, remedy: str) -> Problem:
        """Something that is wrong with it."""
        return Problem(self.name, self.place, what, remedy)

    def raised(self, doing: str, error: BaseException, remedy: str) -> Problem:
        """That its code raised something."""
        return self.problem(f"{doing} raised {type(error).__name__}: {error}", remedy)


def guarded(
    subject: Subject, doing: str, checks: Callable[[], Iterable[Problem]]
) -> Iterator[Problem]:
    """The problems that a check finds; what it raises is one too, and ends it."""
    try:
        yield from checks()
    except KeyboardInterrupt:
        raise
    except FAILURES as error:
        yield subject.raised(doing, error, "mend what it says")
