"""Images are read as they are or refused with a reason that names the file."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image, ImageCms

from restorebench.data.images import read_image, write_image
from restorebench.errors import ImageError, ImageWarning
from restorebench.types import Pixels

PIXELS: Pixels = np.random.default_rng(8).integers(0, 256, (3, 12, 16), dtype=np.uint8)
IMAGE = Image.fromarray(np.ascontiguousarray(PIXELS.transpose(1, 2, 0)))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG file from its header's fields (RFC 2083) and its unpacked rows."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunks + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def as_mode(mode: str, suffix: str = ".png") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        IMAGE.convert(mode).save(folder / f"bad{suffix}")
        return folder / f"bad{suffix}"

    return make


def from_bytes(content: bytes, name: str = "bad.png") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def good_bytes(folder: Path) -> bytes:
    IMAGE.save(folder / "good.png")
    return (folder / "good.png").read_bytes()


def truncated(folder: Path) -> Path:
    return from_bytes(good_bytes(folder)[:200])(folder)


def bit_rot(folder: Path) -> Path:
    content = bytearray(good_bytes(folder))
    content[80] ^= 0xFF
    return from_bytes(bytes(content))(folder)


def truncated_jpeg(folder: Path) -> Path:
    Image.fromarray(np.zeros((64, 64, 3), np.uint8)).save(folder / "whole.jpg")
    whole = (folder / "whole.jpg").read_bytes()
    return from_bytes(whole[:-40], "bad.jpg")(folder)


def animated(suffix: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        other = Image.fromarray(255 - np.asarray(IMAGE))
        IMAGE.save(folder / f"bad{suffix}", save_all=True, append_images=[other])
        return folder / f"bad{suffix}"

    return make


def turned(folder: Path) -> Path:
    exif = Image.Exif()
    exif[0x0112] = 6
    IMAGE.save(folder / "bad.jpg", exif=exif)
    return folder / "bad.jpg"


def transparent_colour(folder: Path) -> Path:
    IMAGE.save(folder / "bad.png", transparency=(1, 2, 3))
    return folder / "bad.png"


def a_folder(folder: Path) -> Path:
    (folder / "bad.png").mkdir()
    return folder / "bad.png"


def planar_tiff(folder: Path) -> Path:
    """Three planes of 16 bits one after the other, which Pillow reads as 8 bits."""
    planes = PIXELS.astype(np.uint16) * 257
    tifffile.imwrite(folder / "bad.tif", planes, photometric="rgb", planarconfig="separate")
    return folder / "bad.tif"


def wide_bmp(folder: Path) -> Path:
    """16 bits per pixel: 5, 6 and 5 of red, green and blue, which decoders expand differently."""
    masks = struct.pack("<III", 0xF800, 0x07E0, 0x001F)
    header = struct.pack("<IiiHHIIiiII", 40, 2, 1, 1, 16, 3, 4, 0, 0, 0, 0) + masks
    return from_bytes(b"BM" + struct.pack("<IHHI", 70, 0, 0, 66) + header + bytes(4))(folder)


def fourth_channel(folder: Path) -> Path:
    values = np.dstack([PIXELS.transpose(1, 2, 0), PIXELS[0]])
    how = {"photometric": "rgb", "extrasamples": ["unspecified"]}
    tifffile.imwrite(folder / "bad.tif", values, **how)
    return folder / "bad.tif"


def multi_picture(folder: Path) -> Path:
    IMAGE.save(folder / "bad.jpg", format="MPO", save_all=True, append_images=[IMAGE])
    return folder / "bad.jpg"


LINEAR_LIGHT = png(1, 1, 8, 2, b"\0abc", chunk(b"gAMA", struct.pack(">I", 100_000)))
DEEP_PPM = b"P6\n2 1\n65535\n" + bytes(range(12))
DISPLAY_P3 = png(1, 1, 8, 2, b"\0abc", chunk(b"cICP", bytes((12, 13, 0, 1))))
P3_PRIMARIES = struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
WIDE_GAMUT = png(1, 1, 8, 2, b"\0abc", chunk(b"cHRM", P3_PRIMARIES))
SIXTEEN_BIT_RGB = png(2, 2, 16, 2, (b"\0" + bytes(range(12))) * 2)
BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "absent": (lambda folder: folder / "bad.png", "does not exist"),
    "folder": (a_folder, "is a folder"),
    "empty": (from_bytes(b""), "is empty"),
    "text": (from_bytes(b"<html>404</html>"), "cannot be read as an image"),
    "truncated PNG": (truncated, "cannot be read as an image"),
    "truncated JPEG": (truncated_jpeg, "cannot be read as an image.*truncated"),
    "bit rot": (bit_rot, "cannot be read as an image"),
    "grey": (as_mode("L"), "is grey .*convert it to 8-bit RGB"),
    "grey and alpha": (as_mode("LA"), "is grey with alpha .*convert it to 8-bit RGB"),
    "black and white": (as_mode("1"), "is 1-bit black and white .*convert it to 8-bit RGB"),
    "palette": (as_mode("P"), "is a palette image .*convert it to 8-bit RGB"),
    "alpha": (as_mode("RGBA"), "is RGB with alpha .*convert it to 8-bit RGB"),
    "transparent colour": (transparent_colour, "transparent colour.*convert it to 8-bit RGB"),
    "CMYK": (as_mode("CMYK", ".jpg"), "is CMYK .*convert it to 8-bit RGB"),
    "16-bit grey": (as_mode("I;16"), "is 16 or 32 bit grey .*convert it to 8-bit RGB"),
    "16-bit RGB": (from_bytes(SIXTEEN_BIT_RGB), "has 16 bits per channel.*convert it to 8-bit"),
    "16-bit planes": (planar_tiff, "has 16 bits per channel.*convert it to 8-bit"),
    "16-bit PPM": (from_bytes(DEEP_PPM, "bad.ppm"), "has 16 bits per channel.*8-bit RGB"),
    "PPM of another white": (
        from_bytes(b"P6\n1 1\n100\nabc", "bad.ppm"),
        "has levels up to 100, not 255.*convert it to 8-bit RGB",
    ),
    "5 and 6 bits": (wide_bmp, "has 5 bits per channel"),
    "a fourth channel": (fourth_channel, "has 4 channels"),
    "linear light": (from_bytes(LINEAR_LIGHT), "has a gamma of 1 that programs ignore"),
    "Display P3": (from_bytes(DISPLAY_P3), "not sRGB, as its chunk cICP says .12, 13, 0, 1"),
    "wide gamut": (from_bytes(WIDE_GAMUT), "has primary colours of its own"),
    "multi-picture JPEG": (multi_picture, "holds 2 frames"),
    "HEIC": (from_bytes(b"\0\0\0\x18ftypheic"), "it is HEIC; save it as 8-bit RGB PNG"),
    "HEIC of another brand": (from_bytes(b"\0\0\0\x18ftyphevx"), "it is HEIC"),
    "web page": (from_bytes(b"\xef\xbb\xbf\n <!DOCTYPE html>"), "it is a web page"),
    "error of a server": (from_bytes(b"<?xml version='1.0'?><Error>"), "it is XML"),
    "what macOS keeps": (from_bytes(b"\0\5\x16\7\0\2\0\0"), "what macOS keeps beside a file"),
    "float": (as_mode("F", ".tiff"), "is floating point .*convert it to 8-bit RGB"),
    "animated PNG": (animated(".png"), "holds 2 frames"),
    "animated GIF": (animated(".gif"), "holds 2 frames"),
    "pages": (animated(".tif"), "holds 2 frames or pages"),
    "turned": (turned, "has EXIF orientation 6, which some programs ignore"),
    "bomb": (from_bytes(png(60_000, 60_000, 8, 2, b"")), "decompression bombs"),
    "half a bomb": (from_bytes(png(10_000, 10_000, 8, 2, b"")), "decompression bombs"),
}


@pytest.mark.parametrize(("make", "reason"), BAD.values(), ids=list(BAD))
def test_only_8_bit_rgb_images_are_accepted(
    tmp_path: Path, make: Callable[[Path], Path], reason: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(ImageError, match=f"(?s){re.escape(str(path))} .*{reason}") as caught:
        read_image(path)
    assert str(caught.value).startswith(str(path))


def test_another_colour_profile_is_refused_and_srgb_is_not(
    tmp_path: Path, linear_profile: bytes
) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    IMAGE.save(tmp_path / "a.png", icc_profile=srgb)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), PIXELS)
    IMAGE.save(tmp_path / "a.png", icc_profile=linear_profile)
    with pytest.raises(ImageError, match=r"a\.png has a colour profile .* convert its colours to"):
        read_image(tmp_path / "a.png")


@pytest.mark.parametrize("damage", [lambda exif: exif[:-20], lambda exif: exif[:6] + b"junk"])
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_damaged_exif_data_is_a_warning_where_pixels_are_whole(
    tmp_path: Path, damage: Callable[[bytes], bytes], suffix: str
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "a maker whose name is longer than four letters"
    how: dict[str, Any] = {} if suffix == ".jpg" else {"lossless": True}
    IMAGE.save(tmp_path / f"whole{suffix}", **how)
    IMAGE.save(tmp_path / f"a{suffix}", exif=damage(exif.tobytes()), **how)
    with pytest.warns(ImageWarning, match=rf"a{suffix}: its EXIF data is damaged"):
        pixels = read_image(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(pixels, read_image(tmp_path / f"whole{suffix}"))


@pytest.mark.parametrize("kind", [b"tEXt", b"tIME", b"eXIf"])
def test_damaged_metadata_is_a_warning_where_pixels_are_whole(tmp_path: Path, kind: bytes) -> None:
    extra = chunk(b"gAMA", struct.pack(">I", 45_455)) + chunk(kind, b"a\0b")[:-1] + b"!"
    path = from_bytes(png(1, 1, 8, 2, b"\0abc", extra), "a.png")(tmp_path)
    with pytest.warns(ImageWarning, match=rf"a\.png: .* damaged .*{kind.decode()} is wrong"):
        assert bytes(read_image(path)) == b"abc"


def test_damaged_metadata_that_pixels_depend_on_is_refused(tmp_path: Path) -> None:
    extra = chunk(b"gAMA", struct.pack(">I", 45_455))[:-1] + b"!"
    with pytest.raises(ImageError, match="it is PNG, but damaged"):
        read_image(from_bytes(png(1, 1, 8, 2, b"\0abc", extra))(tmp_path))


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_an_orientation_that_no_program_knows_turns_nothing(
    tmp_path: Path, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    IMAGE.save(tmp_path / "a.png", exif=exif)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), PIXELS)


def test_a_file_that_may_not_be_read_is_said_to_be_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    IMAGE.save(tmp_path / "a.png")

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Image, "open", forbidden)  # tests may run as root, who may read all
    with pytest.raises(ImageError, match=r"a\.png cannot be read .Permission denied"):
        read_image(tmp_path / "a.png")


def test_content_is_read_as_its_file_is(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read_image(good_bytes(tmp_path)), PIXELS)
    with pytest.raises(ImageError, match=r"^row 3 cannot be read as an image"):
        read_image(good_bytes(tmp_path)[:90], "row 3")


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folders" / "a.png"
    write_image(path, PIXELS)
    again = read_image(path)
    assert again.dtype == np.uint8
    np.testing.assert_array_equal(again, PIXELS)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".webp"])
def test_other_lossless_files_hold_the_same_pixels(tmp_path: Path, suffix: str) -> None:
    IMAGE.save(tmp_path / f"a{suffix}", **({"lossless": True} if suffix == ".webp" else {}))
    np.testing.assert_array_equal(read_image(tmp_path / f"a{suffix}"), PIXELS)


def test_jpeg_is_read_without_turning_or_scaling(tmp_path: Path) -> None:
    IMAGE.save(tmp_path / "a.jpg", quality=95)
    assert read_image(str(tmp_path / "a.jpg")).shape == (3, 12, 16)


def test_writing_replaces_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_image(tmp_path / "a.png", PIXELS)
    write_image(tmp_path / "a.png", 255 - PIXELS)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), 255 - PIXELS)


def test_a_failing_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(self: Image.Image, file: Path, kind: str) -> None:
        Path(file).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    write_image(tmp_path / "a.png", PIXELS)
    monkeypatch.setattr(Image.Image, "save", full_disk)
    with pytest.raises(OSError, match="No space left"):
        write_image(tmp_path / "a.png", 255 - PIXELS)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), PIXELS)


@pytest.mark.parametrize(
    "wrong", [PIXELS[:1], PIXELS[None], PIXELS[:, :0], PIXELS.astype(np.float32)]
)
def test_only_8_bit_rgb_is_written(tmp_path: Path, wrong: Pixels) -> None:
    with pytest.raises(ImageError, match=r"cannot write .*a\.png"):
        write_image(tmp_path / "a.png", wrong)
    assert not list(tmp_path.iterdir())


def test_lossy_suffixes_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"a\.jpg.*must end in \.png"):
        write_image(tmp_path / "a.jpg", PIXELS)
