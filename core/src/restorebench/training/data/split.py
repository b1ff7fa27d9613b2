"""The samples that a recipe trains on."""

from __future__ import annotations

from restorebench.data.dataset import Dataset, open_split
from restorebench.plugins import Suite
from restorebench.training.recipe import Data


def training_split(suite: Suite, data: Data) -> Dataset:
    """The split `data.train`, with `data.scenes` samples if a number is given.

    Raises `OptionError` where its data set cannot make so many.
    """
    found = open_split(suite, data.name, data.train)
    return found if data.scenes is None else found.extended(data.scenes)
