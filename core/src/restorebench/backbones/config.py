"""What every backbone's configuration has in common."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from restorebench.strict_model import StrictModel

Width: TypeAlias = Annotated[int, Field(ge=4, le=1 << 16, multiple_of=2)]
"""Channels of a network's first level: an even number from 4 to 65536."""

Blocks: TypeAlias = Annotated[int, Field(ge=0, le=1000)]
"""How many blocks follow each other; bounded, so that a file cannot ask for an endless network."""

LevelBlocks: TypeAlias = Annotated[tuple[Blocks, ...], Field(max_length=12)]
"""How many blocks each level has."""

Levels: TypeAlias = Annotated[
    tuple[Annotated[int, Field(ge=1, le=1000)], ...], Field(min_length=1, max_length=12)
]
"""A number, 1 or more, for each level."""


class BackboneConfig(StrictModel):
    """Base of the backbones' `Config`: frozen numbers, names and tuples of them.

    Raises `OptionError` where a field has the wrong type or value.
    """
