"""Folder: images that were restored elsewhere, matched to samples by name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from restorebench.data.colour import as_float
from restorebench.data.images import read_image
from restorebench.data.layouts.scenes import ImageFolder, Scene
from restorebench.errors import ImageError, OptionError
from restorebench.restorers.base import Context
from restorebench.types import Pixels, Restoration, Sample


class Folder:
    """A folder of 8-bit RGB images of the targets' size, named after the samples' ids.

    One view: ``ID.png``; two: ``ID_L.png ID_R.png`` or another convention of
    `restorebench.data.layouts.views`; any image's suffix will do. `label` distinguishes two
    folders in tables. Raises `OptionError` where there is no such folder.
    """

    def __init__(self, path: str = "", label: str = "") -> None:
        if not path:
            msg = "the restorer 'folder' needs path=DIR"
            raise OptionError(msg)
        self.path = Path(path).expanduser()
        self.label = label
        if not self.path.is_dir():
            what = "is a file, not a folder; unpack it" if self.path.exists() else "does not exist"
            msg = f"the restorer 'folder' was given path={path}, which {what}"
            raise OptionError(msg)
        self._images = ImageFolder(self.path)

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The sample's images, as they are; raises `ImageError` if absent or of another size."""
        views = sample.target_shape[0]
        scene = self._scene(sample.id, views)
        if scene is None:
            why = self._images.why_absent(sample.id, views)
            msg = f"no image of sample {sample.id!r} in {self.path}: {why}"
            raise ImageError(msg)
        images = [_read_sized(path, sample) for path in scene.files]
        return Restoration(as_float(np.stack(images)))

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A hash of the bytes of the sample's files, that of nothing where they are absent."""
        scene, digest = self._scene(sample_id, views), hashlib.sha256()
        for path in scene.files if scene else ():
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()[:32]

    def _scene(self, sample_id: str, views: int) -> Scene | None:
        if self._images.scene(sample_id, views) is None:
            self._images = ImageFolder(self.path)  # its images may be new
        return self._images.scene(sample_id, views)


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
