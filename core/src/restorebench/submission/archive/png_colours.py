"""What an upload's PNG says of its colours.

Challenge servers score values as they are, so it is told, not refused. No chunk reaches a library
that interprets profiles.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

from restorebench.data.formats.image_kind import unlike_srgb

_LARGEST = 1 << 20
"""Bytes of a profile that are looked at."""


class Colours:
    """The chunks that say what values mean, of which later ones override earlier ones."""

    def __init__(self) -> None:
        self._info: dict[str, Any] = {}

    def take(self, kind: bytes, content: memoryview) -> None:
        """Note a chunk; others than those of colours, and malformed ones, are passed over."""
        if kind == b"cICP":
            self._info["cicp"] = bytes(content)
        elif kind == b"sRGB":
            self._info["srgb"] = True
        elif kind == b"iCCP":
            self._info["icc_profile"] = _profile(content)
        elif kind == b"gAMA" and len(content) == 4:
            self._info["gamma"] = struct.unpack(">I", content)[0] / 1e5
        elif kind == b"cHRM" and len(content) == 32:
            self._info["chromaticity"] = [n / 1e5 for n in struct.unpack(">8I", content)]

    def unlike_srgb(self) -> str:
        """In what values are said to differ from sRGB ones, or ``""``."""
        if other := unlike_srgb(self._info):
            return other
        profile = self._info.get("icc_profile", b"sRGB")
        named = any(text in profile for text in (b"sRGB", "sRGB".encode("utf-16-be")))
        return "" if named else "a colour profile that does not call itself sRGB (iCCP)"


def _profile(content: memoryview) -> bytes:
    """The name of a profile and its beginning; what is not deflated is left out."""
    name, _, packed = bytes(content).partition(b"\0")
    try:
        return name + zlib.decompressobj().decompress(packed[1:], _LARGEST)
    except zlib.error:
        return name
