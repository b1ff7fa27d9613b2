"""What a backbone is: a network with its declared inputs, and a family of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from torch import Tensor, nn

from restorebench.backbones.config import BackboneConfig
from restorebench.backbones.layers.modulation import Modulation

C = TypeVar("C", bound=BackboneConfig)


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What ``forward(x, mu, time, condition)`` takes.

    `channels` per view of x and μ; `views` 1 or 2; `degraded`: reads μ; `timed`: reads the time;
    `condition_dim`: K numbers of the condition vector; `upscale`: how much larger the output is;
    `guides`: G channels that μ has beyond those of x, maps that are known of the image.
    """

    channels: int = 3
    views: int = 1
    degraded: bool = True
    timed: bool = True
    condition_dim: int = 0
    upscale: int = 1
    guides: int = 0


class Backbone(nn.Module, ABC):
    """A network called as ``net(x, mu, time, condition, modulation=…)``; keeps no state.

    x and μ are (B, V, C, H, W), or (B, C, H, W) for one view; time is a number, or (B,);
    condition is (B, K) or None. With guides μ is (B, V, C + G, H, W). The result has the shape
    of x (times ``inputs.upscale``).
    What `inputs` does not name is ignored, except a condition, which is refused.
    ``embed(times, condition)`` evaluates the time and condition parts once for a whole
    trajectory; ``modulation[k]`` is what ``forward`` takes for the k-th time.
    """

    inputs: Inputs

    def embed(self, time: float | Tensor, condition: Tensor | None = None) -> Any:
        """Everything that depends only on the time and the condition."""
        return None

    @abstractmethod
    def forward(
        self,
        x: Tensor,
        mu: Tensor | None = None,
        time: float | Tensor | None = None,
        condition: Tensor | None = None,
        *,
        modulation: Any = None,
    ) -> Tensor:
        """Predict; see the class for shapes."""


class Modulated(Backbone):
    """A backbone whose time and condition act only through scales and shifts of its blocks."""

    @abstractmethod
    def embed(
        self, time: float | Tensor | None = None, condition: Tensor | None = None
    ) -> Modulation:
        """Scales and shifts of all blocks; `time` a number or (T,), `condition` (K,) or (B, K)."""

    @abstractmethod
    def predict(self, x: Tensor, mu: Tensor | None, modulation: Modulation) -> Tensor:
        """What `forward` gives, with time and condition embedded."""

    def forward(
        self,
        x: Tensor,
        mu: Tensor | None = None,
        time: float | Tensor | None = None,
        condition: Tensor | None = None,
        *,
        modulation: Modulation | None = None,
    ) -> Tensor:
        """Pass `time` and `condition`, or the `modulation` that `embed` made of them."""
        known = self.embed(time, condition) if modulation is None else modulation
        return self.predict(x, mu, known)


@dataclass(frozen=True, kw_only=True)
class Family(Generic[C]):
    """One kind of backbone: its configuration, how to build it, and named sizes."""

    name: str
    config: type[C]
    build: Callable[[C], Backbone]
    sizes: Mapping[str, C]
    citation: str = ""
