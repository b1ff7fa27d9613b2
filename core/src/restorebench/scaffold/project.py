"""A plugin's project, rendered from ``templates/task``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path, PurePosixPath

from restorebench.atomic import replacing, write_text
from restorebench.errors import OptionError
from restorebench.plugins import Suite
from restorebench.scaffold.names import Names, free_names
from restorebench.templates import environment

SUFFIX = ".jinja"
"""Of all templates, so that no tool takes one for the file that it becomes."""

PACKAGE = "PACKAGE"
"""The folder of a template that gets the package's name."""

_HERE, _TASK = "restorebench.scaffold", "task"


@dataclass(frozen=True)
class Project:
    """What was written: the folder, its files relative to it, and the names in it."""

    folder: Path
    files: tuple[PurePosixPath, ...]
    names: Names


def new_task(task: str, suite: Suite, folder: Path | None = None) -> Project:
    """Write an installable plugin for a new task; by default into ``restorebench-TASK``.

    The folder appears whole or not at all. Raises what `free_names` does, and `OptionError` where
    the folder is there and not empty.
    """
    names = free_names(task, suite)
    where = folder or Path(names.distribution)
    if where.exists() and (not where.is_dir() or any(where.iterdir())):
        msg = f"{where} is there already; name a new folder with -o, or move it away"
        raise OptionError(msg)
    texts = dict(sorted(rendered(names)))
    with replacing(where) as part:
        for path, text in texts.items():
            write_text(part / path, text)
    return Project(where, tuple(texts), names)


def rendered(names: Names) -> Iterator[tuple[PurePosixPath, str]]:
    """The files of a new task's project: path and text."""
    templates = environment(_HERE)
    for path in _paths(files(_HERE) / "templates" / _TASK):
        text = templates.get_template(f"{_TASK}/{path}").render(
            names=names, needs=_series(version("restorebench"))
        )
        yield PurePosixPath(path.removesuffix(SUFFIX).replace(PACKAGE, names.package)), text


def _paths(folder: Traversable, above: str = "") -> Iterator[str]:
    for entry in folder.iterdir():
        path = f"{above}{entry.name}"
        if entry.is_dir():
            yield from _paths(entry, f"{path}/")
        elif path.endswith(SUFFIX):
            yield path


def _series(number: str) -> str:
    """A version without what follows its second number: ``"0.1"`` of ``"0.1.0"``."""
    return ".".join(number.split(".")[:2])
