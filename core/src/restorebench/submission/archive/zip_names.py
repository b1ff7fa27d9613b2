"""The name of a zip entry, which its header may give in an unstated encoding, and twice."""

from __future__ import annotations

import struct
import zipfile
import zlib

_IS_UTF8 = 0x800
"""The flag of APPNOTE.TXT 4.4.4 by which a name is said to be UTF-8; without it it is cp437."""
_UNICODE_PATH = 0x7075
"""The extra field of APPNOTE.TXT 4.6.9: version, CRC of the header's name, name in UTF-8."""
_CODE_PAGES = ("cp437", "cp850", "cp1252", "latin-1")
"""What programs write instead of UTF-8, without saying so."""


def member_name(info: zipfile.ZipInfo) -> str:
    """The name that is meant: UTF-8 wherever it is that, flagged or not, as Info-ZIP writes it."""
    raw = _raw(info)
    if raw is None:
        return info.orig_filename
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = info.orig_filename
    given = _unicode_path(info.extra, raw)
    return given if given is not None and _is_same(given, raw, name) else name


def has_two_names(info: zipfile.ZipInfo) -> bool:
    """Whether programs may take the entry for one of two names that differ."""
    raw, name = _raw(info), member_name(info)
    bytes_of = name.encode("utf-8", "surrogatepass") if raw is None else raw
    given = _unicode_path(info.extra, bytes_of)
    if given is None:
        return "\0" in info.orig_filename or _has_field(info.extra)
    return "\0" in info.orig_filename or not _is_same(given, bytes_of, name)


def _raw(info: zipfile.ZipInfo) -> bytes | None:
    """The bytes of a name of unstated encoding; None for one that is said to be UTF-8."""
    return None if info.flag_bits & _IS_UTF8 else info.orig_filename.encode("cp437")


def _is_same(given: str, raw: bytes, name: str) -> bool:
    """Whether `given` is the name that the header's bytes spell, in one encoding or another."""
    spelt = {name, *(raw.decode(page, "replace") for page in _CODE_PAGES if not raw.isascii())}
    return given in spelt


def _has_field(extra: bytes) -> bool:
    return any(kind == _UNICODE_PATH for kind, _ in _fields(extra))


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the extra field, if it is one for this header's name."""
    checksum = struct.pack("<BI", 1, zlib.crc32(raw))
    for kind, data in _fields(extra):
        if kind == _UNICODE_PATH and data.startswith(checksum):
            return data[len(checksum) :].decode("utf-8", "replace")
    return None


def _fields(extra: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        found.append((kind, extra[at + 4 : at + 4 + length]))
        at += 4 + length
    return found
