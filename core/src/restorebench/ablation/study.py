"""A study: one recipe and its variants, as a validated table of values read from TOML."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from restorebench.training.recipe import Part, Whole

Size: TypeAlias = Literal["small", "full"]
Plot: TypeAlias = Literal["curves", "losses", "scores"]

SHARED = "base"
"""The run of the variants that train nothing of their own."""

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


class Sampling(Part):
    """How trained weights are sampled, where that differs from their setup."""

    steps: Whole | None = None
    solver: str | None = None
    grid: str | None = None

    def options(self) -> dict[str, str | int]:
        """The options of the restorer ``diffusion``."""
        return self.model_dump(exclude_none=True)


class Variant(Part):
    """One of a study's alternatives: `changes` of the recipe by their places, or of `sampling`.

    `value` is the number that is varied, the place on the axis of a plot of scores.
    """

    value: float | None = None
    changes: dict[str, Any] = Field(default_factory=dict)
    sampling: Sampling = Sampling()


class Scale(Part):
    """What a study is made of at one size: `recipe`, `changes` of it for all variants, variants.

    `changes` and those of variants are written as ``"data.patch" = 64``.
    """

    recipe: str
    changes: dict[str, Any] = Field(default_factory=dict)
    variants: Annotated[dict[str, Variant], Field(min_length=2)]

    @model_validator(mode="after")
    def _labels_are_folders(self) -> Self:
        for label in self.variants:
            if not _LABEL.fullmatch(label) or label == SHARED:
                msg = f"{label!r} cannot be a variant's name: letters, digits, . _ + -, not 'base'"
                raise ValueError(msg)
        return self


class Study(Part):
    """What is varied, at both sizes, and what is drawn of it.

    `varies` is what the variants differ in, with its unit. ``"curves"`` are validation scores over
    steps of training, ``"losses"`` those of training, ``"scores"`` those of the finished variants
    over their values, on a linear or a log `axis`.
    """

    title: str
    summary: str
    citation: str = ""
    varies: str
    axis: Literal["linear", "log"] = "linear"
    plots: Annotated[tuple[Plot, ...], Field(min_length=1)]
    small: Scale
    full: Scale

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        if "scores" in self.plots:
            for size in (self.small, self.full):
                _check_values(size, self.axis == "log")
        return self

    def at(self, size: Size) -> Scale:
        """The study at that size."""
        return self.small if size == "small" else self.full


def _check_values(scale: Scale, log: bool) -> None:
    values = [variant.value for variant in scale.variants.values()]
    known = [value for value in values if value is not None and (value > 0 or not log)]
    if len(set(known)) < len(values):
        kind = "positive values" if log else "values"
        msg = f"a plot of scores needs different {kind} of all variants; they are {values}"
        raise ValueError(msg)
