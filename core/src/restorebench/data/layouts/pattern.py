"""Patterns of relative paths, by which files are found and told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from restorebench.data.layouts.names import normal
from restorebench.data.layouts.path_regex import path_regex, plain_regex, split_suffix
from restorebench.data.layouts.walk import walk
from restorebench.errors import OptionError


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that fits a pattern.

    `keys` are the identifiers that its name can be read as, the shortest first; of several, the
    one that has a partner is meant. `name` is that of its sample: the identifier or, where a ``*``
    follows it, the path from there on without suffix. `view` stands for ``{view}``, else ``""``.
    """

    keys: tuple[str, ...]
    name: str
    view: str
    path: Path


@dataclass(frozen=True)
class Pattern:
    """A relative path with fields, such as ``hazy/{id}_*.png``.

    ``{id}`` identifies the scene, ``*`` is anything, both without ``/``; ``**/`` are folders of any
    depth, which become part of the identifier; ``{view}`` is one of 0 1, L R, l r, left right, Left
    Right, 1 2, 2 3. A suffix matches in any case; without one, or with ``.*``, that of every image
    matches. Names compare as NFC, and case counts. Raises `OptionError` for what is not a pattern.
    """

    text: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", normal(self.text).removeprefix("./"))
        fields, parts = set(re.findall(r"\{.*?\}", self.text)), self.text.split("/")
        for holds, expected in (
            ("{id}" in fields, "{id} in it, such as hazy/{id}.png"),
            (fields <= {"{id}", "{view}"}, "no other fields than {id} and {view}"),
            (not {"", ".", ".."} & set(parts), "a path below the folder of the data"),
            (all("**" not in p or p == "**" for p in parts[:-1]), "'**' as a folder of its own"),
            ("**" not in parts[-1], "'**/' before the name of a file"),
            ("{view}" not in fields or not self.varies, "no '*' after {id} beside {view}"),
        ):
            if not holds:
                msg = f"the pattern {self.text!r} cannot be used; expected {expected}"
                raise OptionError(msg)

    @property
    def views(self) -> int:
        """How many files a scene has."""
        return 2 if "{view}" in self.text else 1

    @cached_property
    def varies(self) -> bool:
        """Whether several files may share an identifier, as a ``*`` follows it."""
        return "*" in split_suffix(self.text)[0].partition("{id}")[2].replace("**/", "")

    def files(self, folder: Path) -> Iterator[FoundFile]:
        """The files below `folder` that fit, in no particular order; hidden ones are skipped."""
        found = walk(str(folder), self.text)
        for relative, path in dict(found).items() if self.text.count("**/") > 1 else found:
            if match := self._regex.fullmatch(relative):
                yield self._found(match, path)

    def example(self, key: str) -> str:
        """The path at which a scene's file is looked for."""
        return self.text.replace("{id}", key)

    def _found(self, match: re.Match[str], path: str) -> FoundFile:
        fields = match.groupdict()
        above = "".join(text for name, text in fields.items() if name.startswith("above"))
        readings = self._readings(match) if self._around_id else (match["id"],)
        keys = tuple(above + key for key in readings)
        name = above + match.string[match.start("id") : match.start("suffix")]
        return FoundFile(keys, name if self.varies else keys[0], fields.get("view", ""), Path(path))

    def _readings(self, match: re.Match[str]) -> list[str]:
        """The identifiers that the name of a file or folder allows, the shortest first."""
        before, after = self._around_id
        start = match.string.rfind("/", 0, match.start("id")) + 1
        part = match.string[start:].partition("/")[0]
        starts = [i for i in range(len(part)) if before.fullmatch(part, 0, i)]
        ends = [i for i in range(1, len(part) + 1) if after.fullmatch(part, i)]
        found = {part[start:end]: None for start in starts for end in ends if start < end}
        return sorted(found, key=len)

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        return path_regex(self.text)

    @cached_property
    def _around_id(self) -> tuple[re.Pattern[str], ...]:
        """Of the part with ``{id}``, what stands before and after; empty if that decides it."""
        stem, suffixes = split_suffix(self.text)
        part = next(part for part in stem.split("/") if "{id}" in part)
        if "*" not in part or self.text.count("{id}") > 1:
            return ()
        before, _, after = part.partition("{id}")
        last = part == stem.rpartition("/")[2]
        return plain_regex(before), plain_regex(after, suffixes if last else ())
