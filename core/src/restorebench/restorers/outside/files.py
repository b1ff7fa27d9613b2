"""Files that restorers from outside are made of: they exist, and their bytes identify them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from restorebench.checkpoints.file import sha256
from restorebench.errors import OptionError


def existing_file(restorer: str, option: str, value: str) -> Path:
    """The file that an option names; `OptionError` where it is not given or not there."""
    if not value:
        msg = f"the restorer {restorer!r} needs {option}=FILE"
        raise OptionError(msg)
    path = Path(value).expanduser()
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        msg = f"the restorer {restorer!r} was given {option}={value}, which {what}"
        raise OptionError(msg)
    return path


def digest_of(paths: Iterable[Path], *texts: str) -> str:
    """A short hash of files' bytes, in order, and of texts."""
    parts = [*map(sha256, paths), *texts]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
