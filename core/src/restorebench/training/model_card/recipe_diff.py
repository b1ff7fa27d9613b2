"""What sets one recipe apart from another, in the words that `restorebench train` takes."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from restorebench.errors import UnknownNameError
from restorebench.training.library import read_recipe

TEXTS = ("summary", "citation")
"""Keys of a recipe that change nothing."""


def changes(values: Mapping[str, Any], name: str) -> list[str] | None:
    """`values` of a recipe as KEY=VALUE of the shipped recipe `name`; None if there is none.

    Of a frozen compressor only the file counts: the rest is read from it.
    """
    try:
        shipped = read_recipe(name).model_dump(mode="json")
    except UnknownNameError:
        return None
    made = {key: value for key, value in values.items() if key not in TEXTS}
    frozen = values.get("compressor") if values.get("backbone") else None
    if isinstance(frozen, Mapping) and "weights" in frozen and shipped["compressor"]:
        own = shipped["compressor"]
        table = {"name": own} if isinstance(own, str) else own
        made["compressor"] = {**table, "weights": frozen["weights"]}
    return [f"{key}={_written(value)}" for key, value in _differing(made, shipped)]


def command(recipe: str, changed: Sequence[str] | None, name: str) -> str:
    """The line for a shell that trains so, in the folder ``runs/NAME``.

    A recipe that is not shipped (`changed` is None) is its author's file.
    """
    words = [recipe, *changed] if changed is not None else [f"{recipe}.toml"]
    return shlex.join(["restorebench", "train", *words, "--output", f"runs/{name}"])


def final(name: str) -> str:
    """The weights that `command` leaves."""
    return f"runs/{name}/final.safetensors"


def _differing(
    made: Mapping[str, Any], shipped: Mapping[str, Any], where: str = ""
) -> Iterator[tuple[str, Any]]:
    for key, value in made.items():
        place, old = f"{where}.{key}" if where else key, shipped.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and old.keys() <= value.keys():
            yield from _differing(value, old, place)
        elif value != old:
            yield place, value


def _written(value: Any) -> str:
    """The text that the command line reads as `value`: JSON, but plain text where that will do."""
    if isinstance(value, str):
        try:
            json.loads(value)
        except ValueError:
            return value
    return json.dumps(value, ensure_ascii=False)
