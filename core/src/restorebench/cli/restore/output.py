"""The folder that `restore` writes: what may be written there, and what made what is there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from restorebench.atomic import replacing
from restorebench.data.images import as_image
from restorebench.errors import OptionError
from restorebench.harness.jsonl import JsonLines
from restorebench.harness.parts import LEDGER, NAME, Parts
from restorebench.metrics.hub_file import file_sha256
from restorebench.types import Pixels


class OutputFolder:
    """Restored images, each written whole, with what made them.

    `maker` is what all images of a run have in common. An image is there only if the same maker
    made it of the same input, and it was not changed since.
    """

    def __init__(self, path: Path, maker: Mapping[str, Any]) -> None:
        self.path, self.maker = path, dict(maker)
        self._lines = JsonLines(path / LEDGER)
        self._made: dict[str, dict[str, Any]] = {}
        self._last_maker: dict[str, Any] | None = None
        self._read()

    def check(self, names: Iterable[str], overwrite: bool) -> None:
        """Raise `OptionError` if images of those names would replace what is not ours to replace.

        That is what another restorer (or other options) made, and what 'restore' did not make.
        """
        there = [name for name in names if (self.path / name).exists()]
        if not there or overwrite:
            return
        way_out = "name another folder, or replace its images by --overwrite"
        if foreign := [name for name in there if name not in self._made]:
            msg = f"{self.path} holds {foreign[0]}, which 'restore' did not write there"
            raise OptionError(f"{msg}; {way_out}")
        if self._last_maker is not None and self._last_maker != self.maker:
            msg = f"{self.path} holds images that were made otherwise ({self._difference()})"
            raise OptionError(f"{msg}; {way_out}")

    def wrote(self, name: str) -> bool:
        """Whether an image of that name is there that was written here, of whatever."""
        return name in self._made and (self.path / name).is_file()

    def has(self, name: str, fingerprint: str) -> bool:
        """Whether the image of that name is there, as it was written, with that fingerprint."""
        if not self.wrote(name) or self._made[name]["fingerprint"] != fingerprint:
            return False
        return bool(self._made[name]["sha256"] == file_sha256(self.path / name))

    def put(self, name: str, fingerprint: str, pixels: Pixels) -> None:
        """Write one image, ``(3, H, W)``.

        What it is stands in the ledger before it is there: so none is there that is not known.
        """
        with replacing(self.path / name, self._parts.folder) as part:
            as_image(pixels).save(part, "PNG")
            entry = {"image": name, "fingerprint": fingerprint, "sha256": file_sha256(part)}
            self._note(entry)

    def tidied(self) -> int:
        """Remove what killed runs have left unfinished, of which it is so many files."""
        return self._parts.removed if (self.path / NAME).is_dir() else 0

    def begin(self) -> None:
        """Say what makes the next images; `StoreError` where nothing can be written here."""
        self._note({"maker": self.maker})

    @cached_property
    def _parts(self) -> Parts:
        """Where images are while they are written."""
        return Parts(self.path)

    def _note(self, entry: dict[str, Any]) -> None:
        with self._lines.locked():
            self._read()
            self._lines.append(entry)
            self._read()

    def _read(self) -> None:
        for line in self._lines.each_new():
            if "maker" in line:
                self._last_maker = line["maker"]
            else:
                self._made[line["image"]] = line

    def _difference(self) -> str:
        old, new = self._last_maker or {}, self.maker
        keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
        keys = ["restorer"] if "restorer" in keys else keys
        return ", ".join(f"{k}: {_short(old.get(k))}, now {_short(new.get(k))}" for k in keys)


def check_places(
    source: Path, target: Path, written: Collection[Path], read: Iterable[Path]
) -> None:
    """Raise `OptionError` where a file of `written` would lie among the inputs, or replace one.

    `source` are the inputs, `target` is the folder for images, `read` are all files that are read.
    Links, relative paths and file systems that know no case are seen through.
    """
    if target.exists() and not target.is_dir():
        msg = f"OUT is {target}, a file; name a folder"
        raise OptionError(msg)
    if source.is_dir():
        for folder in dict.fromkeys([target, *(path.parent for path in written)]):
            if any(_is(above, source) for above in _upwards(folder)):
                where = "is" if _is(folder, source) else "lies in"
                msg = f"{folder} {where} the folder of the inputs ({source})"
                raise OptionError(f"{msg}, whose originals must stay; name another folder as OUT")
    originals = {_identity(path): path for path in read}
    for path in filter(Path.exists, written):
        if original := originals.get(_identity(path)):
            msg = f"{path} would replace {original}, which is read"
            raise OptionError(f"{msg}; name another folder as OUT")


def _upwards(folder: Path) -> Iterator[Path]:
    """A folder and those above it, as far as they exist."""
    whole = folder.resolve()
    return (place for place in (whole, *whole.parents) if place.exists())


def _is(place: Path, other: Path) -> bool:
    return place.exists() and place.samefile(other)


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:16]}…"
