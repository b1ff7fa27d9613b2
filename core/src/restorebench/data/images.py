"""Images in files: read strictly, written whole or not at all."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from restorebench.atomic import replacing
from restorebench.errors import ImageError
from restorebench.types import Pixels

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")
"""Files that count as images, in the order in which they are looked for."""

_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF")

_MODES = {
    "1": "1-bit black and white",
    "L": "grey",
    "LA": "grey with alpha",
    "La": "grey with alpha",
    "P": "a palette image",
    "PA": "a palette image with alpha",
    "RGBA": "RGB with alpha",
    "RGBa": "RGB with alpha",
    "CMYK": "CMYK",
    "YCbCr": "YCbCr",
    "LAB": "CIE Lab",
    "HSV": "HSV",
    "F": "floating point",
}


def read_image(path: str | Path) -> Pixels:
    """An 8-bit RGB image, ``(3, H, W)``, exactly as it is in the file.

    Nothing is converted, rotated or resized. Raises `ImageError`, which names the file, for
    whatever is not one upright 8-bit RGB image: absent, empty, damaged, grey, palette, alpha,
    CMYK, 16 bit, animated, to be rotated by its EXIF data, or too large to be meant.
    """
    path = Path(path)
    _check_file(path)
    return _decoded(path, path, _FORMATS)


def decode_image(data: bytes, name: str, formats: Collection[str] = _FORMATS) -> Pixels:
    """An 8-bit RGB image, ``(3, H, W)``, from a file's content; as strict as `read_image`.

    `formats` are Pillow's names of those that are tried. Check the size in the header first where
    `data` is a stranger's. Raises `ImageError`, which calls the image `name`.
    """
    return _decoded(BytesIO(data), name, formats)


def write_image(path: str | Path, pixels: Pixels) -> None:
    """Write ``(3, H, W)`` 8-bit RGB as PNG, making folders as needed.

    The file appears whole or not at all: it is written beside its place and moved there. Raises
    `ImageError` for other pixels and for other suffixes than ``.png``.
    """
    path = Path(path)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[0] != 3 or 0 in pixels.shape:
        msg = f"cannot write {path}: {pixels.dtype} of shape {pixels.shape} is not uint8 (3, H, W)"
        raise ImageError(msg)
    if path.suffix.lower() != ".png":
        msg = f"cannot write {path}: images are written losslessly, so its name must end in .png"
        raise ImageError(msg)
    with replacing(path) as part:
        Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0))).save(part, "PNG")


def list_images(folder: str | Path) -> dict[str, Path]:
    """The images directly in a folder, by stem, sorted; hidden files and other suffixes are not.

    Raises `ImageError` if it is no folder, or if two names differ only in suffix or case.
    """
    folder = Path(folder)
    if not folder.is_dir():
        msg = f"{folder} is not a folder of images"
        raise ImageError(msg)
    found: dict[str, Path] = {}
    for path in _images(folder):
        other = found.setdefault(path.stem.lower(), path)
        if other is not path:
            raise ImageError(_ambiguous(folder, other, path))
    return {path.stem: path for path in found.values()}


def find_image(folder: str | Path, stem: str) -> Path | None:
    """The image directly in `folder` of that name without suffix, or None.

    Raises `ImageError` if several are called so (by suffix or case); which others there are does
    not matter.
    """
    folder = Path(folder)
    if not folder.is_dir():
        return None
    alike = [p for p in _images(folder) if p.stem.lower() == stem.lower()]
    if len(alike) > 1:
        raise ImageError(_ambiguous(folder, alike[0], alike[1]))
    return next((path for path in alike if path.stem == stem), None)


def _images(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir(), key=lambda path: path.name)
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    ]


def _ambiguous(folder: Path, one: Path, other: Path) -> str:
    return f"{folder} has both {one.name} and {other.name}: which is meant? Remove one"


def _check_file(path: Path) -> None:
    if path.is_dir():
        msg = f"{path} is a folder, not an image"
    elif not path.exists():
        msg = f"{path} does not exist"
    elif path.stat().st_size == 0:
        msg = f"{path} is empty (0 bytes); was it still being written, or is the disk full?"
    else:
        return
    raise ImageError(msg)


def _decoded(source: Path | BytesIO, name: object, formats: Collection[str]) -> Pixels:
    try:
        with warnings.catch_warnings():
            # What Pillow warns of (possible bombs, damaged metadata) is not let through here.
            warnings.simplefilter("error")
            with Image.open(source, formats=tuple(formats)) as image:
                _check_image(name, image)
                return np.ascontiguousarray(np.asarray(image).transpose(2, 0, 1))
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        msg = f"{name} has more pixels than Pillow's limit against decompression bombs: {error}"
        raise ImageError(msg) from error
    except Exception as error:  # Pillow's decoders raise a dozen types on damaged files
        msg = f"{name} cannot be read as an image ({type(error).__name__}: {error})"
        raise ImageError(f"{msg}; make or copy it again, as 8-bit RGB PNG") from error


def _check_image(path: object, image: Image.Image) -> None:
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        msg = f"{path} holds {frames} frames or pages; save the one that is meant as a file"
        raise ImageError(msg)
    if image.mode != "RGB" or "transparency" in image.info:
        what = "RGB with a transparent colour" if image.mode == "RGB" else _kind(image.mode)
        msg = f"{path} is {what} ({image.format}, mode {image.mode}); convert it to 8-bit RGB"
        raise ImageError(msg)
    if "RGB;16" in str(getattr(image, "tile", "")):  # Pillow calls this RGB and drops 8 bits
        msg = f"{path} has 16 bits per channel ({image.format}); convert it to 8-bit RGB"
        raise ImageError(msg)
    turn = image.getexif().get(ExifTags.Base.Orientation, 1)
    if turn != 1:
        msg = f"{path} is stored turned (EXIF orientation {turn}), which only some programs heed"
        raise ImageError(f"{msg}; save it upright, without that tag")


def _kind(mode: str) -> str:
    if mode.startswith("I"):
        return "16 or 32 bit grey"
    return _MODES.get(mode, f"of mode {mode}")
