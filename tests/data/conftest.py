"""What the tests of images share."""

from __future__ import annotations

from itertools import product

import pytest
from PIL import ImageCms


@pytest.fixture(scope="session")
def linear_profile() -> bytes:
    """Pillow's sRGB profile, but with curves that are the identity (ICC.1:2010, 10.5)."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for k in range(int.from_bytes(data[128:132], "big")):
        tag = 132 + 12 * k  # its signature, offset and size, of 4 bytes each
        if data[tag + 1 : tag + 4] == b"TRC":
            at = int.from_bytes(data[tag + 4 : tag + 8], "big")
            data[at : at + 12] = b"curv" + bytes(8)  # without entries
            data[tag + 8 : tag + 12] = (12).to_bytes(4, "big")
    return bytes(data)


@pytest.fixture(scope="session")
def ink_profile() -> bytes:
    """A CMYK profile by which L* is 100 (1-C)(1-M)(1-Y)(1-K), and a* and b* are 0.

    A table of the corners, which is interpolated: lut8Type (ICC.1:2010, 10.9).
    """
    corners = [255 if not any(ink) else 0 for ink in product((0, 1), repeat=4)]
    curve = bytes(range(256))
    identity = b"".join((65536 if k % 4 == 0 else 0).to_bytes(4, "big") for k in range(9))
    table = b"".join(bytes((level, 128, 128)) for level in corners)
    lut = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + identity + curve * 4 + table + curve * 3
    lut += bytes(-len(lut) % 4)
    white = b"XYZ " + bytes(4) + b"".join(v.to_bytes(4, "big") for v in (63190, 65536, 54061))
    tags = [(b"wtpt", white), (b"A2B0", lut)]
    offset, index, body = 128 + 4 + 12 * len(tags), len(tags).to_bytes(4, "big"), b""
    for name, data in tags:
        index += name + (offset + len(body)).to_bytes(4, "big") + len(data).to_bytes(4, "big")
        body += data
    header = bytearray(128)
    header[0:4] = (offset + len(body)).to_bytes(4, "big")
    header[8:24] = b"\x02\x40\0\0prtrCMYKLab "
    header[36:40] = b"acsp"
    header[68:80] = b"".join(v.to_bytes(4, "big") for v in (63190, 65536, 54061))
    return bytes(header) + index + body
