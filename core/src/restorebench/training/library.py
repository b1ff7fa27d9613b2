"""Recipes by name or file, with values changed; errors name the key and the nearest ones."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from restorebench.errors import OptionError, UnknownNameError
from restorebench.registry import nearest
from restorebench.training.recipe import Recipe
from restorebench.validation import describe_errors

_SUFFIX = ".toml"


def recipe_names() -> tuple[str, ...]:
    """The recipes that come with this package."""
    folder = files("restorebench.training").joinpath("recipes")
    found = (entry.name for entry in folder.iterdir() if entry.name.endswith(_SUFFIX))
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found))


def read_recipe(name: str, changes: Mapping[str, Any] | None = None) -> Recipe:
    """A recipe by name, or from a file (``….toml``), with `changes` (``{"data.patch": 64}``).

    Raises `UnknownNameError` or `OptionError`, which name the key and the nearest known ones.
    """
    values = _parsed(_text(name), name)
    for key, value in (changes or {}).items():
        _change(values, key.split("."), value)
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        msg = f"the recipe {name} cannot be used: {'; '.join(describe_errors(error, Recipe))}"
        raise OptionError(msg) from error


def _text(name: str) -> str:
    if name.endswith(_SUFFIX):
        try:
            return Path(name).expanduser().read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            msg = f"the recipe {name} cannot be read: {error}"
            raise OptionError(msg) from error
    known = recipe_names()
    if name not in known:
        msg = f"unknown recipe {name!r}; {nearest(name, known)} (a file's name ends in .toml)"
        raise UnknownNameError(msg)
    return (
        files("restorebench.training")
        .joinpath("recipes", f"{name}{_SUFFIX}")
        .read_text(encoding="utf-8")
    )


def _parsed(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"the recipe {name} is not TOML: {error}"
        raise OptionError(msg) from error


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
