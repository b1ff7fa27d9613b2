"""Validated TOML files by name or path, with values changed: recipes, and studies of ablations."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from restorebench.errors import OptionError, UnknownNameError
from restorebench.registry import nearest
from restorebench.strict_model import describe_errors
from restorebench.training.recipe import Recipe

M = TypeVar("M", bound=BaseModel)

SUFFIX = ".toml"


@dataclass(frozen=True)
class Library(Generic[M]):
    """The TOML files in a `folder` of a `package`; `kind` is what messages call one of them."""

    kind: str
    package: str
    folder: str
    model: type[M]

    def names(self) -> tuple[str, ...]:
        """Those that come with the package."""
        found = (entry.name for entry in self._files.iterdir())
        return tuple(sorted(n.removesuffix(SUFFIX) for n in found if n.endswith(SUFFIX)))

    def matching(self, pattern: str) -> Sequence[str]:
        """The names that fit a shell pattern, or a file's own; `UnknownNameError` for none."""
        if pattern.endswith(SUFFIX):
            return [pattern]
        if not (found := [name for name in self.names() if fnmatchcase(name, pattern)]):
            raise self._unknown(pattern)
        return found

    def read(self, name: str, changes: Mapping[str, Any] | None = None) -> M:
        """One by name, or from a file (``….toml``), with `changes` (``{"data.patch": 64}``).

        Raises `UnknownNameError` or `OptionError`, which name the key and the nearest known ones.
        """
        try:
            values = tomllib.loads(self._text(name))
        except tomllib.TOMLDecodeError as error:
            msg = f"the {self.kind} {name} is not TOML: {error}"
            raise OptionError(msg) from error
        for key, value in (changes or {}).items():
            _change(values, key.split("."), value)
        try:
            return self.model.model_validate(values)
        except ValidationError as error:
            reasons = "; ".join(describe_errors(error, self.model))
            msg = f"the {self.kind} {name} cannot be used: {reasons}"
            raise OptionError(msg) from error

    @property
    def _files(self) -> Traversable:
        return files(self.package) / self.folder

    def _text(self, name: str) -> str:
        if not name.endswith(SUFFIX):
            if name not in self.names():
                raise self._unknown(name)
            return (self._files / f"{name}{SUFFIX}").read_text(encoding="utf-8")
        try:
            return Path(name).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            msg = f"the {self.kind} {name} cannot be read: {error}"
            raise OptionError(msg) from error

    def _unknown(self, name: str) -> UnknownNameError:
        hint = f"{nearest(name, self.names())} (a file's name ends in .toml)"
        return UnknownNameError(f"unknown {self.kind} {name!r}; {hint}")


_RECIPES = Library("recipe", "restorebench.training", "recipes", Recipe)
recipe_names, read_recipe = _RECIPES.names, _RECIPES.read


def _change(table: dict[str, Any], keys: list[str], value: Any) -> None:
    """Set a value in a nested table; a choice given by name alone becomes a table."""
    first, *rest = keys
    if not rest:
        table[first] = value
        return
    inner = table.get(first)
    if isinstance(inner, str):
        inner = {"name": inner}
    table[first] = dict(inner) if isinstance(inner, dict) else {}
    _change(table[first], rest, value)
