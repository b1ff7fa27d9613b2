"""A folder as an upload: what Codabench makes of a zip file before the scoring program sees it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from restorebench.submission.archive.finding import Finding, UploadError
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.names import check_name, collisions, is_archive
from restorebench.submission.archive.upload import Member, opened, read_bounded, too_long


class FolderUpload:
    """The files under a folder; links are reported and never followed."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder = folder
        self._findings: list[Finding] = []
        self.members = self._readable(limits)
        if not self._findings and not self.members:
            self._add("", UploadError("holds no file", "put the images into its root", "fatal"))
        self._findings += collisions((member.name for member in self.members), limits)
        self.findings = tuple(self._findings)

    def read(self, member: Member, limit: int) -> bytes:
        """The content; raises `UploadError` where it is longer than `limit`, or cannot be read."""
        if member.size > limit:
            raise too_long(limit)
        with opened(self._folder / member.name) as file:
            return read_bounded(file, limit)

    def _readable(self, limits: Limits) -> tuple[Member, ...]:
        try:
            return tuple(self._members(limits))
        except OSError as error:
            what = f"cannot be read ({error.strerror}: {error.filename})"
            self._add("", UploadError(what, "give it to who runs this", "fatal"))
            return ()

    def _members(self, limits: Limits) -> Iterator[Member]:
        total = 0
        for count, (name, status) in enumerate(_walk(self._folder)):
            total += status.st_size
            if count == limits.members or total > limits.total_bytes:
                what = "holds more files or bytes than are accepted"
                self._add(
                    "", UploadError(what, "hand in the images of this test set alone", "fatal")
                )
                return
            try:
                _check(name, status, limits)
            except UploadError as fault:
                self._add(name, fault)
            else:
                yield Member(name, status.st_size)

    def _add(self, name: str, fault: UploadError) -> None:
        self._findings.append(fault.about(name))


def _check(name: str, status: os.stat_result, limits: Limits) -> None:
    check_name(name, limits)
    if stat.S_ISLNK(status.st_mode):
        raise UploadError("is a symbolic link", "put in the file itself", "fatal")
    if not stat.S_ISREG(status.st_mode):
        raise UploadError("is a device, pipe or socket", "put in the file itself", "fatal")
    if is_archive(name):
        do = "unpack it, and zip the images themselves"
        raise UploadError("is an archive inside the archive; it is never opened", do, "fatal")


def _walk(folder: Path, prefix: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """All that is not a folder, with its status, links not followed; no deeper than two folders."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.is_dir(follow_symlinks=False):
            if prefix.count("/") < 2:
                yield from _walk(Path(entry), f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name, entry.stat(follow_symlinks=False)
