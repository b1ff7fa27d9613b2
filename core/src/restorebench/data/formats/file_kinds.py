"""What a file is that is not a readable image, from its first bytes."""

from __future__ import annotations

_KINDS = (
    (b"ftyphe", 4, "it is HEIC"),
    (b"ftypmif", 4, "it is HEIF"),
    (b"ftypmsf", 4, "it is HEIF"),
    (b"ftypavi", 4, "it is AVIF"),
    (b"\x00\x00\x00\x0cjP  ", 0, "it is JPEG 2000"),
    (b"\xff\x4f\xff\x51", 0, "it is JPEG 2000"),
    (b"\xff\x0a", 0, "it is JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", 0, "it is JPEG XL"),
    (b"\x76\x2f\x31\x01", 0, "it is OpenEXR"),
    (b"PF\n", 0, "it is a portable float map (PFM)"),
    (b"#?RADIANCE", 0, "it is Radiance HDR"),
    (b"\x93NUMPY", 0, "it is an array of NumPy"),
    (b"8BPS", 0, "it is a Photoshop document"),
    (b"%PDF", 0, "it is a PDF"),
    (b"PK\x03\x04", 0, "it is a zip file"),
    (b"version https://git-lfs", 0, "it is a pointer of Git LFS; fetch it by 'git lfs pull'"),
    (b"<!doctype html", 0, "it is a web page, as of a download that failed"),
    (b"<html", 0, "it is a web page, as of a download that failed"),
    (b"<svg", 0, "it is SVG"),
    (b"<?xml", 0, "it is XML, as of a download that failed"),
    (b"{", 0, "it is JSON, as of a download that failed"),
    (b"\x1f\x8b", 0, "it is compressed by gzip; unpack it"),
    (b"\x00\x05\x16\x07", 0, "it is what macOS keeps beside a file (._), not the file"),
    (b"\x89PNG\r\n\x1a\n", 0, "it is PNG, but damaged"),
    (b"\xff\xd8\xff", 0, "it is JPEG, but damaged"),
    (b"WEBP", 8, "it is WebP, but damaged"),
    (b"GIF8", 0, "it is GIF, but damaged"),
    (b"P7\n", 0, "it is PAM"),
    (b"II*\x00", 0, "it is TIFF of a kind that cannot be decoded here"),
    (b"MM\x00*", 0, "it is TIFF of a kind that cannot be decoded here"),
)
"""First bytes in any case of letters, where they stand, and what they say."""

_BOM = b"\xef\xbb\xbf"

HEAD = 32
"""Bytes that `kind_of_file` looks at."""


def kind_of_file(head: bytes) -> str:
    """A clause about a file that begins with `head`."""
    low = head.lower()
    if low[:1].isspace() or low.startswith(_BOM):
        low = low.removeprefix(_BOM).lstrip()
    known = (what for magic, at, what in _KINDS if low[at:].startswith(magic.lower()))
    return next(known, f"it begins with {head[:8]!r}, as no image does that is known here")
