"""Uploads that are one file under two names."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path


def same_files(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Each file after the first of those with the same bytes, behind that first one.

    Only files of one size are read; folders and what cannot be read are passed over.
    """
    sizes: dict[int, list[Path]] = defaultdict(list)
    for path in paths:
        if path.is_file():
            sizes[path.stat().st_size].append(path)
    for alike in sizes.values():
        first: dict[str, Path] = {}
        for path in alike if len(alike) > 1 else ():
            try:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:
                continue
            if (other := first.setdefault(digest, path)) is not path:
                yield other, path
