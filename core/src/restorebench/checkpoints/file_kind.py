"""What a file is that was meant to hold weights and does not, in words with a remedy."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

_BEGINNINGS = (
    (b"version https://git-lfs", "is a Git LFS pointer, not the file itself: run 'git lfs pull'"),
    (b"<", "is a web page or XML, not weights: the download gave a page; fetch the file itself"),
    (b"{", "is JSON, not weights; an index of weights in several files names them: join these"),
    (b"\x89PNG", "is a PNG image, not weights"),
    (b"\xff\xd8\xff", "is a JPEG image, not weights"),
    (b"\x89HDF", "is HDF5 (Keras), which is not read: save the network in PyTorch"),
    (b"\x93NUMPY", "is a NumPy array, not a state dict"),
    (b"\x1f\x8b", "is compressed by gzip: unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive: unpack it first"),
    (b"Rar!", "is a RAR archive: unpack it first"),
)
_LONGEST_HEADER = 100_000_000
"""Bytes, by the format's own limit."""

_DAMAGED = "is damaged: the checksum of {} in it is wrong; fetch or copy it again"
_SHORT = "is cut off: it begins as PyTorch's zip archive and lacks its end; fetch or copy it again"


def is_safetensors(path: Path) -> bool:
    """Whether a file begins as safetensors do, whatever its name and its end."""
    with path.open("rb") as file:
        start = file.read(9)
    return start[8:] == b"{" and int.from_bytes(start[:8], "little") < _LONGEST_HEADER


def not_safetensors(path: Path) -> str:
    """Why the file at `path` cannot be read as safetensors, or ``""`` where it may."""
    if is_safetensors(path):
        return ""
    return not_weights(path) or (
        "is a file of PyTorch's, not safetensors, as its name says: 'restorebench convert' reads it"
    )


def not_weights(path: Path) -> str:
    """Why the file at `path` cannot hold PyTorch's weights, or ``""`` where it may."""
    with path.open("rb") as file:
        start = file.read(512)
    if not start:
        return "is empty (0 bytes): fetch or copy it again"
    if start.startswith(b"PK\x03\x04"):
        return _of_zip(path)
    begun = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    for beginning, what in _BEGINNINGS:
        if begun.startswith(beginning):
            return what
    if _is_text(start):
        return f"is a text file that begins with {begun[:40].decode(errors='replace')!r}"
    return "" if start[:1] == b"\x80" or _is_tar(path) else "is not a file of PyTorch's"


def _of_zip(path: Path) -> str:
    """Of an archive: cut off, damaged, TorchScript, compressed, or of another kind."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            what = _of_entries(entries)
            damaged = "" if what else next(_damaged(archive, entries), "")
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return _SHORT
    return _DAMAGED.format(damaged) if damaged else what


def _of_entries(entries: list[zipfile.ZipInfo]) -> str:
    names = {entry.filename.partition("/")[2] for entry in entries}
    if "constants.pkl" in names:
        return "is TorchScript, a program: save the state_dict() of the network that it was made of"
    if "data.pkl" not in names:
        return f"is a zip archive of other files ({entries[0].filename if entries else 'none'}, …)"
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        return "was packed again by a zip program (PyTorch never compresses): save it by torch.save"
    return ""


def _damaged(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[str]:
    """The entries whose bytes are not those that were written; PyTorch can omit checksums (0)."""
    for entry in entries:
        try:
            with archive.open(entry) as file:
                while entry.CRC and file.read(1 << 20):
                    pass
        except zipfile.BadZipFile:
            yield entry.filename


def _is_text(start: bytes) -> bool:
    try:
        text = start.decode()
    except UnicodeDecodeError as error:
        text = start[: error.start].decode() if error.start > len(start) - 4 else ""
    return bool(text) and all(c.isprintable() or c in "\t\r\n" for c in text)


def _is_tar(path: Path) -> bool:
    """Whether it is of PyTorch's oldest format."""
    with path.open("rb") as file:
        file.seek(257)
        return file.read(5) == b"ustar"
