"""Data sets that are described in one option: ``degraded=hazy/{id}_*.png,target=gt/{id}.png``."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import Any

from restorebench.data.layouts.fields.conditions import parse_numbers
from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.names import normal
from restorebench.errors import OptionError
from restorebench.registry import nearest

PATTERNS = ("degraded", "target", "mask", "depth")
KEYS = (*PATTERNS, "condition", "scale", "depth_unit", "name", "task", "split")
"""The keys that a description may have."""
EXAMPLE = "degraded=hazy/{id}.png,target=gt/{id}.png"


def is_description(text: str) -> bool:
    """Whether a text looks like such a description."""
    return text.partition("=")[0] in KEYS


def parse_description(text: str) -> dict[str, str]:
    """The values by key; `OptionError` says what is not understood."""
    found: dict[str, str] = {}
    for part in re.split(rf",(?=(?:{'|'.join(KEYS)})=)", text):
        key, equals, value = part.partition("=")
        if key not in KEYS or not equals:
            hint = nearest(key, KEYS)
            msg = f"{part!r} in {text!r} is not KEY=VALUE; {hint} (such as {EXAMPLE})"
            raise OptionError(msg)
        if key in found or not value:
            msg = f"{key} in {text!r} is {'there twice' if key in found else 'empty'}"
            raise OptionError(msg)
        found[key] = value
    if "degraded" not in found:
        msg = f"{text!r} does not say which images are degraded; write {EXAMPLE}"
        raise OptionError(msg)
    return found


def described_layout(values: dict[str, str], base: Path, name: str, task: str) -> Layout:
    """The layout that a description means, of one split; a file of conditions is below `base`."""
    split: dict[str, Any] = {key: values[key] for key in PATTERNS if key in values}
    if constants := parse_numbers(values.get("condition", "")):
        split["condition"] = {"numbers": constants}
    elif "condition" in values:
        split["condition"] = str(base / Path(values["condition"]).expanduser())
    numbers: dict[str, Any] = {
        key: _number(values[key]) for key in ("scale", "depth_unit") if key in values
    }
    splits = {values.get("split", "test"): split}
    facts: dict[str, Any] = {
        "name": name,
        "task": task,
        "splits": splits,
        "strict": True,
        **numbers,
    }
    return Layout.parse(facts, "--data")


def anchored(values: dict[str, str], base: Path) -> tuple[dict[str, str], Path]:
    """The patterns relative to the folder that they share, and that folder.

    It is an absolute path where one of the patterns is.
    """
    places = {key: base / Path(values[key]).expanduser() for key in PATTERNS if key in values}
    if any(place.is_absolute() for place in places.values()):
        places = {key: place.absolute() for key, place in places.items()}
    whole = {key: os.path.normpath(place) for key, place in places.items()}
    folder = os.path.commonpath([_without_fields(text) for text in whole.values()])
    relative = {key: os.path.relpath(text, folder) for key, text in whole.items()}
    return {**values, **relative}, Path(folder)


def name_of(folder: Path, taken: Collection[str] = ()) -> str:
    """A data set's name from its folder's, in the form that names have, and not one of `taken`."""
    words = re.findall(r"[a-z0-9]+", normal(folder.resolve().name).lower())
    name = "-".join(words) or "own-data"
    numbered = (f"{name}-{number}" for number in count(2))
    return name if name not in taken else next(n for n in numbered if n not in taken)


def _number(text: str) -> object:
    """A number, or the text itself, which the layout refuses."""
    try:
        return int(text) if text.isdecimal() else float(text)
    except ValueError:
        return text


def _without_fields(pattern: str) -> str:
    """The folders before the first one with fields."""
    parts = pattern.split("/")[:-1]
    count = next((n for n, part in enumerate(parts) if re.search(r"[*{]", part)), len(parts))
    return "/".join(parts[:count]) or "/"
