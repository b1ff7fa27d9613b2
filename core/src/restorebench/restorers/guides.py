"""Guides: maps made of a sample that a network reads beside the degraded image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from restorebench.errors import OptionError, PluginError, SampleError
from restorebench.plugins import Suite
from restorebench.types import Array, Sample


def guide_channels(suite: Suite, names: Sequence[str]) -> int:
    """How many channels the guides of these names have together."""
    return sum(suite.guides[name].channels for name in names)


def check_guides(
    suite: Suite, names: Sequence[str], channels: int, compressed: bool, views: int
) -> None:
    """Raise `OptionError` unless a network that reads `channels` of guides can be given these."""
    expected = guide_channels(suite, names)
    if expected != channels:
        msg = f"the network reads {channels} channels of guides; {_listed(names)} {expected}"
        raise OptionError(f"{msg}: set backbone.guides={expected}, or name others in guides")
    if names and (compressed or views > 1):
        where = "on latents" if compressed else "with two views"
        msg = f"guides are for one view and for images; this network works {where}"
        raise OptionError(msg)


def guide_maps(suite: Suite, names: Sequence[str], sample: Sample) -> Array:
    """The guides of a sample, one after the other: float32 (G, H, W).

    Raises `SampleError` where the sample lacks what a guide is made of, and `PluginError` where a
    guide does not have the declared shape.
    """
    size = sample.degraded.shape[2:]
    maps = [np.zeros((0, *size), np.float32), *(_map(suite, name, sample) for name in names)]
    return np.concatenate(maps)


def mask(sample: Sample) -> Array:
    """The sample's mask, (1, H, W); `SampleError` where it has none."""
    if sample.mask is None:
        msg = f"sample {sample.id!r} has no mask; these weights read one: (1, H, W), in [0, 1]"
        raise SampleError(msg)
    return sample.mask


def degraded(sample: Sample) -> Array:
    """The sample's degraded image, (3, H, W)."""
    image: Array = sample.degraded[0]
    return image


def nearness(sample: Sample) -> Array:
    """1 / depth, (1, H, W), at most 10 per metre; `SampleError` where the sample has no depth."""
    if sample.depth is None:
        msg = f"sample {sample.id!r} has no depth; these weights read it: (1, H, W), in metres"
        raise SampleError(msg)
    return np.asarray(1 / np.maximum(sample.depth, 0.1), np.float32)


def _map(suite: Suite, name: str, sample: Sample) -> Array:
    registry = suite.guides
    expected = (registry[name].channels, *sample.degraded.shape[2:])
    made: Array = registry.load(name)(sample)
    if not isinstance(made, np.ndarray) or made.dtype != np.float32 or made.shape != expected:
        msg = f"the guide {name!r} of {registry.provider(name)} gave {_described(made)} for sample "
        raise PluginError(f"{msg}{sample.id!r}; expected float32 {expected}")
    return made


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "no guide is named, which has"
    what, have = ("guides", "have") if len(names) > 1 else ("guide", "has")
    return f"the {what} {', '.join(names)} {have}"


def _described(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    return f"a {type(value).__name__}"
