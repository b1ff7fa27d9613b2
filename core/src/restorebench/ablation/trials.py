"""The trials of a study: what is trained for each variant, and how it is sampled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from restorebench.ablation.study import SHARED, Size, Study
from restorebench.errors import OptionError
from restorebench.harness.plan import RestorerRef
from restorebench.training.library import read_recipe
from restorebench.training.recipe import Recipe
from restorebench.types import JSON


@dataclass(frozen=True)
class Trial:
    """A variant with its recipe, ready to run.

    `run` names the run of training among those of the study; variants that differ in their
    sampling alone share one. `shared` are the changes of the recipe `base` that all variants have,
    `options` those by which its restorer is sampled.
    """

    study: str
    size: Size
    variant: str
    value: float | None
    run: str
    base: str
    shared: Mapping[str, Any]
    recipe: Recipe
    options: Mapping[str, JSON]

    @property
    def label(self) -> str:
        """What it is called among all restorers."""
        return f"{self.study}/{self.variant} ({self.size})"

    def restorer(self, weights: str) -> RestorerRef:
        """The restorer of these trained weights."""
        kind = "regression" if self.recipe.path is None else "diffusion"
        options = {**self.options, "weights": weights, "label": self.label}
        return RestorerRef(kind, tuple(sorted(options.items())))


def trials(
    name: str, study: Study, size: Size, changes: Mapping[str, Any] | None = None
) -> tuple[Trial, ...]:
    """The trials of a study, in its order; `changes` (``{"data.patch": 64}``) are applied last.

    Raises `OptionError` where a recipe cannot be used, where changes make two variants the same,
    or where variants have different data sets, whose scores cannot be compared.
    """
    made = tuple(_trials(name, study, size, changes or {}))
    _check_different(made)
    if len({trial.recipe.data.name for trial in made}) > 1:
        msg = f"the variants of {name} have different data sets; there is nothing to compare"
        raise OptionError(msg)
    return made


def _trials(name: str, study: Study, size: Size, last: Mapping[str, Any]) -> Iterator[Trial]:
    scale = study.at(size)
    for label, variant in scale.variants.items():
        recipe = read_recipe(scale.recipe, _layered(scale.changes, variant.changes, last))
        options = variant.sampling.options()
        if options and recipe.path is None:
            msg = f"{name}: {label} changes the sampling of a recipe that has no path to sample"
            raise OptionError(msg)
        run = label if variant.changes else SHARED
        shared = _layered(scale.changes, last)
        value = variant.value
        yield Trial(name, size, label, value, run, scale.recipe, shared, recipe, options)


def _layered(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """All changes in their order; one that comes again takes its later place."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in layer.items():
            merged.pop(key, None)
            merged[key] = value
    return merged


def _check_different(made: tuple[Trial, ...]) -> None:
    seen = Counter(map(_identity, made))
    if twice := [trial.variant for trial in made if seen[_identity(trial)] > 1]:
        msg = (
            f"the variants {', '.join(twice)} of {made[0].study} are the same with these values; "
            "leave out those that the study varies, or name other studies"
        )
        raise OptionError(msg)


def _identity(trial: Trial) -> str:
    values = [trial.recipe.model_dump(mode="json"), dict(trial.options)]
    return json.dumps(values, sort_keys=True)
