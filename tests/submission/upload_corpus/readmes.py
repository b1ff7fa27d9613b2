"""Readmes that are not text."""

from __future__ import annotations

import zipfile

import upload_kit as kit
from upload_kit import zipped

from upload_corpus.case import MIB, Case


def _readme(title: str, content: bytes, says: str) -> Case:
    def build() -> bytes:
        return zipped(*(kit.sound() | {"readme.txt": content}).items(), how=zipfile.ZIP_STORED)

    return Case(f"readme: {title}", build, "fatal", says, "readme.txt")


READMES = [
    _readme("a program", b"\x7fELF" + bytes(200), "is binary"),
    _readme("control characters", b"\x1b]0;owned\x07" * 20, "is binary"),
    _readme("a megabyte", b"a" * MIB, "is longer than"),
]
