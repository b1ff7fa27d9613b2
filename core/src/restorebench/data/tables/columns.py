"""The columns of a table of samples, and the features that Hugging Face `datasets` gives them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasets import Features

FILES = ("degraded", "degraded_right", "target", "target_right", "mask", "depth")
"""Columns of files, each ``{"path": …, "bytes": …}``: with bytes where the table holds the file."""

VALUES = ("condition", "scale", "depth_unit")
"""Columns of numbers: those of the condition, target pixels per input pixel, metres per level."""

COLUMNS = ("id", *FILES, *VALUES)


def features_of(columns: Collection[str], decode: bool = False) -> Features:
    """The features of a table; with `decode`, whoever loads it sees images and not their files.

    Depth is not an `Image`, since it may be an array.
    """
    from datasets import Features, Image, List, Value

    kinds: dict[str, Any] = dict.fromkeys(FILES, Image(decode=decode))
    kinds |= {"id": Value("string"), "condition": List(Value("float32")), "scale": Value("int32")}
    kinds["depth"] = {"bytes": Value("binary"), "path": Value("string")}
    kinds["depth_unit"] = Value("float64")
    return Features({name: kinds[name] for name in COLUMNS if name in columns})
