"""Windows of image files: a crop becomes an array, not the image that it is cut from."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from restorebench.atomic import replacing
from restorebench.data.cache_folder import cache_folder
from restorebench.data.formats.image_file import Source, name_of
from restorebench.data.images import channels_first, read_image, strict
from restorebench.data.inputs import read_input
from restorebench.errors import ImageError
from restorebench.types import Array, Pixels


class Box(NamedTuple):
    """A window of an image in pixels: its upper left corner, and its size."""

    top: int
    left: int
    height: int
    width: int


def read_crop(source: Source, box: Box, name: str = "") -> Pixels:
    """The window `box` of what `read_image` reads, ``(3, h, w)``; as strict, and at each call anew.

    Formats with compressed pixels are decoded whole. Where the same images are read again and
    again, as in training, `DecodedImages` reads no more than the rows of the window. Raises
    `ImageError` where the window does not lie in the image.
    """
    name = name_of(source, name)
    with strict(source, name) as image:
        _check(box, image.height, image.width, name)
        right, bottom = box.left + box.width, box.top + box.height
        return channels_first(image.crop((box.left, box.top, right, bottom)))


class DecodedImages:
    """Decoded images as files in a folder, of which a window reads its own rows alone.

    An image is decoded when it is asked for first, and again when its path, size or time of change
    differs; it takes 3 bytes per pixel on disk (12 where it is deeper than 8 bits). Several
    processes may share the folder, by default one in the user's cache, and it may be deleted at any
    time. `lenient`: images are read by `read_input`, as those to be restored are, else strictly.
    """

    def __init__(self, folder: Path | None = None, *, lenient: bool = False) -> None:
        self.folder = folder or cache_folder() / "decoded"
        self._lenient = lenient

    def image(self, path: str | Path) -> Pixels | Array:
        """The whole image ``(3, H, W)``, uint8 or float32, mapped from disk: it is not copied."""
        kept = self._kept(Path(path))
        if not kept.exists():
            self._decode(Path(path), kept)
        values: NDArray[Any] = np.load(kept, mmap_mode="r")
        return values.transpose(2, 0, 1)

    def crop(self, path: str | Path, box: Box) -> Pixels | Array:
        """A copy of the window `box`, ``(3, h, w)``; `ImageError` where it is not in the image."""
        image = self.image(path)
        _, height, width = image.shape
        _check(box, height, width, str(path))
        rows, columns = slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
        window: NDArray[Any] = np.array(image[:, rows, columns], order="C")
        return window

    def _kept(self, path: Path) -> Path:
        """Where it lies once it is decoded; `ImageError` where there is no such file."""
        try:
            whole = path.resolve(strict=True)
            status = whole.stat()
        except OSError as error:
            msg = f"{path} does not exist, or cannot be looked at ({error.strerror})"
            raise ImageError(msg) from error
        stamp = (os.fsencode(whole), status.st_size, status.st_mtime_ns, self._lenient)
        digest = hashlib.sha256(repr(stamp).encode()).hexdigest()
        return self.folder / digest[:2] / f"{digest[2:34]}.npy"

    def _decode(self, path: Path, kept: Path) -> None:
        """Write it row by row, channels last: the pixels of a row of a window lie together."""
        pixels = read_input(path).pixels if self._lenient else read_image(path)
        with replacing(kept) as part, part.open("wb") as file:
            np.save(file, pixels.transpose(1, 2, 0))


def _check(box: Box, height: int, width: int, name: str) -> None:
    fits = box.top + box.height <= height and box.left + box.width <= width
    if min(box.top, box.left) < 0 or min(box.height, box.width) < 1 or not fits:
        msg = (
            f"{name} is {width}×{height}; a window of {box.width}×{box.height} from column "
            f"{box.left} and row {box.top} does not lie in it"
        )
        raise ImageError(msg)
