"""Images and masks that can be read, but can hardly be meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from restorebench.data.check.finding import Finding
from restorebench.types import Array, Pixels

_JPEG = b"\xff\xd8\xff"
_LOSSLESS = {".png", ".bmp", ".tif", ".tiff", ".ppm"}


def of_image(name: str, path: Path, pixels: Pixels) -> Iterator[Finding]:
    """An image ``(3, H, W)`` of one colour, or one that was compressed under another name."""
    flat = pixels.reshape(len(pixels), -1)
    if (flat.min(1) == flat.max(1)).all():
        yield Finding("flat", name, "has one colour everywhere", "get it again")
    if path.suffix.lower() in _LOSSLESS and _head(path) == _JPEG:
        what = f"is a JPEG, although its name ends in {path.suffix}"
        yield Finding("image", name, what, "compression has changed its pixels: get the original")


def of_mask(name: str, mask: Array, *, note: bool) -> Iterator[Finding]:
    """A mask ``(1, H, W)`` in which nothing is."""
    if not mask.any():
        yield Finding("mask", name, "is black everywhere: nothing is in it", "get it again", note)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(len(_JPEG))
