"""Folder: images that were restored elsewhere, matched to samples by name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from restorebench.data.colour import as_float
from restorebench.data.images import read_image
from restorebench.data.layouts.image_places import images_at, is_pattern
from restorebench.errors import ImageError, OptionError
from restorebench.restorers.base import Context
from restorebench.types import Pixels, Restoration, Sample


class Folder:
    """A folder of 8-bit RGB images of the targets' size, named after the samples' ids.

    One view: ``ID.png``; two: ``ID_L.png ID_R.png`` or another convention of
    `restorebench.data.layouts.fields.views`; any image's suffix will do. Otherwise `path`
    is a pattern such as ``out/{id}_dehazed.png``, whose ``{id}`` is the sample's. `label`
    distinguishes two folders in tables. Raises `OptionError` where there is no such folder.
    """

    def __init__(self, path: str = "", label: str = "") -> None:
        if not path:
            msg = "the restorer 'folder' needs path=DIR"
            raise OptionError(msg)
        self.path = Path(path).expanduser()
        self.label = label
        if not is_pattern(self.path) and not self.path.is_dir():
            what = "is a file, not a folder; unpack it" if self.path.exists() else "does not exist"
            msg = f"the restorer 'folder' was given path={path}, which {what}"
            raise OptionError(msg)
        self._images = images_at(self.path)

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The sample's images, as they are; raises `ImageError` if absent or of another size."""
        views = sample.target_shape[0]
        files = self._files(sample.id, views)
        if not files:
            why = self._images.why_absent(sample.id, views)
            msg = f"no image of sample {sample.id!r} in {self.path}: {why}"
            raise ImageError(msg)
        return Restoration(as_float(np.stack([_read_sized(path, sample) for path in files])))

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A hash of the bytes of the sample's files, that of nothing where they are absent."""
        digest = hashlib.sha256()
        for path in self._files(sample_id, views):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:32]

    def _files(self, sample_id: str, views: int) -> tuple[Path, ...]:
        if not (found := self._images.files(sample_id, views)):
            self._images = images_at(self.path)  # its images may be new
            found = self._images.files(sample_id, views)
        return found


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
