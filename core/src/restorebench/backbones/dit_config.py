"""What a diffusion transformer is made of, checked, and its published sizes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from restorebench.backbones.config import BackboneConfig


@dataclass(frozen=True, kw_only=True)
class Config(BackboneConfig):
    """One DiT: `depth` blocks of `hidden` numbers for each patch of `patch` × `patch`.

    `degraded`: reads [x − μ, μ], else x alone; `positional`: adds a sin-cos embedding of the
    patch's row and column (Refusion's DiT has none and does not know where a patch lies).
    """

    channels: int = 8
    hidden: int = 384
    depth: int = 12
    heads: int = 6
    patch: int = 4
    degraded: bool = True
    positional: bool = False
    norm_eps: float = 1e-6

    def __post_init__(self) -> None:
        super().__post_init__()
        for field in ("channels", "depth", "heads", "patch"):
            self.require(getattr(self, field) >= 1, field, "1 or more")
        self.require(self.hidden >= 4 and self.hidden % 4 == 0, "hidden", "a multiple of 4")
        self.require(self.hidden % self.heads == 0, "heads", f"a divisor of hidden = {self.hidden}")
        self.require(self.norm_eps > 0, "norm_eps", "a positive number")


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
