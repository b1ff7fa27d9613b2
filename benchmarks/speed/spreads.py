"""Options with which few steps leave draws as far apart as 100 posterior steps do.

``python benchmarks/speed/spreads.py dehaze-diffusion:steps=6,temperature=0.4`` compares options
of your own with 100 posterior steps of the same weights, on windows of 128×128; a name without
options has those of `AS_HUNDRED`. Spread is the standard deviation between draws in grey levels,
before rounding, as a mean over windows. Intervals resample windows, 95 %.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from restorebench.data.colour import quantise
from restorebench.data.dataset import open_split
from restorebench.harness.plan import RestorerRef
from restorebench.metrics import Protocol, score
from restorebench.plugins import Suite, suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.packaged import packaged
from restorebench.solvers.noise import PixelNoise, noise_key
from restorebench.types import Sample

Floats: TypeAlias = NDArray[np.float64]

SIX = {"solver": "dpmpp-2m", "grid": "uniform-lambda", "steps": 6}
AS_HUNDRED: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "dehaze-diffusion": {**SIX, "temperature": 0.59},
        "shadow-diffusion": {**SIX, "solver": "dpmpp-2m-sde", "temperature": 0.33},
        "bokeh-diffusion": {**SIX, "temperature": 0.35},
        "stereo-diffusion": {**SIX, "temperature": 1.28},
        "dehaze-latent-diffusion": {"solver": "unipc-2", "grid": "karras", "steps": 3},
    }
)
"""Chosen on windows of the val splits; docs/ablations.md has the search."""
DATASETS = {
    "dehaze": "dehaze-scenes",
    "shadow": "shadow-scenes",
    "bokeh": "bokeh-scenes",
    "stereo": "stereo-scenes-x4",
}
SIDE = 128


class Found(NamedTuple):
    """Of each window: spread between draws, PSNR and LPIPS as means over draws."""

    spread: Floats
    psnr: Floats
    lpips: Floats


def window(sample: Sample, top: int = 0, left: int = 0) -> Sample:
    """`SIDE` rows and columns of the target from (top, left), and what belongs to them."""
    cut = {}
    for name in ("degraded", "target", "mask", "depth"):
        value, k = getattr(sample, name), sample.scale if name == "degraded" else 1
        rows, columns = (slice(at // k, (at + SIDE) // k) for at in (top, left))
        cut[name] = value if value is None else value[..., rows, columns]
    return replace(sample, **cut)


@torch.inference_mode()
def drawn(restorer: Diffusion, sample: Sample, context: Context, draws: int) -> Floats:
    """Draws of one sample (draws, V, 3, H, W), restored in one batch."""
    images, condition, guides, _ = restorer.inputs(sample, context)
    given = [None if x is None else x.expand(draws, *x.shape[1:]) for x in (condition, guides)]
    keys = tuple(noise_key(context.key(sample), draw) for draw in range(draws))
    batch = images.expand(draws, *images.shape[1:])
    out = restorer.model.restore(batch, given[0], PixelNoise(keys), None, given[1])
    return out.images.clamp(0, 1).double().numpy()


def found(
    installed: Suite, restorer: Diffusion, samples: list[Sample], task: str, draws: int
) -> Found:
    """What a restorer makes of samples: one line each."""
    context, lines = Context(task), []
    for sample in samples:
        made = drawn(restorer, sample, context, draws)
        scores = [scores_of(installed, task, image, sample) for image in made]
        variance = (255 * made).var(0, ddof=1).mean()
        means = [np.mean([one[name] for one in scores]) for name in ("psnr", "lpips")]
        lines.append((variance**0.5, *means))
    return Found(*np.array(lines).T)


def scores_of(installed: Suite, task: str, image: NDArray[Any], sample: Sample) -> dict[str, float]:
    """PSNR and LPIPS by the task's protocol; LPIPS is NaN where its weights are not there."""
    full: Protocol = installed.protocols.load(installed.tasks[task].protocol)
    shown = Protocol("shown", {c: full.measures[c] for c in ("psnr", "lpips")})
    pair = quantise(image), quantise(sample.target)
    found = score(shown, *pair, sample.mask, installed.metrics.load)
    return {"lpips": float("nan"), **found.values}


def interval(values: Floats, beside: Floats | None = None) -> tuple[float, float]:
    """95 % of the means of resampled windows, or of the ratios of two means."""
    k = np.random.default_rng(0).integers(0, len(values), (4000, len(values)))
    means = values[k].mean(1) if beside is None else values[k].mean(1) / beside[k].mean(1)
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def compared(ours: Found, hundred: Found) -> str:
    """Cells of a table: ratio of spreads, differences of PSNR and LPIPS, each with its interval."""
    low, high = interval(ours.spread, hundred.spread)
    ratio = ours.spread.mean() / hundred.spread.mean()
    cells = [f"{hundred.spread.mean():.3f}", f"{ratio:.3f} ({low:.3f}–{high:.3f})"]
    for name, digits in (("psnr", 3), ("lpips", 5)):
        difference = getattr(ours, name) - getattr(hundred, name)
        low, high = interval(difference)
        middle = f"{difference.mean():+.{digits}f}"
        cells.append(f"{middle} ({low:+.{digits}f} … {high:+.{digits}f})")
    return " | ".join(cells)


def line(
    name: str,
    options: Mapping[str, Any],
    split: str,
    images: int,
    place: tuple[int, int],
    draws: int,
) -> str:
    """A row of the table of docs/ablations.md for one restorer."""
    installed = suite()
    target = packaged(installed)[name]
    (task,) = installed.restorers[name].tasks
    data = open_split(installed, DATASETS[task], split)
    samples = [window(data[sample_id], *place) for sample_id in data.ids[:images]]
    ways = [target(suite=installed, **given) for given in (options, {"steps": 100})]
    ours, hundred = (found(installed, way, samples, task, draws) for way in ways)
    shown = ",".join(f"{key}={value}" for key, value in options.items())
    return f"| `{name}` | `{shown}` | {compared(ours, hundred)} |"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("restorers", nargs="*", metavar="NAME[:KEY=VALUE,…]", default=[*AS_HUNDRED])
    parser.add_argument("--split", default="val")
    parser.add_argument("--images", type=int, default=8)
    parser.add_argument("--draws", type=int, default=4)
    parser.add_argument("--place", type=int, nargs=2, default=(0, 0), metavar=("TOP", "LEFT"))
    given = parser.parse_args()
    place = (given.place[0], given.place[1])
    for ref in map(RestorerRef.parse, given.restorers):
        options = dict(ref.options) or AS_HUNDRED[ref.name]
        print(line(ref.name, options, given.split, given.images, place, given.draws), flush=True)


if __name__ == "__main__":
    main()
