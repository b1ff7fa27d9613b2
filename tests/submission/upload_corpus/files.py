"""Files that are no sound zip archives."""

from __future__ import annotations

import gzip
import struct
import zlib

import upload_kit as kit
from upload_kit import info, submission, zipped

from upload_corpus.case import EVIL, Case


def _unicode_path() -> bytes:
    made = info("x.png")
    name = b"../../x.png"
    body = b"\1" + struct.pack("<L", zlib.crc32(b"x.png")) + name
    made.extra = struct.pack("<2H", 0x7075, len(body)) + body
    return submission((made, EVIL))


def _two_names() -> bytes:
    return kit.renamed(submission(), b"0002.png", b"evil.png", [b"PK\3\4"])


def _invalid_utf8() -> bytes:
    data = submission((info("\u00e9.png"), EVIL))
    return kit.renamed(data, "\u00e9".encode(), b"\xff\xff", [b"PK\1\2"])


def _wrong_crc() -> bytes:
    return kit.patched(submission(), "0002.png", (14, 16, "<L", 1234))


FILES = [
    Case("file: text", lambda: b"no zip at all " * 50, "fatal", "cannot be read as a zip"),
    Case("file: RAR", lambda: b"Rar!\x1a\7\0" + bytes(99), "fatal", "a RAR archive, not a zip"),
    Case("file: gzip", lambda: gzip.compress(EVIL), "fatal", "a gzip archive, not a zip"),
    Case("file: 0 bytes", lambda: b"", "fatal", "is empty (0 bytes)"),
    Case("file: empty zip", lambda: zipped(), "fatal", "holds no file"),
    Case("file: cut short", lambda: submission()[:-300], "fatal", "cannot be read as a zip"),
    Case("file: tail", lambda: submission() + EVIL * 9, "fatal", "36 bytes after its end"),
    Case("file: head", lambda: b"#!/bin/sh\n" + submission(), "fatal", "begins with 10 bytes"),
    Case("file: end record alone", lambda: b"PK\5\6" + bytes(17), "fatal", "cannot be read"),
    Case("file: name is no UTF-8", _invalid_utf8, "fatal", "cannot be read as a zip"),
    Case("file: two names", _two_names, "error", "cannot be unpacked", "0002.png"),
    Case("file: Unicode path", _unicode_path, "fatal", "has two names", "x.png"),
    Case("file: wrong checksum", _wrong_crc, "error", "Bad CRC-32", "0002.png"),
]
