"""Restored images, kept as 8-bit PNG under the hash of their pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from restorebench.atomic import replacing
from restorebench.data.hashing import pixel_hash
from restorebench.data.images import read_image, write_image
from restorebench.errors import ImageError, StoreError
from restorebench.harness.jsonl import storing
from restorebench.harness.parts import Parts
from restorebench.types import Pixels


class ImageStore:
    """``folder/ab/abcd….0.png`` is the first view of the image whose pixel hash is ``abcd…``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._parts: Parts | None = None

    def prepare(self) -> Path:
        """Where parts of images are written; removes those that killed processes have left.

        Raises `StoreError` where nothing can be written.
        """
        if self._parts is None:
            self._parts = Parts(self.folder)
        return self._parts.folder

    def paths(self, key: str, views: int) -> list[Path]:
        """Where the views of an image lie."""
        return [self.folder / key[:2] / f"{key}.{view}.png" for view in range(views)]

    def put(self, pixels: Pixels) -> str:
        """Keep ``(V, 3, H, W)``, once; its hash. Raises `StoreError` where it cannot be written.

        A damaged file under that hash is written again.
        """
        key = pixel_hash(pixels)
        for path, view in zip(self.paths(key, len(pixels)), pixels, strict=True):
            with storing(path):
                if not _holds(path, view):
                    write_image(path, view, self.prepare())
        return key

    @contextmanager
    def replacing(self, path: Path) -> Iterator[Path]:
        """As `restorebench.atomic.replacing`, for the file `path` of an image."""
        with storing(path), replacing(path, self.prepare()) as part:
            yield part

    def get(self, key: str, views: int) -> Pixels:
        """The image of that hash; `StoreError` if it is gone or no longer what it was."""
        paths = self.paths(key, views)
        try:
            pixels = np.stack([read_image(path) for path in paths])
        except ImageError as error:
            msg = f"the stored image {key} cannot be read: {error}"
            raise StoreError(msg) from error
        if pixel_hash(pixels) != key:
            msg = f"the stored image {paths[0]} was changed; delete it and run again"
            raise StoreError(msg)
        return pixels


def _holds(path: Path, view: Pixels) -> bool:
    try:
        return path.exists() and np.array_equal(read_image(path), view)
    except ImageError:
        return False
