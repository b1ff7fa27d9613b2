"""Images to be restored are converted where their meaning is clear, each time with a note."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms, PngImagePlugin

from restorebench.data.colour import to_srgb
from restorebench.data.inputs import read_input
from restorebench.errors import ImageError

RNG = np.random.default_rng(5)
DEEP: NDArray[np.uint16] = RNG.integers(0, 65536, (12, 16, 3), dtype=np.uint16)
EIGHT: NDArray[np.uint8] = (DEEP >> 8).astype(np.uint8)
GREY16 = DEEP[..., 0]
IMAGE = Image.fromarray(EIGHT)
LINEAR_LIGHT = PngImagePlugin.PngInfo()
LINEAR_LIGHT.add(b"gAMA", struct.pack(">I", 100_000))
OPAQUE = Image.fromarray(np.dstack([EIGHT, np.full((12, 16), 255, np.uint8)]))

Save = Callable[[Path], None]


def saved(image: Image.Image, **how: Any) -> Save:
    return lambda path: image.save(path, **how)


def tiff(values: NDArray[Any], **how: Any) -> Save:
    return lambda path: tifffile.imwrite(path, values, **how)


def portable(kind: str, values: NDArray[Any], top: int) -> Save:
    """PPM and PGM (Netpbm): big-endian samples after a header."""
    header = f"{kind}\n16 12\n{top}\n".encode()
    stored = values.astype(">u2" if top > 255 else "u1").tobytes()
    return lambda path: path.write_bytes(header + stored) and None


def plain(kind: str, values: NDArray[Any], top: int) -> Save:
    """PPM and PGM in decimal digits, with a comment among them."""
    digits = " ".join(map(str, values.ravel()))
    return lambda path: path.write_text(f"{kind}\n16 12\n{top}\n# made\n{digits}\n") and None


def float_map(kind: str, values: NDArray[Any], order: str) -> Save:
    """PFM (Debevec): the rows from the bottom, the sign of a number says the order of bytes."""
    header = f"{kind}\n16 12\n{-1.0 if order == '<' else 1.0}\n".encode()
    return lambda path: (
        path.write_bytes(header + values[::-1].astype(f"{order}f4").tobytes()) and None
    )


def no_rows(path: Path) -> None:
    """TIFF of floats whose height (tag 257) is 0."""
    tiff(DEEP / np.float32(65535), photometric="rgb")(path)
    with tifffile.TiffFile(path, mode="r+") as file:
        file.pages.first.tags[257].overwrite(0)


def png16(path: Path) -> None:
    """16-bit RGB, rows under all five filters of PNG (RFC 2083, 6); Pillow writes none such."""
    rows = DEEP.astype(">u2").view(np.uint8).reshape(12, -1).astype(int)
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]])
    left, corner = (np.hstack([np.zeros((12, 6), int), r[:, :-6]]) for r in (rows, above))
    near = np.abs([above - corner, left - corner, left + above - 2 * corner])
    paeth = np.choose(near.argmin(0), [left, above, corner])
    guesses = [np.zeros_like(rows), left, above, (left + above) // 2, paeth]
    lines = [bytes([k % 5, *((rows[k] - guesses[k % 5][k]) % 256)]) for k in range(12)]
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 16, 12, 16, 2, 0, 0, 0))]
    chunks += [(b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PLANES = DEEP.transpose(2, 0, 1)
SIXTEEN_BITS: dict[str, tuple[str, Save]] = {
    "PNG": ("a.png", png16),
    "TIFF": ("a.tif", tiff(DEEP, photometric="rgb")),
    "big-endian TIFF": ("a.tif", tiff(DEEP, photometric="rgb", byteorder=">")),
    "TIFF tiles": ("a.tif", tiff(DEEP, photometric="rgb", tile=(16, 16))),
    "TIFF deflate": (
        "a.tif",
        tiff(DEEP, photometric="rgb", compression="zlib", compressionargs={"level": 6}),
    ),
    "TIFF planes": ("a.tif", tiff(PLANES, photometric="rgb", planarconfig="separate")),
    "TIFF planes in strips": (
        "a.tif",
        tiff(PLANES, photometric="rgb", planarconfig="separate", rowsperstrip=4, byteorder=">"),
    ),
    "PPM": ("a.ppm", portable("P6", DEEP, 65535)),
    "TIFF with opaque alpha": (
        "a.tif",
        tiff(
            np.dstack([DEEP, np.full((12, 16), 65535, np.uint16)]),
            photometric="rgb",
            extrasamples=["unassalpha"],
        ),
    ),
}


@pytest.mark.parametrize(("name", "save"), SIXTEEN_BITS.values(), ids=list(SIXTEEN_BITS))
def test_16_bits_are_kept_as_float32(tmp_path: Path, name: str, save: Save) -> None:
    save(tmp_path / name)
    image = read_input(tmp_path / name)
    assert image.pixels.dtype == np.float32
    np.testing.assert_array_equal(image.pixels, DEEP.transpose(2, 0, 1) / np.float32(65535))
    assert any("65535" in note for note in image.notes)
    assert read_input((tmp_path / name).read_bytes()).notes == image.notes


WITH_WHITE: dict[str, tuple[Save, NDArray[Any]]] = {
    "16-bit grey PNG": (saved(Image.fromarray(GREY16)), GREY16 / 65535),
    "16-bit PGM": (portable("P5", GREY16, 65535), GREY16 / 65535),
    "PGM with a white of 1023": (portable("P5", GREY16 >> 6, 1023), (GREY16 >> 6) / 1023),
    "plain PGM with a white of 1023": (plain("P2", GREY16 >> 6, 1023), (GREY16 >> 6) / 1023),
    "plain PGM with a white of 100": (
        plain("P2", EIGHT[..., 0] % 101, 100),
        EIGHT[..., 0] % 101 / 100,
    ),
    "plain 16-bit PPM": (plain("P3", DEEP, 65535), DEEP / 65535),
    "grey PFM": (float_map("Pf", GREY16 / 65535, "<"), GREY16 / 65535),
    "PFM of colours": (float_map("PF", DEEP / 65535, "<"), DEEP / 65535),
    "big-endian PFM of colours": (float_map("PF", DEEP / 65535, ">"), DEEP / 65535),
    "PPM with a white of 100": (portable("P6", EIGHT % 101, 100), (EIGHT % 101) / 100),
    "TIFF where 0 is white": (tiff(GREY16, photometric="miniswhite"), 1 - GREY16 / 65535),
    "floats": (tiff((DEEP / 65535).astype(np.float32), photometric="rgb"), DEEP / 65535),
    "grey floats": (tiff((GREY16 / 65535).astype(np.float32)), GREY16 / 65535),
    "half floats": (tiff((EIGHT / 256).astype(np.float16), photometric="rgb"), EIGHT / 256),
}


@pytest.mark.parametrize(("save", "expected"), WITH_WHITE.values(), ids=list(WITH_WHITE))
def test_levels_are_divided_by_their_white(tmp_path: Path, save: Save, expected: Any) -> None:
    path = tmp_path / ("a.png" if save is WITH_WHITE["16-bit grey PNG"][0] else "a.tif")
    save(path)
    image = read_input(path)
    channels = np.broadcast_to(expected if expected.ndim == 3 else expected[..., None], (12, 16, 3))
    np.testing.assert_allclose(image.pixels, channels.transpose(2, 0, 1), rtol=0, atol=1e-6)
    assert len(image.notes) == 1


CONVERTED: dict[str, tuple[str, Save, Image.Image, str]] = {
    "grey": ("a.png", saved(IMAGE.convert("L")), IMAGE.convert("L"), "it is grey, converted"),
    "palette": (
        "a.png",
        saved(IMAGE.quantize(16)),
        IMAGE.quantize(16),
        "it is a palette image, converted to RGB",
    ),
    "palette with opaque alpha": (
        "a.png",
        saved(OPAQUE.quantize(16)),
        OPAQUE.quantize(16),
        "its alpha is opaque and was dropped",
    ),
    "one bit": ("a.png", saved(IMAGE.convert("1")), IMAGE.convert("1"), "black and white"),
    "opaque alpha": ("a.png", saved(OPAQUE), IMAGE, "its alpha is opaque and was dropped"),
    "grey with opaque alpha": (
        "a.png",
        saved(OPAQUE.convert("LA")),
        OPAQUE.convert("L"),
        "its alpha is opaque",
    ),
    "planar TIFF of 8 bits": (
        "a.tif",
        tiff(EIGHT.transpose(2, 0, 1), photometric="rgb", planarconfig="separate"),
        IMAGE,
        "",
    ),
    "wrong suffix": ("a.jpg", saved(IMAGE, format="PNG"), IMAGE, ""),
    "sRGB profile": ("a.png", saved(IMAGE, icc_profile=SRGB), IMAGE, ""),
}


@pytest.mark.parametrize(
    ("name", "save", "expected", "note"), CONVERTED.values(), ids=list(CONVERTED)
)
def test_8_bit_images_stay_8_bit(
    tmp_path: Path, name: str, save: Save, expected: Image.Image, note: str
) -> None:
    save(tmp_path / name)
    image = read_input(tmp_path / name)
    assert image.pixels.dtype == np.uint8
    np.testing.assert_array_equal(
        image.pixels, np.asarray(expected.convert("RGB")).transpose(2, 0, 1)
    )
    assert note in " ".join(image.notes)
    assert bool(note) == bool(image.notes)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_images_are_turned_as_their_exif_data_says(
    tmp_path: Path, orientation: int, suffix: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"a{suffix}"
    IMAGE.save(path, exif=exif, **({"lossless": True} if suffix == ".webp" else {}))
    method = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}[orientation]  # as PIL.ImageOps has it
    expected = np.asarray(IMAGE.transpose(Image.Transpose(method))).transpose(2, 0, 1)
    image = read_input(path)
    np.testing.assert_array_equal(image.pixels, expected)
    assert f"orientation {orientation}" in image.notes[-1]


def test_of_a_multi_picture_jpeg_the_first_is_taken(tmp_path: Path) -> None:
    other = Image.fromarray(255 - EIGHT)
    IMAGE.save(tmp_path / "a.jpg", format="MPO", save_all=True, append_images=[other])
    IMAGE.save(tmp_path / "b.jpg")
    image = read_input(tmp_path / "a.jpg")
    np.testing.assert_array_equal(image.pixels, read_input(tmp_path / "b.jpg").pixels)
    assert image.notes == ("the first of its 2 images is taken",)


def test_damaged_exif_data_is_noted(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a maker whose name is longer than four letters"
    IMAGE.save(tmp_path / "a.jpg", exif=exif.tobytes()[:-20])
    image = read_input(tmp_path / "a.jpg")
    assert image.pixels.shape == (3, 12, 16)
    assert image.notes[0].startswith("its EXIF data is damaged")


def test_colours_of_another_profile_become_srgb(tmp_path: Path, linear_profile: bytes) -> None:
    IMAGE.save(tmp_path / "a.png", icc_profile=linear_profile)
    image = read_input(tmp_path / "a.png")
    light = to_srgb(EIGHT.transpose(2, 0, 1) / 255)
    np.testing.assert_allclose(image.pixels / 255, light, rtol=0, atol=1.5 / 255)
    assert "to sRGB" in image.notes[0]


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_inks_with_a_profile_become_srgb(tmp_path: Path, ink_profile: bytes, suffix: str) -> None:
    """Paper is white; half the black ink is L* = 50, which is sRGB 119 (IEC 61966-2-1)."""
    paper, black = (Image.new("CMYK", (16, 16), (0, 0, 0, k)) for k in (0, 128))
    for image, level in ((paper, 255), (black, 119)):
        image.save(tmp_path / f"a{suffix}", icc_profile=ink_profile)
        found = read_input(tmp_path / f"a{suffix}")
        assert abs(found.pixels.astype(int) - level).max() <= 1
        assert "to sRGB" in found.notes[-1]


REFUSED: dict[str, tuple[str, Save, str]] = {
    "transparent": (
        "a.png",
        saved(Image.fromarray(np.dstack([EIGHT, EIGHT[..., 0]]))),
        "is transparent in places.*flatten it",
    ),
    "transparent palette": (
        "a.png",
        saved(IMAGE.quantize(8), transparency=1),
        "is transparent in places",
    ),
    "transparent colour in 16 bits": (
        "a.png",
        saved(Image.fromarray(GREY16), transparency=int(GREY16[0, 0])),
        "has a transparent colour",
    ),
    "a raw file's preview": (
        "a.tif",
        tiff(EIGHT, photometric="rgb", subfiletype=1),
        "begins with a smaller copy of its image",
    ),
    "signed bytes": ("a.tif", tiff(EIGHT[..., 0].astype(np.int8)), "holds signed numbers"),
    "CMYK": ("a.jpg", saved(IMAGE.convert("CMYK")), "is CMYK without a colour profile"),
    "two pages": (
        "a.tif",
        saved(IMAGE, save_all=True, append_images=[IMAGE]),
        "holds 2 frames or pages; save the one",
    ),
    "two pages of floats": (
        "a.tif",
        tiff(np.zeros((2, 12, 16), np.float32), photometric="minisblack"),
        "holds 2 pages",
    ),
    "12 bits in 16": ("a.tif", tiff(DEEP >> 4, photometric="rgb"), "no level above 40.*scaled"),
    "floats up to 255": (
        "a.tif",
        tiff(EIGHT.astype(np.float32), photometric="rgb"),
        r"holds floats in \[0, 255\], whose white is not known",
    ),
    "not a number": (
        "a.tif",
        tiff(np.full((2, 3, 3), np.nan, np.float32), photometric="rgb"),
        "NaN or infinite",
    ),
    "signed": ("a.tif", tiff(GREY16.astype(np.int16)), "cannot be converted"),
    "a fourth channel": (
        "a.tif",
        tiff(np.dstack([EIGHT, EIGHT[..., 0]]), photometric="rgb", extrasamples=["unspecified"]),
        "has 4 channels",
    ),
    "CIE Lab": ("a.tif", saved(IMAGE.convert("LAB")), "is CIE Lab"),
    "damaged profile": ("a.png", saved(IMAGE, icc_profile=b"no profile"), "colour profile"),
    "HEIC": ("a.jpg", lambda p: p.write_bytes(b"\0\0\0\x18ftypheic") and None, "it is HEIC; save"),
    "web page": ("a.png", lambda p: p.write_text("<!DOCTYPE html>") and None, "it is a web page"),
    "truncated": ("a.bmp", lambda p: IMAGE.save(p) or p.write_bytes(p.read_bytes()[:-9]), "trunc"),
    "truncated plain PPM": ("a.ppm", plain("P3", DEEP[1:], 65535), "after 528 of 576 samples"),
    "plain PGM above white": ("a.pgm", plain("P2", GREY16, 1023), "where white is 1023"),
    "truncated PFM": ("a.pfm", float_map("PF", DEEP[1:] / 65535, "<"), "after 2112 of 2304 bytes"),
    "PFM of another white": ("a.pfm", float_map("PF", DEEP, "<"), "whose white is not known"),
    "PFM without rows": ("a.pfm", lambda p: p.write_text("PF\n16 0\n-1\n") and None, "16×0 pixels"),
    "TIFF of floats without rows": ("a.tif", no_rows, "has 16×0 pixels: there is nothing"),
    "levels above white": ("a.ppm", portable("P6", DEEP, 1000), "above its white of 1000"),
    "grey in linear light": (
        "a.png",
        saved(IMAGE.convert("L"), pnginfo=LINEAR_LIGHT),
        "has a gamma of 1 that programs ignore",
    ),
    "truncated PPM": ("a.ppm", portable("P6", DEEP[1:], 65535), "ends after"),
}


@pytest.mark.parametrize(("name", "save", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_not_clear_is_refused_by_name(
    tmp_path: Path, name: str, save: Save, reason: str
) -> None:
    save(tmp_path / name)
    with pytest.raises(ImageError, match=f"(?s){reason}") as caught:
        read_input(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name))


def test_other_colours_of_16_bits_are_refused(tmp_path: Path, linear_profile: bytes) -> None:
    tifffile.imwrite(tmp_path / "a.tif", DEEP, photometric="rgb", iccprofile=linear_profile)
    with pytest.raises(ImageError, match=r"a\.tif has a colour profile that cannot be applied"):
        read_input(tmp_path / "a.tif")


def test_content_has_the_name_that_it_is_given() -> None:
    file = io.BytesIO()
    IMAGE.convert("CMYK").save(file, "JPEG")
    with pytest.raises(ImageError, match=r"^row 7 of x is CMYK"):
        read_input(file.getvalue(), "row 7 of x")
