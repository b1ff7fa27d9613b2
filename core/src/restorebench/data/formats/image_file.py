"""Image files opened: what cannot be decoded is refused by name, damaged EXIF data is noted."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeAlias

from PIL import ExifTags, Image, UnidentifiedImageError

from restorebench.data.formats.file_kinds import HEAD, kind_of_file
from restorebench.data.formats.image_kind import Depth, depth_of, unlike_tiff
from restorebench.data.formats.png_chunks import SIGNATURE, coding_of, without_damaged_text
from restorebench.errors import ImageError

Source: TypeAlias = str | Path | bytes
"""An image file: its path, or its content."""

FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF", "PPM")
"""Pillow's names of the formats that are read."""


_ORIENTATIONS = range(1, 9)
"""EXIF's values; no program turns an image by another one."""


class OpenedImage(NamedTuple):
    """An image, the depth that it has in the file, and its EXIF orientation (1: upright).

    `damage` says what is wrong with its EXIF data or other metadata, if anything.
    """

    image: Image.Image
    depth: Depth
    orientation: int
    damage: str


def name_of(source: Source, name: str = "") -> str:
    """What messages call a file: `name`, else its path."""
    if name or not isinstance(source, bytes):
        return name or str(source)
    return f"an image of {len(source)} bytes"


@contextmanager
def decoding(
    source: Source, name: str, remedy: str, formats: Collection[str] = FORMATS
) -> Iterator[OpenedImage]:
    """The image of a file, in whatever mode and number of frames it is.

    Raises `ImageError`, which calls it `name`, where there is none, and where the block cannot
    decode it: `remedy` is then what to save it as.
    """
    if not isinstance(source, bytes):
        _check_file(Path(source), name)
    try:
        with warnings.catch_warnings():
            # What Pillow warns of (possible bombs, damaged metadata) is not let through here.
            warnings.simplefilter("error")
            image, damage = _opened(source, formats)
            with image:
                if odd := unlike_tiff(image):
                    msg = f"{name} {odd}; save it as {remedy}"
                    raise ImageError(msg)
                depth = depth_of(image)  # which is forgotten when it is loaded
                yield OpenedImage(image, depth, *_orientation(image, damage))
    except (ImageError, MemoryError):
        raise
    except PermissionError as error:
        msg = f"{name} cannot be read (Permission denied); give yourself the right to read it"
        raise ImageError(msg) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        msg = f"{name} has more pixels than Pillow's limit against decompression bombs: {error}"
        raise ImageError(f"{msg} Cut it into smaller images") from error
    except UnidentifiedImageError as error:
        msg = f"{name} cannot be read as an image: {kind_of_file(_head(source))}"
        raise ImageError(f"{msg}; save it as {remedy}") from error
    except Exception as error:  # Pillow's decoders raise a dozen types on damaged files
        msg = f"{name} cannot be read as an image ({type(error).__name__}: {error})"
        raise ImageError(f"{msg}; make or copy it again, as {remedy}") from error


def _check_file(path: Path, name: str) -> None:
    if path.is_dir():
        msg = f"{name} is a folder, not an image"
    elif not path.exists():
        msg = f"{name} does not exist"
    elif path.stat().st_size == 0:
        msg = f"{name} is empty (0 bytes); was it still being written, or is the disk full?"
    else:
        return
    raise ImageError(msg)


def _opened(source: Source, formats: Collection[str]) -> tuple[Image.Image, str]:
    """The image, and the damage of its EXIF data that Pillow meets on opening it."""
    file = BytesIO(source) if isinstance(source, bytes) else Path(source)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(file, formats=tuple(formats))
        except UnidentifiedImageError:
            return _without_damaged_text(source, formats)
    if image.format == "PNG" and (coding := _coding(image)):
        image.info["cicp"] = coding  # which Pillow passes over
    if image.format == "TIFF" and found:  # of the directory by which its pixels are found
        image.close()
        raise OSError(_texts(found))
    return image, _of_exif(_texts(found))


def _coding(image: Image.Image) -> bytes:
    file: BinaryIO = getattr(image, "fp")  # noqa: B009
    at = file.tell()
    try:
        return coding_of(file)
    finally:
        file.seek(at)


def _without_damaged_text(source: Source, formats: Collection[str]) -> tuple[Image.Image, str]:
    """A PNG of which Pillow refuses all for the checksum of some metadata."""
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if not data.startswith(SIGNATURE):
        raise UnidentifiedImageError
    data, left_out = without_damaged_text(data)
    if not left_out:
        raise UnidentifiedImageError
    image, damage = _opened(data, formats)
    name = "EXIF data" if left_out == "eXIf" else "metadata"
    return image, damage or f"{name} is damaged (the checksum of {left_out} is wrong)"


def _of_exif(damage: str) -> str:
    return f"EXIF data is damaged ({damage})" if damage else ""


def _orientation(image: Image.Image, damage: str) -> tuple[int, str]:
    """Its EXIF orientation, and what is wrong with its EXIF data."""
    if image.format == "PNG":
        image.load()  # as EXIF data may come after the pixels
    try:
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            Image.Exif().load(image.info.get("exif", b""))  # anew: opening JPEG hides its errors
            orientation = int(image.getexif().get(ExifTags.Base.Orientation, 1))
            if orientation not in _ORIENTATIONS:  # as some cameras write 0, which turns nothing
                orientation = 1
    except Exception as error:  # EXIF data is parsed by Python code, which raises a dozen types
        return 1, damage or _of_exif(f"{type(error).__name__}: {error}")
    return orientation, damage or _of_exif(_texts(found))


def _texts(found: list[warnings.WarningMessage]) -> str:
    return "; ".join(dict.fromkeys(str(warning.message).strip() for warning in found))


def _head(source: Source) -> bytes:
    if isinstance(source, bytes):
        return source[:HEAD]
    with Path(source).open("rb") as file:
        return file.read(HEAD)
