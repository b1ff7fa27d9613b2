"""The samples that a recipe trains on, and those that it is validated on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from restorebench.data.dataset import Dataset, open_split
from restorebench.data.layouts.sources import data_source
from restorebench.errors import OptionError
from restorebench.plugins import Suite
from restorebench.specs import DatasetSpec
from restorebench.training.recipe import Data
from restorebench.types import Sample


def training_split(suite: Suite, data: Data) -> Dataset:
    """What `data.train` means, with `data.scenes` samples if a number is given.

    Raises `OptionError` where its data set cannot make so many, or belongs to another task.
    """
    named = (data.train,) if isinstance(data.train, str) else data.train
    found = joined([_opened(suite, data, text, "train") for text in named])
    return found if data.scenes is None else found.extended(data.scenes)


def validation_split(suite: Suite, data: Data) -> Dataset:
    """What `data.val` means; raises `OptionError` where it belongs to another task."""
    return _opened(suite, data, data.val, "val")


def joined(parts: Sequence[Dataset]) -> Dataset:
    """Data sets one after another; each id is then ``name/split/id``, but for one alone."""
    if len(parts) == 1:
        return parts[0]
    places = {
        f"{part.name}/{part.split}/{sample_id}": (part, sample_id)
        for part in parts
        for sample_id in part.ids
    }

    def make(name: str) -> Sample:
        part, sample_id = places[name]
        return replace(part[sample_id], id=name)

    names = " + ".join(dict.fromkeys(part.name for part in parts))
    notes = tuple(f"{part.name}: {note}" for part in parts for note in part.notes)
    return Dataset(names, "train", tuple(places), make, notes=notes)


def _opened(suite: Suite, data: Data, text: str, usual: str) -> Dataset:
    """A split of `data.name`, or any other data set: ``TEXT`` or ``TEXT@SPLIT``."""
    own = suite.datasets[data.name]
    if text in own.splits:
        return open_split(suite, data.name, text)
    source, split = _parted(text)
    spec = data_source(suite, source, task=own.task)
    if spec.task != own.task:
        msg = f"{source!r} is of the task {spec.task!r}, the recipe trains for {own.task!r}"
        raise OptionError(msg)
    if spec.name not in suite.datasets:
        suite = suite.with_datasets([spec], "a recipe's data")
    return open_split(suite, spec.name, split or _usual_split(spec, usual))


def _parted(text: str) -> tuple[str, str]:
    source, at, split = text.rpartition("@")
    plain = split.replace("-", "").replace("_", "").isalnum()
    return (source, split) if at and plain and source else (text, "")


def _usual_split(spec: DatasetSpec, usual: str) -> str:
    if usual in spec.splits:
        return usual
    if len(spec.splits) == 1:
        return spec.splits[0]
    msg = f"{spec.name} has no split {usual!r}; say which: {spec.name}@{spec.splits[0]}"
    raise OptionError(msg)
