"""How far a NAFNet sees: pixels around an output that it depends on, its couplings aside."""

from __future__ import annotations

from restorebench.backbones.nafnet_config import FUSIONS, Config

_AROUND = 3
"""Pixels that a fusion at a quarter of the resolution reads around each: those of its cell."""


def from_input(config: Config, levels: int, around: int = 0) -> int:
    """Pixels of the input around those of the map after `levels` that it depends on.

    `around`: pixels of that map more that are needed on either side.
    """
    for count in reversed(config.encoder[:levels]):
        around = 2 * around + count * _block(config)
    return around + 1


def to_output(config: Config, levels: int) -> list[int]:
    """Pixels around an output that are needed of each level's map, from the finest to `levels`.

    The first ones are of what the encoder leaves for the way up; the last of what comes from below.
    """
    around = [1]
    for level in range(levels):
        around[-1] += config.decoder[len(config.decoder) - 1 - level] * _block(config)
        around.append(-(-around[-1] // 2))
    return around


def both_ways(config: Config, levels: int) -> int:
    """Pixels of the input around an output that it needs where `levels` are computed again.

    What is needed of the map that comes from below is within the same.
    """
    *skips, below = to_output(config, levels)
    of_skips = (
        from_input(config, level, around + config.encoder[level] * _block(config))
        for level, around in enumerate(skips)
    )
    return max(below << levels, 1 + config.intro_skip, *of_skips)


def whole(config: Config) -> int:
    """Pixels of the input around an output that the network depends on."""
    levels = len(config.encoder)
    bottom = to_output(config, levels)[-1] + config.middle * _block(config)
    return max(from_input(config, levels, bottom), both_ways(config, levels))


def _block(config: Config) -> int:
    return 1 + (2 * _AROUND if FUSIONS[config.fusion] == 4 else 0)
