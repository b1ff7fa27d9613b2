"""What IR-SDE's U-Net is made of, checked, and its published sizes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator

from restorebench.backbones.config import BackboneConfig, Levels, Width
from restorebench.strict_model import Positive, Whole


def _odd(number: int) -> int:
    if number % 2 == 0:
        msg = "expected an odd number"
        raise ValueError(msg)
    return number


class Config(BackboneConfig):
    """One U-Net: level i has width · multipliers[i] channels on its way out.

    `middle`: ``"linear"`` attention at the bottom, or ``"full"`` (the denoising networks);
    `degraded`: reads μ beside x, as [x − μ, μ] if `difference`, else as [x, μ]; `timed`: modulated
    by the time; `residual`: adds x to the output; `views` 2: stereo attention after every
    attention; `kernel` of the first layer.
    """

    channels: Whole = 3
    width: Width = 64
    multipliers: Levels = (2, 4, 8, 16)
    middle: Literal["linear", "full"] = "linear"
    views: Literal[1, 2] = 1
    degraded: bool = True
    timed: bool = True
    difference: bool = True
    residual: bool = False
    kernel: Annotated[Whole, AfterValidator(_odd)] = 7
    norm_eps: Positive = 1e-5

    @property
    def multiple(self) -> int:
        """Height and width are padded to multiples of this.

        Twice what the halvings need: the published networks were trained with this padding.
        """
        return int(2 ** len(self.multipliers))


SIZES: Mapping[str, Config] = MappingProxyType(
    {
        "ir-sde": Config(),
        "ir-sde-w32": Config(width=32),
        "ir-sde-w32-deep": Config(width=32, multipliers=(2, 4, 8, 16, 32)),
        "ir-sde-denoising": Config(middle="full", degraded=False),
        "ir-sde-stereo": Config(views=2, difference=False, residual=True, kernel=3),
        "compact": Config(width=16, multipliers=(1, 2, 4)),
        "compact-regression": Config(
            width=16, multipliers=(1, 2, 4), degraded=False, timed=False, residual=True
        ),
        "compact-stereo": Config(
            width=16, multipliers=(1, 2, 4), views=2, difference=False, residual=True, kernel=3
        ),
    }
)
