"""The columns of a table of samples, and the features that Hugging Face `datasets` gives them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from restorebench.data.images import SUFFIXES

if TYPE_CHECKING:
    from datasets import Features

FILES = ("degraded", "degraded_right", "target", "target_right", "mask", "depth")
"""Columns of files, each ``{"path": …, "bytes": …}``: with bytes where the table holds the file."""

VALUES = ("condition", "scale", "depth_unit")
"""Columns of numbers: those of the condition, target pixels per input pixel, and how many metres a
value of 1 means in depth maps of whole numbers."""

COLUMNS = ("id", *FILES, *VALUES)


def features_of(columns: Collection[str], array_maps: bool) -> Features:
    """The features of a table; `array_maps`: its depth is in arrays, which are no images."""
    from datasets import Features, Image, List, Value

    file = {"bytes": Value("binary"), "path": Value("string")}
    kinds: dict[str, Any] = dict.fromkeys(FILES, Image(decode=False))
    kinds |= {"id": Value("string"), "condition": List(Value("float32")), "scale": Value("int32")}
    kinds["depth_unit"] = Value("float64")
    kinds |= {"depth": file} if array_maps else {}
    return Features({name: kinds[name] for name in COLUMNS if name in columns})


def is_array(path: str | PurePath) -> bool:
    """Whether a file is no image, by its name."""
    return not str(path).lower().endswith(SUFFIXES)
