"""Members that are no plain files, archives within archives, and methods of compression."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import upload_kit as kit
from upload_kit import info, saved, submission, zipped

from upload_corpus.case import EVIL, Case


def _special(title: str, mode: int, says: str) -> Case:
    def build() -> bytes:
        return submission((info("0003.png", mode), b"/etc/passwd"), p0003=None)

    return Case(f"kind: {title}", build, "fatal", says, "0003.png")


def _inner(name: str, content: bytes, says: str) -> Case:
    return Case(f"nested: {name}", lambda: submission((name, content)), "fatal", says, name)


KINDS = [
    _special("symbolic link", 0o120777, "symbolic link"),
    _special("named pipe", 0o010644, "device, pipe or socket"),
    _special("character device", 0o020666, "device, pipe or socket"),
    _special("socket", 0o140644, "device, pipe or socket"),
    _inner("more.zip", zipped(("0001.png", EVIL)), "never opened"),
    _inner("code.tar.gz", gzip.compress(EVIL), "never opened"),
    _inner("weights.7z", EVIL, "never opened"),
    Case(
        "nested: a zip called PNG",
        lambda: submission(p0002=zipped(("0001.png", EVIL))),
        "fatal",
        "zip archive under an image's name",
        "0002.png",
    ),
]


def _flagged(bits: int) -> Callable[[], bytes]:
    return lambda: kit.patched(submission(), "0002.png", (6, 8, "<H", bits))


def _method(how: int) -> bytes:
    made = info("0002.png")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in kit.sound(p0002=None).items():
            archive.writestr(name, content)
        archive.writestr(made, saved(kit.pixels()), how)
    return stream.getvalue()


def _deflate64() -> bytes:
    return kit.patched(submission(), "0002.png", (8, 10, "<H", 9))


METHODS = [
    Case("encrypted", _flagged(0x1), "fatal", "is encrypted", "0002.png"),
    Case("encrypted strongly", _flagged(0x41), "fatal", "is encrypted", "0002.png"),
    Case("headers masked", _flagged(0x2000), "fatal", "is encrypted", "0002.png"),
    Case("bzip2", lambda: _method(zipfile.ZIP_BZIP2), "fatal", "by bzip2", "0002.png"),
    Case("LZMA", lambda: _method(zipfile.ZIP_LZMA), "fatal", "by LZMA", "0002.png"),
    Case("deflate64", _deflate64, "fatal", "by deflate64", "0002.png"),
    Case("patch data", _flagged(0x20), "error", "cannot be unpacked", "0002.png"),
]
