"""Folder: images that were restored elsewhere, matched to samples by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from restorebench.data.colour import as_float
from restorebench.data.images import SUFFIXES, find_image, read_image
from restorebench.errors import ImageError, OptionError
from restorebench.restorers.base import Context
from restorebench.types import Pixels, Restoration, Sample

ONE_VIEW = ("{id}",)
TWO_VIEWS = ("{id}_L {id}_R", "{id}_left {id}_right", "{id}_0 {id}_1", "{id}/hr0 {id}/hr1")
"""Names without suffix, left and right; the first pair of which a file exists is taken."""


class Folder:
    """A folder of 8-bit RGB images of the targets' size, named after the samples' ids.

    One view: ``ID.png``. Two: ``ID_L ID_R``, ``ID_left ID_right``, ``ID_0 ID_1`` or ``ID/hr0
    ID/hr1``. The suffix may be that of any image. `label` tells two folders apart in tables.
    Raises `OptionError` where there is no such folder.
    """

    def __init__(self, path: str = "", label: str = "") -> None:
        if not path:
            msg = "the restorer 'folder' needs to be told which one: path=DIR"
            raise OptionError(msg)
        self.path = Path(path).expanduser()
        self.label = label
        if not self.path.is_dir():
            what = "is a file, not a folder; unpack it" if self.path.exists() else "does not exist"
            msg = f"the restorer 'folder' was given path={path}, which {what}"
            raise OptionError(msg)

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The sample's images, as they are; raises `ImageError` if absent or of another size."""
        paths = self._files(sample)
        if None in paths:
            raise ImageError(self._absent(sample, paths))
        views = [_read_sized(path, sample) for path in paths if path]
        return Restoration(as_float(np.stack(views)))

    def fingerprint(self, sample: Sample) -> str:
        """A hash of the bytes of the sample's files; absent ones count as empty."""
        digest = hashlib.sha256()
        for path in self._files(sample):
            digest.update(hashlib.sha256(path.read_bytes()).digest() if path else b"-")
        return digest.hexdigest()[:32]

    def _files(self, sample: Sample) -> list[Path | None]:
        """One path per view, None for those that are absent."""
        found: list[Path | None] = [None]
        for names in _names(sample):
            found = [self._find(name) for name in names]
            if any(found):
                return found
        return [None] * len(found)

    def _find(self, name: str) -> Path | None:
        return find_image((self.path / name).parent, Path(name).name)

    def _absent(self, sample: Sample, paths: list[Path | None]) -> str:
        looked = " or ".join(" and ".join(names) for names in _names(sample))
        there = [path.name for path in paths if path]
        only = f"; only {', '.join(there)} is there" if there else ""
        return (
            f"no image of sample {sample.id!r} in {self.path}: looked for {looked} "
            f"with one of the suffixes {', '.join(SUFFIXES)}{only or self._others()}"
        )

    def _others(self) -> str:
        names = sorted(path.name for path in self.path.iterdir())
        return f"; the folder holds {', '.join(names[:3])}, …" if names else "; it is empty"


def _names(sample: Sample) -> Iterator[list[str]]:
    """The sets of names under which a sample's views may be stored."""
    views = sample.target_shape[0]
    for pattern in ONE_VIEW if views == 1 else TWO_VIEWS:
        yield [part.format(id=sample.id) for part in pattern.split(" ")]


def _read_sized(path: Path, sample: Sample) -> Pixels:
    pixels = read_image(path)
    height, width = sample.target_shape[2:]
    if pixels.shape[1:] != (height, width):
        msg = (
            f"{path} is {pixels.shape[2]}×{pixels.shape[1]} (width × height), but sample "
            f"{sample.id!r} needs {width}×{height}; nothing is resized here"
        )
        raise ImageError(msg)
    return pixels
