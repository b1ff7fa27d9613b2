"""What participants get, and what stays with the organisers, of one split of a data set.

Inputs and targets have the same names. Beside them, where the task has them: ``conditions.csv`` (a
line per sample), ``masks/ID.png`` (8-bit grey) and ``depth/ID.npy`` (float32, metres).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import numpy as np

from restorebench.data.colour import quantise
from restorebench.data.hashing import array_hash, dataset_hash, identify
from restorebench.data.images import write_image
from restorebench.data.layouts.fields.masks import mask_pixels, write_mask
from restorebench.data.layouts.fields.views import image_names
from restorebench.data.layouts.files import DEPTH, MASKS
from restorebench.errors import ImageError, SampleError
from restorebench.restorers.base import Context, Restorer
from restorebench.specs import TaskSpec
from restorebench.submission.readme import NAME as README
from restorebench.submission.readme import TEMPLATE
from restorebench.submission.reference.dataset import DatasetReference
from restorebench.submission.reference.manifest import NAME, Entry, Manifest
from restorebench.types import Array, Pixels, Sample

FILLED = (
    "runtime per image [s] : {seconds:.3f}\n"
    "CPU[1] / GPU[0] : 1\n"
    "Extra Data [1] / No Extra Data [0] : 0\n"
    "Other description : {restorer}, the reference row of this task, run on a CPU\n"
)
"""The readme of a sample submission."""


def samples_of(reference: DatasetReference) -> list[Sample]:
    """All samples of the split, each with its target; raises `SampleError` where one has none."""
    ids = dict.fromkeys(expected.sample for expected in reference.expected)
    samples = [reference.sample(sample_id) for sample_id in ids]
    for sample in samples:
        if sample.target is None:
            msg = f"sample {sample.id!r} of {reference.dataset}/{reference.split} has no target"
            raise SampleError(msg)
    return samples


def write_reference(folder: Path, reference: DatasetReference, samples: list[Sample]) -> None:
    """The secret part: targets, masks and ``reference.json``."""
    for sample in samples:
        assert sample.target is not None
        write_views(folder, sample.id, quantise(sample.target))
        _write_mask(folder, sample)
    entries = tuple(map(_entry, samples))
    manifest = Manifest(
        task=reference.task,
        dataset=reference.dataset,
        split=reference.split,
        views=samples[0].target_shape[0],
        protocol=reference.protocol.name,
        protocol_hash=reference.protocol.hash,
        dataset_hash=dataset_hash((e.id, e.input, e.target) for e in entries),
        samples=entries,
    )
    (folder / NAME).write_text(manifest.text(), encoding="utf-8")


def write_inputs(folder: Path, task: TaskSpec, samples: list[Sample]) -> None:
    """The public part: inputs as 8-bit PNG, and all else that a restorer may know."""
    for sample in samples:
        write_views(folder / "inputs", sample.id, quantise(sample.degraded))
        _write_mask(folder, sample)
        if sample.depth is not None:
            path = folder / DEPTH / f"{image_names(sample.id, 1)[0].removesuffix('.png')}.npy"
            path.parent.mkdir(parents=True, exist_ok=True)
            np.save(path, sample.depth)
    if task.condition:
        _write_conditions(folder / "conditions.csv", task, samples)
    (folder / README).write_text(TEMPLATE, encoding="utf-8")


def write_solution(folder: Path, task: TaskSpec, restorer: Restorer, samples: list[Sample]) -> None:
    """A whole submission, made by `restorer`; its readme's runtime is measured."""
    from restorebench.harness.cost import measured

    seconds = []
    for sample in samples:
        action = partial(restorer.restore, sample.without_target(), Context(task.name))
        output, took, _ = measured(action)
        if np.shape(output.image) != sample.target_shape:
            msg = f"{task.reference} made {np.shape(output.image)}, expected {sample.target_shape}"
            raise ImageError(msg)
        write_views(folder, sample.id, quantise(output.image))
        seconds.append(took)
    text = FILLED.format(seconds=float(np.mean(seconds)), restorer=task.reference)
    (folder / README).write_text(text, encoding="utf-8")


def write_views(folder: Path, sample_id: str, pixels: Pixels) -> None:
    """``(V, 3, H, W)`` under the names that a submission must use."""
    for name, view in zip(image_names(sample_id, len(pixels)), pixels, strict=True):
        write_image(folder / name, view)


def _write_mask(folder: Path, sample: Sample) -> None:
    if sample.mask is not None:
        write_mask(folder / MASKS / image_names(sample.id, 1)[0], sample.mask)


def _write_conditions(path: Path, task: TaskSpec, samples: Iterable[Sample]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    units = [f"{f.name} [{f.unit}]" if f.unit else f.name for f in task.condition]
    writer.writerow(["sample", *units])
    writer.writerows([s.id, *map(_short, s.condition)] for s in samples)
    path.write_text(text.getvalue(), encoding="utf-8")


def _short(value: Array) -> str:
    """The shortest text that reads back as the same float32."""
    return np.format_float_positional(np.float32(value), trim="-")


def _entry(sample: Sample) -> Entry:
    found = identify(sample)
    levels = "" if sample.mask is None else array_hash(mask_pixels(sample.mask))
    return Entry(sample.id, found.input, found.target, found.mask, levels)
