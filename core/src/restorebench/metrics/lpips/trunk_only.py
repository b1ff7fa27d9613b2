"""Building a network of torchvision's for its convolutions alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch.overrides import TorchFunctionMode


class NoMatrices(TorchFunctionMode):
    """While it is entered, matrices keep whatever their memory holds; for this thread alone.

    `lpips` builds a whole AlexNet or VGG and drops the classifier, whose random weights would make
    220 and 470 MiB resident. What is never written takes no memory.
    """

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """`func`, unless it is one of ``torch.nn.init`` and is called for a matrix."""
        given = kwargs or {}
        if getattr(func, "__module__", "") == "torch.nn.init":
            tensor = args[0] if args else given["tensor"]
            if tensor.dim() == 2:  # weights of convolutions have four dimensions, biases one
                return tensor
        return func(*args, **given)
