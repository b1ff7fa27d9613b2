"""How far IR-SDE's U-Net sees: pixels around an output that it depends on, its attention fixed."""

from __future__ import annotations

from restorebench.backbones.unet_config import Config

_BLOCK = 2
"""Pixels of the two 3×3 convolutions of a residual block."""


def halo_of(config: Config) -> int:
    """Pixels of the input around an output."""
    ending = 1 + _BLOCK
    return max(_into(config, 0, ending), ending) + config.kernel // 2


def _into(config: Config, level: int, around: int) -> int:
    """Pixels around those of a level's way in, for `around` of what it gives on its way out."""
    own = around + 1 if level == 0 else -(-(around + 1) // 2)
    first, second = own + _BLOCK, own + 2 * _BLOCK
    if level + 1 < len(config.multipliers):
        below = 2 * _into(config, level + 1, second) + 1
    else:
        below = second + 2 * _BLOCK + 1
    return max(first, max(second, below) + _BLOCK) + _BLOCK
