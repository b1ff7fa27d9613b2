"""Validation during training: PSNR of restored samples, and a sheet of images."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch

from restorebench.checkpoints.file import Checkpoint
from restorebench.compressors.compressor import Compressor
from restorebench.data.colour import quantise
from restorebench.errors import SampleError
from restorebench.metrics.psnr import mean_squared_error
from restorebench.plugins import Suite
from restorebench.restorers.base import Context, Restorer
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.regression import Regression
from restorebench.restorers.upsample import enlarged
from restorebench.restorers.weights import Weights
from restorebench.types import Array, Pixels, Sample

_GAP = 4
CAP = 100.0
"""dB at which the PSNR of equal images is counted in a mean."""


class Validation(NamedTuple):
    """Means over samples and views, in dB; `sheet` is (3, H, W): input, restored, target."""

    psnr: float
    identity: float
    sheet: Pixels


def validate(
    suite: Suite,
    checkpoint: Checkpoint,
    samples: Sequence[Sample],
    task: str,
    device: str,
    sheet_rows: int = 4,
) -> Validation:
    """Restore `samples` exactly as the restorers `diffusion` and `regression` do.

    A compressor alone reconstructs the target from the target's latent and the degraded
    image's skips. RGB, 8 bit, no border cut. Raises `SampleError` for a sample without a target.
    """
    restore = _restorer(suite, checkpoint, task, device)
    rows: list[Pixels] = []
    scores, before = [], []
    for sample in samples:
        if sample.target is None:
            msg = f"validation sample {sample.id!r} has no target"
            raise SampleError(msg)
        given = enlarged(sample.degraded, sample.scale, "bicubic")
        seen, restored, target = map(quantise, (given, restore(sample), sample.target))
        scores.append(_psnr(restored, target))
        before.append(_psnr(seen, target))
        if len(rows) < sheet_rows:
            rows.append(_row([*seen[:1], *restored[:1], *target[:1]]))
    return Validation(float(np.mean(scores)), float(np.mean(before)), _column(rows))


def _restorer(
    suite: Suite, checkpoint: Checkpoint, task: str, device: str
) -> Callable[[Sample], Array]:
    if checkpoint.setup.backbone is None:
        compressor = checkpoint.networks(suite)[1]
        if compressor is None:
            raise SampleError("there is no network to validate")
        return lambda sample: _replaced(compressor.to(device), sample, device)
    weights = Weights("the weights in training", checkpoint, "")
    kind = Regression if checkpoint.setup.path is None else Diffusion
    restorer: Restorer = kind(weights, suite=suite)
    context = Context(task, device=device)
    return lambda sample: restorer.restore(sample.without_target(), context).image


@torch.inference_mode()
def _replaced(compressor: Compressor, sample: Sample, device: str) -> Array:
    degraded, target = (
        torch.from_numpy(np.array(image)).to(device) for image in (sample.degraded, sample.target)
    )
    height, width = target.shape[-2:]
    z, skips = compressor.encode(target).z, compressor.encode(degraded).skips
    made: Array = compressor.decode(z, skips, (height, width)).cpu().numpy()
    return made


def _psnr(prediction: Pixels, target: Pixels) -> float:
    views = zip(prediction, target, strict=True)
    return float(np.mean([_decibels(mean_squared_error(p, t)) for p, t in views]))


def _decibels(mse: float) -> float:
    return min(CAP, 10 * math.log10(255**2 / mse)) if mse else CAP


def _row(images: Sequence[Pixels]) -> Pixels:
    gap = np.full((3, images[0].shape[1], _GAP), 255, np.uint8)
    return np.concatenate([piece for image in images for piece in (image, gap)][:-1], axis=2)


def _column(rows: Sequence[Pixels]) -> Pixels:
    width = max(row.shape[2] for row in rows)
    padded = [
        np.pad(row, ((0, 0), (0, _GAP), (0, width - row.shape[2])), constant_values=255)
        for row in rows
    ]
    return np.concatenate(padded, axis=1)[:, :-_GAP]
