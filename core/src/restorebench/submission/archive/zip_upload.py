"""A zip file as an upload. Nothing is extracted: members are read into memory, within bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from restorebench.submission.archive.file_type import kind_of
from restorebench.submission.archive.finding import Finding, UploadError
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.upload import Member, opened, read_bounded, too_long
from restorebench.submission.archive.zip_directory import directory_findings, member_findings
from restorebench.submission.archive.zip_names import member_name

_MAKE = "make it again with an ordinary zip program"


class ZipUpload:
    """The members of an open zip file; made by `open_zip`."""

    def __init__(self, archive: zipfile.ZipFile | None, findings: tuple[Finding, ...]) -> None:
        self._archive = archive
        self.findings = findings
        infos = [] if archive is None else archive.infolist()
        named = {member_name(info): info for info in infos}
        self._infos = {name: info for name, info in named.items() if not name.endswith("/")}
        self.members = tuple(Member(name, i.file_size) for name, i in self._infos.items())

    def read(self, member: Member, limit: int) -> bytes:
        """The content; raises `UploadError` where it is longer than `limit`, or damaged."""
        if member.size > limit:
            raise too_long(limit)
        if self._archive is None or any(f.severity == "fatal" for f in self.findings):
            raise UploadError("is not read, because the upload was refused", severity="fatal")
        try:
            with self._archive.open(self._infos[member.name]) as stream:
                return read_bounded(stream, limit)  # type: ignore[arg-type]
        except UploadError:
            raise
        except Exception as error:  # zipfile raises half a dozen types on damaged members
            what = f"cannot be unpacked ({type(error).__name__}: {error})"
            raise UploadError(
                what, "zip it again, and compare the copy with the original"
            ) from error


@contextmanager
def open_zip(path: Path, limits: Limits) -> Iterator[ZipUpload]:
    """The zip file at `path`; whatever is wrong with it is among the upload's findings."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(opened(path))
            if (size := path.stat().st_size) > limits.zip_bytes:
                what = f"has {size:,} bytes, more than the {limits.zip_bytes:,} that are accepted"
                raise UploadError(what, "hand in the images of this test set alone", "fatal")
            upload = _upload(file, limits)
        except UploadError as error:
            upload = ZipUpload(None, (error.about(""),))
        yield upload


def _upload(file: BinaryIO, limits: Limits) -> ZipUpload:
    head = file.read(16)
    try:
        archive = zipfile.ZipFile(_BoundedReader(file, limits.directory_bytes))
        findings = [
            *directory_findings(archive, file, limits),
            *(found for info in archive.infolist() for found in member_findings(info, limits)),
        ]
    except Exception as error:  # BadZipFile, but also UnicodeDecodeError, struct.error, …
        return ZipUpload(None, (_unreadable(head, error).about(""),))
    return ZipUpload(archive, tuple(findings))


def _unreadable(head: bytes, error: Exception) -> UploadError:
    if not head:
        return UploadError("is empty (0 bytes)", "upload it again", "fatal")
    kind = kind_of(head)
    if kind not in {"a zip archive", ""}:
        return UploadError(f"is {kind}, not a zip archive", "pack the images as zip", "fatal")
    return UploadError(
        f"cannot be read as a zip archive ({error})", f"{_MAKE}, or upload again", "fatal"
    )


class _BoundedReader:
    """A file that gives at most `most` bytes at a time.

    zipfile reads the whole table of contents at once, as long as the file itself claims it to be.
    """

    def __init__(self, file: BinaryIO, most: int) -> None:
        self._file, self._most = file, most
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, count: int = -1) -> bytes:
        data = self._file.read(count if 0 <= count <= self._most else self._most + 1)
        if len(data) > self._most:
            msg = f"its table of contents has more than {self._most:,} bytes"
            raise zipfile.BadZipFile(msg)
        return data
