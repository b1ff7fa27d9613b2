"""Memory that a network takes, counted by shapes alone: nothing is computed or allocated."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.cost import shapes_for
from restorebench.backbones.tiling.tiled import Tiled
from restorebench.backbones.tiling.tiling import Tiling
from restorebench.backbones.tiling.windows import shapes_alone


class LiveBytes(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """While it is entered: the most bytes that tensors made since then have had at once.

    Those of `given` are not counted, nor are views of them.
    """

    def __init__(self, given: Iterable[Tensor] = ()) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.now = self.peak = 0
        self._seen = weakref.WeakSet[Any](tensor.untyped_storage() for tensor in given)

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run an operation and count what it made."""
        out = func(*args, **(kwargs or {}))
        for made in tree_leaves(out):
            if isinstance(made, Tensor):
                self._count(made.untyped_storage())
        return out

    def _count(self, storage: Any) -> None:
        if storage in self._seen:
            return
        self._seen.add(storage)
        self.now += storage.nbytes()
        self.peak = max(self.peak, self.now)
        weakref.finalize(storage, self._free, storage.nbytes())

    def _free(self, size: int) -> None:
        self.now -= size


def peak_bytes(backbone: Backbone, height: int, width: int, tiling: Tiling | None = None) -> int:
    """Bytes that one call takes beside weights and inputs, its output among them.

    For one sample of height × width, every view of it. What convolutions of the machine's
    libraries need inside is not counted.
    """
    network = backbone if tiling is None else Tiled(backbone, tiling)
    return counted(network, *shapes_for(backbone, height, width))


def counted(module: nn.Module, *args: Any) -> int:
    """The peak of ``module(*args)``, whose tensors need shapes only."""
    state = dict(module.named_parameters()) | dict(module.named_buffers())
    weights = {name: value.to("meta") for name, value in state.items()}
    inputs = (value for value in args if isinstance(value, Tensor))
    live = LiveBytes((*weights.values(), *inputs))
    with torch.inference_mode(), torch.device("meta"), shapes_alone(), live:
        functional_call(module, weights, args)
    return live.peak
