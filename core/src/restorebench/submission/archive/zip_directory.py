"""A zip file's table of contents: what it gives away before anything is unpacked."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from restorebench.submission.archive.finding import Finding, UploadError
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.names import (
    check_name,
    collisions,
    is_archive,
    is_litter,
    is_ours,
)
from restorebench.submission.archive.zip_names import has_two_names, member_name

_AGAIN = "make it again with an ordinary zip program"
_END = struct.Struct("<4s4H2LH")  # the end-of-central-directory record, APPNOTE.TXT 4.3.16
_LOCAL = 30  # bytes of a local header before name and extra field, APPNOTE.TXT 4.3.7
_ENCRYPTED = 0x1 | 0x40 | 0x2000  # flag bits of APPNOTE.TXT 4.4.4: encrypted, strongly, masked

# Of the methods that zipfile knows, bzip2 and LZMA are unpacked without a bound on the output of
# one step: a few bytes can become gigabytes before they are counted.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OTHERS = {9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}


def directory_findings(
    archive: zipfile.ZipFile, file: BinaryIO, limits: Limits
) -> Iterator[Finding]:
    """What is wrong with the archive as a whole."""
    infos = archive.infolist()
    if not infos:
        yield Finding("fatal", "", "holds no file", "put the images into its root")
        return
    if len(infos) > limits.members:
        what = f"holds {len(infos):,} files and folders; {limits.members:,} are accepted"
        yield Finding("fatal", "", what, "hand in the images of this test set alone")
    if (before := min(info.header_offset for info in infos)) > 0:
        yield Finding("fatal", "", f"begins with {before:,} bytes that are not of a zip", _AGAIN)
    if (after := _after_end(file)) > 0:
        yield Finding("fatal", "", f"has {after:,} bytes after its end", _AGAIN)
    total = sum(info.file_size for info in infos)
    if total > limits.total_bytes:
        what = f"unpacks to {total:,} bytes; {limits.total_bytes:,} are accepted"
        yield Finding("fatal", "", what, "hand in the images of this test set alone")
    yield from _overlaps(infos)
    yield from collisions((member_name(info) for info in infos), limits)


def member_findings(info: zipfile.ZipInfo, limits: Limits) -> Iterator[Finding]:
    """What is wrong with one entry, in the words of its own header."""
    name = member_name(info)
    try:
        _check(info, limits)
    except UploadError as error:
        yield error.about(name)
        return
    if is_litter(name) or is_ours(name):
        return
    if name.endswith("/"):
        yield Finding("warning", name, "is a folder; it is ignored", "images go into the root")
    elif is_archive(name):
        do = "unpack it, and zip the images themselves"
        yield Finding("fatal", name, "is an archive inside the archive; it is never opened", do)


def _check(info: zipfile.ZipInfo, limits: Limits) -> None:
    check_name(member_name(info), limits)
    if has_two_names(info):
        what = "has two names, of which programs choose as they like"
        raise UploadError(what, f"{_AGAIN}, with plain names", "fatal")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        what = "is a symbolic link" if kind == stat.S_IFLNK else "is a device, pipe or socket"
        raise UploadError(what, "put in the file itself", "fatal")
    if info.flag_bits & _ENCRYPTED:
        raise UploadError("is encrypted", "zip without a password", "fatal")
    if info.compress_type not in _METHODS:
        method = _OTHERS.get(info.compress_type, f"method {info.compress_type}")
        what = f"is compressed by {method}; only 'store' and 'deflate' are accepted"
        raise UploadError(what, _AGAIN, "fatal")
    if info.file_size > limits.ratio_floor and _ratio(info) > limits.ratio:
        what = f"unpacks to {_ratio(info):,.0f} times its size, as a zip bomb does"
        raise UploadError(what, "save it again as PNG", "fatal")


def _ratio(info: zipfile.ZipInfo) -> float:
    return info.file_size / max(info.compress_size, 1)


def _overlaps(infos: list[zipfile.ZipInfo]) -> Iterator[Finding]:
    """Entries that share bytes: with them a small file holds any number of large members."""
    end, before = 0, ""
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            what = f"shares its bytes with {before!r:.100}, as in a zip bomb"
            yield Finding("fatal", member_name(info), what, _AGAIN)
        else:
            before = member_name(info)
        end = max(end, info.header_offset + _LOCAL + info.compress_size)


def _after_end(file: BinaryIO) -> int:
    """Bytes after the archive's end, which zipfile passes over in silence."""
    size = file.seek(0, 2)
    window = min(size, _END.size + 0xFFFF)
    file.seek(size - window)
    at = file.read(window).rfind(b"PK\5\6")
    file.seek(size - window + at)
    declared = _END.unpack(file.read(_END.size))[-1]
    return window - at - _END.size - int(declared)
