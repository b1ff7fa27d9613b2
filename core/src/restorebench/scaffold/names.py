"""What a new plugin and its parts are called, and whether those names are free."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from restorebench.errors import DuplicateNameError, OptionError
from restorebench.plugins import Suite

_TASK = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST = 40
"""Letters of a task's name; a wider one would not fit the columns of tables."""


@dataclass(frozen=True)
class Names:
    """The names that follow from a task's name, such as ``"low-light"``."""

    task: str

    @property
    def title(self) -> str:
        """``"Low light"``."""
        return self.task.replace("-", " ").capitalize()

    @property
    def package(self) -> str:
        """What is imported: ``"restorebench_low_light"``."""
        return f"restorebench_{self.task.replace('-', '_')}"

    @property
    def distribution(self) -> str:
        """What is installed: ``"restorebench-low-light"``."""
        return f"restorebench-{self.task}"

    @property
    def dataset(self) -> str:
        """``"low-light-scenes"``."""
        return f"{self.task}-scenes"

    @property
    def baseline(self) -> str:
        """``"low-light-baseline"``."""
        return f"{self.task}-baseline"

    @property
    def protocol(self) -> str:
        """``"low-light-rgb"``."""
        return f"{self.task}-rgb"


def free_names(task: str, suite: Suite) -> Names:
    """The names of a new task's plugin.

    Raises `OptionError` for a name that cannot be a task's, and `DuplicateNameError` where it, or
    one that follows from it, belongs to something that is installed.
    """
    _check_spelling(task)
    names = Names(task)
    if taken := next(_taken(names, suite), None):
        msg = f"the name {task!r} cannot be used: {taken}; choose another one"
        raise DuplicateNameError(msg)
    return names


def _check_spelling(task: str) -> None:
    if not _TASK.fullmatch(task):
        words = re.findall(r"[a-z0-9]+", task.lower())
        nearest = "-".join(words).lstrip("0123456789-")
        hint = f"such as {nearest!r}" if nearest else "such as 'low-light'"
        msg = f"{task!r} cannot name a task: lower-case letters, digits and single hyphens, {hint}"
        raise OptionError(msg)
    if keyword.iskeyword(task) or keyword.issoftkeyword(task):
        msg = f"{task!r} cannot name a task: it is a keyword of Python; add a word to it"
        raise OptionError(msg)
    if len(task) > _LONGEST:
        msg = f"{task!r} cannot name a task: it has {len(task)} letters, at most {_LONGEST} fit"
        raise OptionError(msg)


def _taken(names: Names, suite: Suite) -> Iterator[str]:
    for registry, name in (
        (suite.tasks, names.task),
        (suite.datasets, names.dataset),
        (suite.restorers, names.baseline),
        (suite.protocols, names.protocol),
    ):
        if name in registry:
            yield f"the {registry.kind} {name!r} comes with {registry.provider(name)}"
    for report in suite.reports:
        if report.name == names.task:
            yield f"{report.provider} has a plugin of that name"
    if (found := _version(names.distribution)) is not None:
        yield f"the distribution {names.distribution} {found} is installed"
    if find_spec(names.package) is not None:
        yield f"there is a package {names.package} that would be imported in its place"


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
