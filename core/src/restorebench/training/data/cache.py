"""The images of a split as arrays on disk, made once for a run and mapped into memory."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from restorebench.atomic import write_text
from restorebench.data.colour import as_float, quantise
from restorebench.data.dataset import Dataset
from restorebench.errors import SampleError
from restorebench.plugins import Suite
from restorebench.restorers.guides import guide_maps
from restorebench.restorers.initial import InitialRestorer
from restorebench.types import Array, Sample

_INDEX = "index.json"

Stored = NDArray[Any]
"""uint8 where that is exact, else float32; ``(V, 3, H, W)``."""


@dataclass(frozen=True, eq=False)
class SplitCache:
    """Pairs of a split; `scale` of its samples, `ratio` of target to stored degraded pixels.

    `guides` (1, G, H, W) of each sample, float32; empty without guides.

    `content_hash` is that of the samples they were made from, `target_hashes` those of their
    targets.
    """

    ids: tuple[str, ...]
    degraded: tuple[Stored, ...]
    targets: tuple[Stored, ...]
    conditions: Array
    scale: int
    ratio: int
    content_hash: str
    target_hashes: tuple[str, ...]
    guides: tuple[Stored, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)


def prepare(
    suite: Suite,
    dataset: Dataset,
    folder: Path,
    enlarge: str | None,
    progress: Callable[[int, int], None] | None = None,
    guides: Sequence[str] = (),
    initial: InitialRestorer | None = None,
) -> SplitCache:
    """The images in `folder`, made first if they are missing.

    `enlarge`: how degraded images are brought to the targets' size, or None to leave them;
    `guides`: names of the maps of `suite` that are kept of each sample; `initial` makes the
    degraded images in place of the samples' own.
    Raises `SampleError` where samples lack targets or are of several scales.
    """
    try:
        return _opened(folder)
    except (OSError, ValueError, LookupError, TypeError):  # absent, half made, damaged
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        reading = _Reading(suite, enlarge, guides, initial or InitialRestorer(suite, None))
        _fill(dataset, folder, reading, progress)
    return _opened(folder)


@dataclass(frozen=True)
class _Reading:
    """What is stored of a sample; see `prepare`."""

    suite: Suite
    enlarge: str | None
    guides: Sequence[str]
    initial: InitialRestorer

    def arrays(self, sample: Sample, where: str) -> dict[str, Stored]:
        """Its degraded image, target and guides, by what they are called."""
        if sample.target is None:
            msg = f"sample {sample.id!r} of {where} has no target to train on"
            raise SampleError(msg)
        factor = 1 if self.enlarge is None else sample.scale
        degraded = self.initial(sample, factor, self.enlarge or "bicubic").image
        made = {"degraded": _stored(degraded), "target": _stored(sample.target)}
        if self.guides:
            made["guides"] = guide_maps(self.suite, self.guides, sample)[None]
        return made


def _fill(
    dataset: Dataset, folder: Path, reading: _Reading, progress: Callable[[int, int], None] | None
) -> None:
    conditions, scales = [], set()
    for k, sample in enumerate(dataset):
        for what, array in reading.arrays(sample, f"{dataset.name}/{dataset.split}").items():
            np.save(folder / f"{k:06d}-{what}.npy", array)
        conditions.append(sample.condition.tolist())
        scales.add(sample.scale)
        if progress is not None:
            progress(k + 1, len(dataset))
    if len(scales) != 1 or len({len(c) for c in conditions}) != 1:
        msg = (
            f"{dataset.name}/{dataset.split} has samples of scales {sorted(scales)} and conditions "
            "of several lengths, or none; training needs one of each"
        )
        raise SampleError(msg)
    index = {"ids": list(dataset.ids), "conditions": conditions, "scale": scales.pop()}
    index |= {"enlarged": reading.enlarge is not None, "hash": dataset.content_hash}
    index["guides"] = list(reading.guides)
    index["targets"] = [dataset.identity(sample_id).target for sample_id in dataset.ids]
    write_text(folder / _INDEX, json.dumps(index))  # last: it says that the rest is whole


def _stored(image: Array) -> Stored:
    pixels = quantise(image)
    return pixels if np.array_equal(as_float(pixels), image) else image


def _opened(folder: Path) -> SplitCache:
    index: Mapping[str, Any] = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    count, scale = len(index["ids"]), index["scale"]

    def arrays(what: str) -> tuple[Stored, ...]:
        return tuple(np.load(folder / f"{k:06d}-{what}.npy", mmap_mode="r") for k in range(count))

    return SplitCache(
        tuple(index["ids"]),
        arrays("degraded"),
        arrays("target"),
        np.array(index["conditions"], np.float32).reshape(count, -1),
        scale,
        1 if index["enlarged"] else scale,
        index["hash"],
        tuple(index["targets"]),
        arrays("guides") if index.get("guides") else (),
    )
