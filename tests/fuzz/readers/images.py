"""Images, masks and depth."""

from __future__ import annotations

import io

import numpy as np
import tifffile
from PIL import Image

from readers.reader import Reader
from restorebench.data.images import read_image
from restorebench.data.inputs import read_input
from restorebench.data.layouts.fields.depth import read_depth
from restorebench.data.layouts.fields.masks import read_mask

SIZE = (24, 32)
"""Height and width of the images among the seeds."""


def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (*SIZE, 3), dtype=np.uint8)


def image(mode: str = "RGB", kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels()).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


def images() -> list[bytes]:
    exif = Image.Exif()
    exif[0x0112] = 6
    modes = [image(mode) for mode in ("RGB", "L", "P", "RGBA")]
    formats = [image(kind=kind) for kind in ("JPEG", "TIFF", "BMP", "PPM", "WEBP")]
    return [*modes, *formats, image(exif=exif), image(kind="JPEG", exif=exif), *deep_images()]


def deep_images() -> list[bytes]:
    """16 bits and floats: two kinds of TIFF, PNG, plain PGM, PFM."""
    levels = np.random.default_rng(0).integers(0, 65536, (*SIZE, 3), dtype=np.uint16)
    floats = (levels / np.float32(65535)).astype("<f4")
    files = [io.BytesIO() for _ in range(3)]
    tifffile.imwrite(files[0], floats, photometric="rgb")
    planes = {"photometric": "rgb", "planarconfig": "separate"}
    tifffile.imwrite(files[1], levels.transpose(2, 0, 1), **planes)
    Image.fromarray(levels[..., 0]).save(files[2], "PNG")
    plain = b"P2\n32 24\n65535\n" + " ".join(map(str, levels[..., 0].flat)).encode()
    pfm = b"PF\n32 24\n-1.0\n" + floats.tobytes()
    return [*(file.getvalue() for file in files), plain, pfm]


def depths() -> list[bytes]:
    stream = io.BytesIO()
    np.save(stream, np.ones(SIZE, np.float32))
    return [stream.getvalue(), image("I;16", "PNG"), image("F", "TIFF")]


READERS = (
    Reader("image", images, read_image),
    Reader("input", images, read_input),
    Reader("mask", images, lambda data: read_mask(data, SIZE)),
    Reader("depth", depths, lambda data: read_depth(data, SIZE, 0.001)),
)
