"""Layouts: what the files of a data set are called and which belong together, as data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from restorebench.data.layouts.pattern import Pattern
from restorebench.errors import OptionError
from restorebench.strict_model import Count, Number, Positive, StrictModel, Whole

IMAGES = ("degraded", "target")
"""The fields that may have two views."""
MAPS = ("mask", "depth")
"""The fields of one file for each sample, which may be absent."""


def _tuple(value: object) -> object:
    """A list of TOML, or a single value, as a tuple."""
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _condition(value: object) -> object:
    """A text is the name of a file."""
    return {"file": value} if isinstance(value, str) else value


Texts: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
Numbers: TypeAlias = Annotated[tuple[Number, ...], BeforeValidator(_tuple)]
Size: TypeAlias = Annotated[tuple[Whole, Whole], BeforeValidator(_tuple)]


class ConditionRule(StrictModel):
    """Where the numbers of a condition come from: the same `numbers` for all samples, or a `file`.

    Of several files, which are alternatives, the first that is there is read. It is CSV with a line
    ``NAME,NUMBER,…`` for each sample; or `reader`, ``"module:function"``, is called with its path,
    or that of a folder, and the degraded image of each sample by name, and gives numbers by name.
    Numbers at the end of a task's condition may be left out where nobody knows them.
    """

    file: Texts = ()
    numbers: Numbers = ()
    reader: str = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        self.require("file", bool(self.file) != bool(self.numbers), "either a file or numbers")
        self.require("reader", bool(self.file or not self.reader), "a file beside it")
        return self

    def place(self, folder: Path) -> Path:
        """The file that is read; the first one where none is there."""
        places = [folder / file for file in self.file]
        return next((place for place in places if place.exists()), places[0])


class SplitFiles(StrictModel):
    """The files of one split: patterns below the folder of the data set.

    Several patterns of a field are alternatives; the first that finds files is used. `count` is
    how many samples the whole split has. `only` are identifiers, or ranges of numbers such as
    ``"31-35"``, of those that belong to the split.
    """

    degraded: Texts
    target: Texts = ()
    mask: Texts = ()
    depth: Texts = ()
    condition: Annotated[ConditionRule | None, BeforeValidator(_condition)] = None
    count: Count = 0
    only: Texts = ()

    @model_validator(mode="after")
    def _patterns_agree(self) -> Self:
        try:
            views = {field: {p.views for p in self.patterns(field)} for field in (*IMAGES, *MAPS)}
        except OptionError as error:
            raise ValueError(str(error)) from error
        self.require("degraded", len(views["degraded"]) == 1, "patterns of one number of views")
        same = views["target"] <= views["degraded"]
        self.require("target", same, "{view} in it where 'degraded' has it, and only there")
        for field in MAPS:
            self.require(field, views[field] <= {1}, "no {view}: it is that of the left view")
        return self

    def patterns(self, field: str) -> tuple[Pattern, ...]:
        """The alternatives of a field."""
        return tuple(map(Pattern, getattr(self, field)))

    def includes(self, key: str) -> bool:
        """Whether an identifier belongs to the split, by `only`."""
        return not self.only or any(_is_in(key, one) for one in self.only)


class Layout(StrictModel):
    """A data set as people have it on disk.

    `folders` are the names under which it lies below a root of data; `size` is the width and height
    of every image, where they have one; `scale` target pixels per input pixel, by default as
    sizes say; `depth_unit` metres by which values of depth maps of whole numbers count.
    `degraded_is` is how most degraded images look beside their targets, by which a check sees that
    they have changed places. `obtain` says where a person gets it. A `strict` one needs every field
    that it states; else masks, depth and conditions may be absent. Raises `OptionError`, which
    names the key, where a value is not understood.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+([-.][a-z0-9]+)*$")]
    task: str
    splits: Annotated[dict[str, SplitFiles], Field(min_length=1)]
    title: str = ""
    summary: str = ""
    terms: str = ""
    obtain: str = ""
    citation: str = ""
    folders: Texts = ()
    size: Size | None = None
    scale: Whole | None = None
    degraded_is: Literal["", "darker", "paler", "sharper"] = ""
    depth_unit: Positive | None = None
    strict: bool = False

    @classmethod
    def read(cls, path: Path) -> Self:
        """A layout from a TOML file, which is named after it; `OptionError` names the file."""
        found = cls.parse(toml_table(path), str(path))
        if found.name != path.stem:
            msg = f"{path}: its name is {found.name!r}; name the file {found.name}.toml"
            raise OptionError(msg)
        return found

    @classmethod
    def parse(cls, values: Mapping[str, Any], where: str) -> Self:
        """A layout from plain data that was found at `where`."""
        try:
            return cls(**values)
        except OptionError as error:
            raise OptionError(f"{where}: {error}" if where else str(error)) from error

    def split(self, name: str) -> SplitFiles:
        """A split; `OptionError` lists those that there are."""
        if name not in self.splits:
            msg = f"{self.name} has no split {name!r}; it has {', '.join(self.splits)}"
            raise OptionError(msg)
        return self.splits[name]

    def folder(self, root: Path) -> Path | None:
        """Where the data set lies below a root of data, or at it; None if it is not there.

        A root of another name than the data set's folder is not searched at every depth.
        """
        places = [root / name for name in self.folders if (root / name).is_dir()]
        if any(self._is_at(place, deep=True) for place in places):
            return next(place for place in places if self._is_at(place, deep=True))
        named = root.resolve().name in self.folders or not self.folders
        return root if self._is_at(root, deep=named) else None

    def _is_at(self, place: Path, deep: bool) -> bool:
        """Whether a split is there: of one that has `folders`, also its targets.

        Else ISTD would be taken for ISTD+, which has its degraded images.
        """
        return any(
            self._fits(split.patterns("degraded"), place, deep)
            and (not (split.target and self.folders) or self._fits(split.patterns("target"), place))
            for split in self.splits.values()
        )

    @staticmethod
    def _fits(patterns: Iterable[Pattern], place: Path, deep: bool = True) -> bool:
        tried = (pattern for pattern in patterns if deep or not pattern.text.startswith("**/"))
        return any(next(pattern.files(place), None) for pattern in tried)


def toml_table(path: Path) -> dict[str, Any]:
    """The content of a TOML file; `OptionError`, which names it, if it is none."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read as TOML: {error}"
        raise OptionError(msg) from error


def _is_in(key: str, one: str) -> bool:
    if key == one:
        return True
    bounds = re.fullmatch(r"(\d+)-(\d+)", one)
    return bool(bounds and key.isdecimal() and int(bounds[1]) <= int(key) <= int(bounds[2]))


def absent_ids(split: SplitFiles, keys: Collection[str]) -> list[str]:
    """Of the identifiers that a split names one by one, those that are not among `keys`."""
    return [one for one in split.only if not any(_is_in(key, one) for key in keys)]
