"""What the tests of images share."""

from __future__ import annotations

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
