"""Names of members: which are dangerous, which are litter, and which would fall on each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from restorebench.harness.parts import LEDGER
from restorebench.harness.parts import NAME as PARTS
from restorebench.submission.archive.finding import Finding, UploadError, shown
from restorebench.submission.archive.limits import Limits

ARCHIVES = (
    *(".zip", ".zipx", ".jar", ".tar", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz"),
    *(".zst", ".lz4", ".7z", ".rar", ".cab", ".iso", ".dmg"),
)
"""Suffixes of archives."""

_RENAME = "rename it and zip again"
_DRIVE = re.compile(r"[A-Za-z]:")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?")
_PART = re.compile(r"\..*-[0-9a-f]{32}\.part")
_LITTER = {".ds_store", "thumbs.db", "desktop.ini", "__macosx"}


def check_name(name: str, limits: Limits) -> None:
    """Raise a fatal `UploadError` for a name that could leave the folder, or hide what it is."""
    for what, holds in _dangers(name, limits):
        if holds:
            raise UploadError(what, f"{_RENAME}; names are those of the inputs", "fatal")


def is_litter(name: str) -> bool:
    """Whether an operating system put it there: macOS's resource forks, thumbnails, and so on."""
    parts = name.rstrip("/").split("/")
    return any(p.casefold() in _LITTER for p in parts) or parts[-1].startswith("._")


def is_ours(name: str) -> bool:
    """Whether `restorebench restore` leaves it beside the images that it writes."""
    first, *_ = parts = name.rstrip("/").split("/")
    return first in {LEDGER, PARTS} or bool(_PART.fullmatch(parts[-1]))


def is_archive(name: str) -> bool:
    """Whether the suffix is that of an archive."""
    return PurePosixPath(name).suffix.casefold() in ARCHIVES


def collisions(names: Iterable[str], limits: Limits) -> Iterator[Finding]:
    """Names that occur twice, or that are one file to a system which ignores case or accents' form.

    Programs differ in which of the two they read, so neither is read. Names that are too long are
    passed over: `check_name` refuses them, and normalising one takes the square of its length.
    """
    first: dict[str, str] = {}
    for name in names:
        if _bytes(name) > limits.name_bytes:
            continue
        other = first.setdefault(_folded(name), name)
        if other is name:
            continue
        what = "is there twice" if other == name else f"is the same file as {shown(other)} to some"
        how = "" if other == name else " systems (they differ in case or Unicode form only)"
        yield Finding("fatal", name, what + how, "leave one of them out and zip again")


def _folded(name: str) -> str:
    parts = unicodedata.normalize("NFKC", name).casefold().rstrip("/").split("/")
    return unicodedata.normalize("NFKC", "/".join(part.rstrip(". ") for part in parts))


def _dangers(name: str, limits: Limits) -> Iterator[tuple[str, bool]]:
    parts = name.removesuffix("/").split("/")
    yield "has an empty name", not name.strip("/ ")
    yield "has a name that is not UTF-8", any("\udc80" <= c <= "\udcff" for c in name)
    yield "has invisible or control characters in its name", any(map(_invisible, name))
    yield "has a name with a drive letter or colon", ":" in name or bool(_DRIVE.match(name))
    yield "has a backslash in its name", "\\" in name
    yield "has an absolute path", name.startswith("/")
    yield "leads out of its folder ('..')", ".." in parts
    yield "has an empty or '.' folder in its path", bool({"", "."} & set(parts))
    yield f"has a name of over {limits.name_bytes} bytes", _bytes(name) > limits.name_bytes
    yield "has a name that Windows reserves for a device", any(map(_is_device, parts))
    yield "has a name that ends in a dot or space", any(p != p.rstrip(". ") for p in parts)


def _invisible(character: str) -> bool:
    return unicodedata.category(character)[0] == "C" or character in "\u2028\u2029"


def _bytes(name: str) -> int:
    return len(name.encode("utf-8", "surrogatepass"))


def _is_device(part: str) -> bool:
    return _DEVICES.fullmatch(part.casefold().rstrip(". ")) is not None
