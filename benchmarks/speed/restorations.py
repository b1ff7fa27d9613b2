"""Whole restorations by the diffusions that come with the plugins, beside 100 posterior steps.

The rival has the same weights in the published layout (`plain`), as their authors' loops sample
them: IR-SDE's posterior from t = 1 in 100 steps. Both keep freed memory, as `restorebench` does.
Between the two stands the published layout with as many steps as ours: what is left to the network
and what to the solver are the two factors. Ours are two: the restorer as it ships, and with the
options whose draws spread as those of 100 steps do (`spreads`).
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product

import numpy as np
import torch
from plain import Plain
from spreads import AS_HUNDRED, DATASETS, scores_of, window
from timing import ratio, seconds

from restorebench.allocator import keep_freed_memory
from restorebench.data.dataset import open_split
from restorebench.plugins import Suite, suite
from restorebench.restorers.base import Context
from restorebench.restorers.model import Model
from restorebench.restorers.packaged import packaged
from restorebench.restorers.weights import NetworkInput
from restorebench.solvers.noise import PixelNoise, noise_key
from restorebench.types import Sample

DIFFUSIONS = (
    "dehaze-diffusion",
    "dehaze-latent-diffusion",
    "shadow-diffusion",
    "bokeh-diffusion",
    "stereo-diffusion",
)
WAYS = ("ours", "equal", "hundred", "wide", "wide-equal", "strided")
DRAWS = 2


@dataclass
class Way:
    """What one way to restore has taken and made."""

    seconds: list[float] = field(default_factory=list)
    scores: list[dict[str, float]] = field(default_factory=list)
    spreads: list[float] = field(default_factory=list)

    def mean(self, column: str) -> float:
        return statistics.fmean(found[column] for found in self.scores)


def restorations(images: int, names: tuple[str, ...] = DIFFUSIONS) -> list[str]:
    """A table of the restorers of these names, each on so many images of its val split."""
    lines = [
        "| restorer | ours | 100 steps, published layout | times as fast | of that the solver "
        "| of that the network | PSNR | LPIPS | spread |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    return lines + [_line(name, _measured(name, images)) for name in names]


def as_hundred(images: int, names: tuple[str, ...] = DIFFUSIONS) -> list[str]:
    """The same with draws that spread as those of 100 steps, and the posterior in as many steps."""
    lines = [
        "| restorer | options | ours | times as fast | of that the solver | of that the network "
        "| than the posterior in as many steps | PSNR: ours, 100 steps, posterior | LPIPS "
        "| spread |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    return lines + [_wide_line(name, _measured(name, images)) for name in names]


def _line(name: str, found: dict[str, Way]) -> str:
    ours, equal, hundred = (found[way] for way in ("ours", "equal", "hundred"))
    cells = [
        f"`{name}`",
        seconds(ours.seconds),
        seconds(hundred.seconds),
        ratio(hundred.seconds, ours.seconds),
        ratio(hundred.seconds, equal.seconds),
        ratio(equal.seconds, ours.seconds),
        f"{ours.mean('psnr'):.2f} against {hundred.mean('psnr'):.2f} dB",
        f"{ours.mean('lpips'):.4f} against {hundred.mean('lpips'):.4f}",
        f"{_spread(ours):.2f} against {_spread(hundred):.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def _wide_line(name: str, found: dict[str, Way]) -> str:
    ours, equal, hundred = (found[way] for way in ("wide", "wide-equal", "hundred"))
    shown = (ours, hundred, found["strided"])
    cells = [
        f"`{name}`",
        f"`{','.join(f'{key}={value}' for key, value in AS_HUNDRED[name].items())}`",
        seconds(ours.seconds),
        ratio(hundred.seconds, ours.seconds),
        ratio(hundred.seconds, equal.seconds),
        ratio(equal.seconds, ours.seconds),
        ratio(found["strided"].seconds, ours.seconds),
        ", ".join(f"{way.mean('psnr'):.2f}" for way in shown) + " dB",
        ", ".join(f"{way.mean('lpips'):.4f}" for way in shown),
        ", ".join(f"{_spread(way):.3f}" for way in shown),
    ]
    return f"| {' | '.join(cells)} |"


def _spread(way: Way) -> float:
    return statistics.fmean(way.spreads)


@cache
@torch.inference_mode()
def _measured(name: str, images: int) -> dict[str, Way]:
    keep_freed_memory()
    installed = suite()
    models = _models(installed, name)
    found = {way: Way() for way in WAYS}
    ours = packaged(installed)[name](suite=installed)
    (task,) = installed.restorers[name].tasks
    context = Context(task)
    for sample in _samples(installed, task, images):
        given, key = ours.inputs(sample, context), context.key(sample)
        if not found["ours"].scores:
            for model in models.values():  # the first run of each does not count
                _restored(model, given, PixelNoise((noise_key(key, 0),)))
        made: dict[str, list[np.ndarray]] = {way: [] for way in WAYS}
        for draw, way in product(range(DRAWS), WAYS):
            noise = PixelNoise((noise_key(key, draw),))
            image, took = _restored(models[way], given, noise)
            made[way].append(image)
            found[way].seconds.append(took)
        for way, outputs in made.items():
            found[way].scores.append(scores_of(installed, task, outputs[0], sample))
            found[way].spreads.append(255 * float(np.std(outputs[0] - outputs[1])) / 2**0.5)
    return found


def _models(installed: Suite, name: str) -> dict[str, Model]:
    """The networks of each way: in our layout, and with the same weights in the published one."""
    target, wide = packaged(installed)[name], AS_HUNDRED[name]
    ours = target(suite=installed)
    plain = Plain(ours.model.backbone)
    others = {"equal": {}, "hundred": {"steps": 100}, "wide-equal": wide}
    others["strided"] = {"steps": wide["steps"]}
    made = {
        way: target(suite=installed, **options).model.with_backbone(plain)
        for way, options in others.items()
    }
    return {"ours": ours.model, "wide": target(suite=installed, **wide).model, **made}


def _restored(model: Model, given: NetworkInput, noise: PixelNoise) -> tuple[np.ndarray, float]:
    start = time.perf_counter()
    out = model.restore(given.images, given.condition, noise, None, given.guides)
    return out.images[0].clamp(0, 1).numpy(), time.perf_counter() - start


def _samples(installed: Suite, task: str, images: int) -> Iterator[Sample]:
    split = open_split(installed, DATASETS[task], "val")
    return (window(split[sample_id]) for sample_id in split.ids[:images])


def half_precision(images: int) -> list[str]:
    """A table of what bf16 changes, for each restorer that brings its weights."""
    lines = [
        "| restorer | largest difference | RMS | PSNR, fp32 | PSNR, bf16 | times as fast |",
        "|---|---|---|---|---|---|",
    ]
    installed = suite()
    names = [n for n in packaged(installed) if not n.endswith(("-fast", "-mean"))]
    return lines + [_half(installed, name, images) for name in names]


def _half(installed: Suite, name: str, images: int) -> str:
    target = packaged(installed)[name]
    restorers = [target(suite=installed, precision=p) for p in ("float32", "bfloat16")]
    (task,) = installed.restorers[name].tasks
    differences, psnr, took = [], ([], []), ([], [])
    for sample in _samples(installed, task, images):
        outputs = []
        for k, restorer in enumerate(restorers):
            start = time.perf_counter()
            outputs.append(restorer.restore(sample.without_target(), Context(task)).image)
            took[k].append(time.perf_counter() - start)
            psnr[k].append(scores_of(installed, task, outputs[k], sample)["psnr"])
        differences.append(255 * np.abs(outputs[0] - outputs[1]))
    largest = max(float(d.max()) for d in differences)
    rms = statistics.fmean(float(np.sqrt(np.mean(d**2))) for d in differences)
    means = " | ".join(f"{statistics.fmean(values):.2f} dB" for values in psnr)
    return f"| `{name}` | {largest:.2f} | {rms:.3f} | {means} | {ratio(*took)} |"
