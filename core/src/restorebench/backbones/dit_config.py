"""What a diffusion transformer is made of, checked, and its published sizes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from restorebench.backbones.config import BackboneConfig, Blocks
from restorebench.strict_model import Positive, Whole


class Config(BackboneConfig):
    """One DiT: `depth` blocks of `hidden` numbers for each patch of `patch` × `patch`.

    `degraded`: reads [x − μ, μ], else x alone; `positional`: adds a sin-cos embedding of the
    patch's row and column (Refusion's DiT has none and does not know where a patch lies).
    """

    channels: Whole = 8
    hidden: Annotated[int, Field(ge=4, le=1 << 16, multiple_of=4)] = 384
    depth: Blocks = 12
    heads: Whole = 6
    patch: Whole = 4
    degraded: bool = True
    positional: bool = False
    norm_eps: Positive = 1e-6

    @model_validator(mode="after")
    def _heads_divide(self) -> Self:
        expected = f"a divisor of hidden = {self.hidden}"
        self.require("heads", self.hidden % self.heads == 0, expected)
        return self


_PUBLISHED = {"s": (384, 12, 6), "b": (768, 12, 12), "l": (1024, 24, 16), "xl": (1152, 28, 16)}

SIZES: Mapping[str, Config] = MappingProxyType(
    {
        **{
            f"dit-{letter}-{patch}": Config(hidden=hidden, depth=depth, heads=heads, patch=patch)
            for letter, (hidden, depth, heads) in _PUBLISHED.items()
            for patch in (2, 4, 8)
        },
        "compact": Config(channels=3, hidden=128, depth=4, heads=4, patch=4, positional=True),
        "compact-latent": Config(hidden=128, depth=4, heads=4, patch=2, positional=True),
    }
)
