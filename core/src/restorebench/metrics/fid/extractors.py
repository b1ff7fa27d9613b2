"""The networks whose features are compared, by name, on images of 299×299 px."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from restorebench.errors import MetricUnavailableError, UnknownNameError
from restorebench.metrics.fid.distances import Values
from restorebench.metrics.hub_file import HubFile
from restorebench.metrics.iqa.needs import Needs
from restorebench.metrics.lpips.metric import Lpips
from restorebench.metrics.measures import lpips
from restorebench.registry import nearest
from restorebench.torchvision_guard import ensure_torchvision
from restorebench.types import Pixels

SIDE = 299
"""Pixels of a side of what every network sees."""


class Extractor(ABC):
    """A network with checked weights: an 8-bit image to a vector of features.

    `suffix` tells its columns apart; the one that papers mean by FID has none.
    """

    name: str
    suffix: str
    summary: str

    @abstractmethod
    def absence(self) -> str | None:
        """Why it cannot be used here, with what to do about it, or None."""

    @abstractmethod
    def features(self, pixels: Pixels) -> Values:
        """The vector of one image, ``(3, H, W)``.

        Raises `MetricUnavailableError` without weights and `ChecksumError` on other ones.
        """


INCEPTION = HubFile(
    "pyiqa",
    "pt_inception-2015-12-05-6726825d.pth",
    "https://huggingface.co/chaofengc/IQA-PyTorch-Weights/resolve/main/"
    "pt_inception-2015-12-05-6726825d.pth",
    "6726825d",
)


class Inception(Extractor):
    """Inception-v3 as ported for FID, by pyiqa: the last average pooling, 2048 features."""

    name = "inception-v3"
    suffix = ""
    summary = "Inception-v3 with the weights of the first FID, 2048 features (clean-fid)"

    def absence(self) -> str | None:
        """No pyiqa, or no weights."""
        reason = Needs((INCEPTION,)).absent()
        return None if reason is None else f"{self.name} cannot run: {reason}"

    def features(self, pixels: Pixels) -> Values:
        """2048 numbers."""
        import torch

        x = torch.from_numpy((resized(pixels) - 128) / 128)[None]
        with torch.inference_mode():
            return np.asarray(self._network(x, False, False)[0].reshape(-1).double())

    @cached_property
    def _network(self) -> Any:
        if (reason := self.absence()) is not None:
            raise MetricUnavailableError(reason)
        INCEPTION.read_sha256()
        ensure_torchvision()
        from pyiqa.archs.inception import InceptionV3

        return InceptionV3(output_blocks=[3]).eval()


class TrunkFeatures(Extractor):
    """A trunk of LPIPS: the spatial mean of its last layer that LPIPS compares."""

    def __init__(self, net: Literal["alex", "vgg"], name: str, width: int) -> None:
        self.name = name
        self.suffix = f"_{name.partition('-')[0]}"
        self.summary = f"The trunk of LPIPS {net}, mean of its last layer, {width} features"
        self._measure = lpips(net=net)
        self._lpips = Lpips()

    def absence(self) -> str | None:
        """No trunk."""
        return self._lpips.check(self._measure)

    def features(self, pixels: Pixels) -> Values:
        """The means of the channels."""
        import torch

        network = self._lpips.network(self._measure)
        x = torch.from_numpy(resized(pixels) / np.float32(127.5) - 1)[None]
        with torch.inference_mode():
            x = network.scaling_layer(x)
            for k in range(network.L):
                x = getattr(network.net, f"slice{k + 1}")(x)
            return np.asarray(x.mean((2, 3)).reshape(-1).double())


def resized(pixels: Pixels) -> NDArray[np.float32]:
    """``(3, H, W)`` to ``(3, 299, 299)`` in [0, 255], unrounded.

    By Pillow's antialiased bicubic kernel, channel by channel, as clean-fid has it (Parmar, Zhang
    and Zhu, CVPR 2022).
    """
    planes = (Image.fromarray(plane.astype(np.float32)) for plane in pixels)
    small = [np.asarray(p.resize((SIDE, SIDE), Image.Resampling.BICUBIC)) for p in planes]
    return np.stack(small).clip(0, 255)


_ALL: tuple[Extractor, ...] = (
    Inception(),
    TrunkFeatures("vgg", "vgg16-conv5", 512),
    TrunkFeatures("alex", "alexnet-conv5", 256),
)
EXTRACTORS = {extractor.name: extractor for extractor in _ALL}


def extractor_of(name: str) -> Extractor:
    """The extractor of that name; raises `UnknownNameError` with the nearest names."""
    if name not in EXTRACTORS:
        msg = f"there is no extractor {name!r}; {nearest(name, EXTRACTORS)}"
        raise UnknownNameError(msg)
    return EXTRACTORS[name]
