"""Whether compression changed the values of an image: JPEG, JPEG in TIFF, and WebP with loss."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from restorebench.data.formats.image_file import Source

_OF_TIFF = ("jpeg", "tiff_jpeg", "webp")
"""What Pillow calls compressions of TIFF that lose, or may lose."""


def lossy_kind(image: Image.Image, source: Source) -> str:
    """What an opened image is compressed as, where that changes values; ``""`` otherwise."""
    if image.format in {"JPEG", "MPO"}:
        return "JPEG"
    if image.format == "TIFF" and (how := image.info.get("compression")) in _OF_TIFF:
        return f"TIFF of {'WebP' if how == 'webp' else 'JPEG'}"
    return "lossy WebP" if image.format == "WEBP" and _has_lossy_frame(source) else ""


def _has_lossy_frame(source: Source) -> bool:
    """Whether a WebP has a chunk ``VP8 ``; one without loss is ``VP8L`` (RFC 9649)."""
    with BytesIO(source) if isinstance(source, bytes) else Path(source).open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            if head[:4] == b"VP8 ":
                return True
            length = int.from_bytes(head[4:], "little")
            file.seek(length + length % 2, 1)
    return False
