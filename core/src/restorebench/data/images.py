"""Images in files: read strictly, written whole or not at all."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, TiffImagePlugin

from restorebench.atomic import replacing
from restorebench.errors import ImageError
from restorebench.types import Pixels

SUFFIXES = (".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".tif", ".tiff", ".webp", ".ppm")
"""How the names of images end, in any case."""

_FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF", "PPM")

_MODES = {
    "1": "1-bit black and white",
    "L": "grey",
    "RGB": "RGB",
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
    return _decoded(Path(path), path)


def decode_image(data: bytes, name: str, formats: Collection[str] = _FORMATS) -> Pixels:
    """An 8-bit RGB image, ``(3, H, W)``, from a file's content; as strict as `read_image`.

    `formats` are Pillow's names of those that are tried. Check the size in the header first where
    `data` is untrusted. Raises `ImageError`, which calls the image `name`.
    """
    return _decoded(BytesIO(data), name, formats)


@contextmanager
def opened(
    source: Path | BytesIO, name: object, remedy: str, formats: Collection[str] = _FORMATS
) -> Iterator[Image.Image]:
    """The one upright image of any mode that a file holds.

    Raises `ImageError`, which calls it `name`, where there is none, and where the block cannot
    decode it: `remedy` is then what to save it as.
    """
    if isinstance(source, Path):
        _check_file(source)
    try:
        with warnings.catch_warnings():
            # What Pillow warns of (possible bombs, damaged metadata) is not let through here.
            warnings.simplefilter("error")
            with Image.open(source, formats=tuple(formats)) as image:
                _check_image(name, image)
                yield image
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        msg = f"{name} has more pixels than Pillow's limit against decompression bombs: {error}"
        raise ImageError(msg) from error
    except Exception as error:  # Pillow's decoders raise a dozen types on damaged files
        msg = f"{name} cannot be read as an image ({type(error).__name__}: {error})"
        raise ImageError(f"{msg}; make or copy it again, as {remedy}") from error


def kind(image: Image.Image) -> str:
    """What sort of image it is, in words."""
    if image.mode.startswith("I"):
        return "16 or 32 bit grey"
    if "transparency" in image.info and image.mode in {"L", "RGB"}:
        return f"{_MODES[image.mode]} with a transparent colour"
    return _MODES.get(image.mode, f"of mode {image.mode}")


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


def _decoded(source: Path | BytesIO, name: object, formats: Collection[str] = _FORMATS) -> Pixels:
    with opened(source, name, "8-bit RGB PNG", formats) as image:
        if image.mode != "RGB" or "transparency" in image.info:
            msg = f"{name} is {kind(image)} ({image.format}, mode {image.mode})"
            raise ImageError(f"{msg}; convert it to 8-bit RGB")
        return np.ascontiguousarray(np.asarray(image).transpose(2, 0, 1))


def _check_image(name: object, image: Image.Image) -> None:
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        msg = f"{name} holds {frames} frames or pages; save the one that is meant as a file"
        raise ImageError(msg)
    if image.mode == "RGB" and _bits(image) > 8:  # of which Pillow would drop some
        msg = (
            f"{name} has {_bits(image)} bits per channel ({image.format}); convert it to 8-bit RGB"
        )
        raise ImageError(msg)
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    if orientation != 1:
        msg = f"{name} has EXIF orientation {orientation}, which some programs ignore"
        raise ImageError(f"{msg}; save it upright, without that tag")


def _bits(image: Image.Image) -> int:
    """The bits per channel of an image of mode RGB."""
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return int(max(image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (8,))))
    return 16 if "RGB;16" in str(getattr(image, "tile", "")) else 8
