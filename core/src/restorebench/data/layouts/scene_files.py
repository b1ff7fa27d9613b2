"""The files of one scene, each under the field of a sample that it fills."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SceneFiles:
    """One sample in files; nothing has been opened yet.

    `degraded` and `target` hold a file for each view, left view first; `target` is empty where
    there is nothing to score against. `condition` are the numbers of the task's condition, empty
    where none are known.
    """

    id: str
    degraded: tuple[Path, ...]
    target: tuple[Path, ...] = ()
    mask: Path | None = None
    depth: Path | None = None
    condition: tuple[float, ...] = ()
