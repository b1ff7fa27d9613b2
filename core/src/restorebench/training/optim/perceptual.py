"""LPIPS as a part of a loss: the metric's network, through which gradients pass to the image."""

from __future__ import annotations

import copy
from typing import Any, cast

import torch
from torch import Tensor

from restorebench.metrics.lpips.metric import metric
from restorebench.metrics.measures import lpips as lpips_measure


class Perceptual:
    """`weight` times LPIPS 0.1 on AlexNet (Zhang et al., CVPR 2018) of images in [0, 1].

    Values beyond [0, 1] are not cut, so that their gradients remain. In float32 whatever surrounds
    it. Raises `MetricUnavailableError` where the trunk's weights are not installed.
    """

    def __init__(self, weight: float) -> None:
        self.weight = weight
        shared = metric.network(lpips_measure())
        self._network: Any = copy.deepcopy(shared).requires_grad_(False).eval()

    def __call__(self, image: Tensor, target: Tensor) -> Tensor:
        """The mean over samples and views of (B, V, 3, h, w), a scalar."""
        network = self._network.to(image.device)
        pair = (2 * images.flatten(0, 1).float() - 1 for images in (image, target))
        with torch.autocast(image.device.type, enabled=False):
            return self.weight * cast(Tensor, network(*pair)).mean()


def make_perceptual(weight: float) -> Perceptual | None:
    """The part of that weight; None for 0, which needs no network."""
    return Perceptual(weight) if weight else None
