"""Where results are kept unless a folder is given."""

from __future__ import annotations

from pathlib import Path


def default_folder(root: Path) -> Path:
    """``leaderboards/results`` where a project has that folder, else ``restorebench-results``."""
    boards = root / "leaderboards"
    return boards / "results" if boards.is_dir() else root / "restorebench-results"
