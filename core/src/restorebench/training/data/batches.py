"""Batches as a function of the step: which images, which patches, which noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from restorebench.data.colour import as_float
from restorebench.errors import OptionError
from restorebench.solvers.noise import noise_key
from restorebench.training.data.augment import augment, check_augmentations, crop
from restorebench.training.data.cache import SplitCache, Stored
from restorebench.training.recipe import Recipe
from restorebench.types import Array


@dataclass(frozen=True, eq=False)
class Batch:
    """Patches with what belongs to them; each sample has a generator of its own.

    `mu` and `x0` (B, V, 3, h, w), `condition` (B, K) or None, `guides` (B, V, G, h, w) or None.
    """

    ids: tuple[str, ...]
    mu: Tensor
    x0: Tensor
    condition: Tensor | None
    rngs: tuple[np.random.Generator, ...]
    guides: Tensor | None = None

    def normal(self, like: Tensor) -> Tensor:
        """Standard normal noise like `like`, whose first axis runs over the samples."""
        shape = tuple(like.shape[1:])
        drawn = [rng.standard_normal(shape, np.float32) for rng in self.rngs]
        return torch.from_numpy(np.stack(drawn)).to(like.device, like.dtype)

    def uniform(self) -> NDArray[np.float64]:
        """A number in [0, 1) for each sample, ``(B,)``."""
        return np.array([rng.random() for rng in self.rngs])


class Batches:
    """``batches(step, places)``: the samples at `places` of the batch of that step.

    Images come in the order of a random permutation, a new one for each pass. Everything is a
    function of (recipe's seed, step, place), so that a run can be left and taken up anywhere.
    """

    def __init__(self, split: SplitCache, recipe: Recipe, device: str = "cpu") -> None:
        self.split, self.recipe, self.device = split, recipe, device
        views = split.targets[0].shape[0]
        check_augmentations(recipe.data.augment, views, split.ratio)
        self._count = min(recipe.data.max_samples or len(split), len(split))
        self._conditions = _read_conditions(split.conditions, recipe.data.condition)
        self._order: tuple[int, NDArray[np.int64]] | None = None

    def numbers(self, step: int, places: Sequence[int]) -> list[int]:
        """Which images stand at `places` of the batch."""
        return [self._number(step * self.recipe.batch + place) for place in places]

    def ids(self, step: int) -> list[str]:
        """The samples of the whole batch."""
        return [self.split.ids[k] for k in self.numbers(step, range(self.recipe.batch))]

    def __call__(self, step: int, places: Sequence[int]) -> Batch:
        numbers = self.numbers(step, places)
        rngs = tuple(_rng(self.recipe.seed, "sample", step, place) for place in places)
        patches = [self._patches(k, rng) for k, rng in zip(numbers, rngs, strict=True)]
        stacked = (np.stack(images) for images in zip(*patches, strict=True))
        mu, x0, *guides = (torch.from_numpy(images).to(self.device) for images in stacked)
        condition = torch.from_numpy(self._conditions[numbers])
        return Batch(
            tuple(self.split.ids[k] for k in numbers),
            mu,
            x0,
            condition.to(self.device) if condition.shape[1] else None,
            rngs,
            *guides,
        )

    def _patches(self, k: int, rng: np.random.Generator) -> tuple[Array, ...]:
        data, stored = self.recipe.data, self.split
        images = (stored.degraded[k], stored.targets[k], *(g[k] for g in [stored.guides] if g))
        images = crop(images, data.patch, stored.ratio, stored.scale, rng)
        return tuple(_float(image) for image in augment(images, data.augment, rng))

    def _number(self, drawn: int) -> int:
        """The image that is drawn as number `drawn` since the beginning."""
        epoch, place = divmod(drawn, self._count)
        if self._order is None or self._order[0] != epoch:
            rng = _rng(self.recipe.seed, "epoch", epoch)
            self._order = (epoch, rng.permutation(self._count))
        return int(self._order[1][place])


def _rng(*parts: int | str) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=noise_key(*parts)))


def _float(patch: Stored) -> Array:
    patch = np.ascontiguousarray(patch)
    return as_float(patch) if patch.dtype == np.uint8 else patch


def _read_conditions(conditions: Array, places: tuple[int, ...] | None) -> Array:
    if places is None:
        return conditions
    if any(not 0 <= k < conditions.shape[1] for k in places):
        msg = f"data.condition is {list(places)}; samples have {conditions.shape[1]} numbers"
        raise OptionError(msg)
    return conditions[:, list(places)]
