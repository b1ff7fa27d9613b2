"""What every backbone's configuration has in common."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from restorebench.strict_model import StrictModel, Whole

Width: TypeAlias = Annotated[int, Field(ge=4, multiple_of=2)]
"""Channels of a network's first level: an even number, 4 or more."""

Levels: TypeAlias = Annotated[tuple[Whole, ...], Field(min_length=1)]
"""A number, 1 or more, for each level."""


class BackboneConfig(StrictModel):
    """Base of the backbones' `Config`: frozen numbers, names and tuples of them.

    Raises `OptionError` where a field has the wrong type or value.
    """
