"""LPIPS (Zhang, Isola, Efros, Shechtman and Wang, CVPR 2018) through its authors' package."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from restorebench.errors import ImageError, MetricUnavailableError, ProtocolError
from restorebench.metrics.lpips.strips import distance
from restorebench.metrics.lpips.trunks import TRUNKS, Trunk
from restorebench.metrics.metric import Mask, Metric, rgb_only, whole_image_only
from restorebench.metrics.protocol import Measure
from restorebench.torchvision_guard import ensure_torchvision
from restorebench.types import Pixels


class Lpips(Metric):
    """The distance between deep features, on the CPU in float32; lower is better, 0 for equality.

    Options: `net` (``"alex"``, ``"vgg"``, ``"squeeze"``), `heads` (``"0.1"``, the version of the
    linear heads; 0.0 did not scale its input) and `trunk`, the checkpoint's file name, which ends
    in its hash. The trunk is never downloaded here: without a file the metric is not available. Any
    size takes about the same memory (`lpips.strips`).
    """

    def __init__(self, trunks: Mapping[str, Trunk] = TRUNKS) -> None:
        self._trunks = trunks
        self._networks: dict[str, Any] = {}

    def check(self, measure: Measure) -> str | None:
        """Why it cannot be computed here: no `lpips` package, or no trunk."""
        if importlib.util.find_spec("lpips") is None:
            return "the package lpips is not installed: pip install lpips"
        return self._trunk(measure).absence()

    def compute(
        self, prediction: Pixels, target: Pixels, region: Mask | None, measure: Measure
    ) -> float:
        """LPIPS of one view, ``(3, H, W)``."""
        whole_image_only(region, measure)
        rgb_only(measure)
        network = self.network(measure)
        smallest = self._trunk(measure).smallest
        height, width = target.shape[1:]
        if min(height, width) < smallest:
            msg = f"LPIPS needs images of {smallest} px a side or more, not {height}×{width}"
            raise ImageError(msg)
        return distance(network, prediction, target)

    def provenance(self, measure: Measure) -> dict[str, Any]:
        """Net, trunk with the hash of its tensors, and the version of the package."""
        trunk = self._trunk(measure)
        return {
            **super().provenance(measure),
            "net": measure.option("net"),
            "heads": measure.option("heads"),
            "trunk": trunk.file,
            "trunk_sha256": trunk.read().sha256,
            "lpips": version("lpips"),
        }

    def network(self, measure: Measure) -> Any:
        """The `lpips.LPIPS` module with the checked trunk, kept for the next call."""
        if (reason := self.check(measure)) is not None:
            raise MetricUnavailableError(reason)
        trunk = self._trunk(measure)
        sha256 = trunk.read().sha256
        if sha256 not in self._networks:
            net, heads = str(measure.option("net")), str(measure.option("heads"))
            self._networks[sha256] = with_trunk(build(net, heads), trunk)
        return self._networks[sha256]

    def _trunk(self, measure: Measure) -> Trunk:
        net, heads, file = (measure.option(name) for name in ("net", "heads", "trunk"))
        trunk = self._trunks.get(str(net))
        if trunk is None or heads != "0.1":
            msg = f"there is no LPIPS {heads} on {net!r}; 0.1 on {', '.join(self._trunks)}"
            raise ProtocolError(msg)
        if file != trunk.file:
            msg = (
                f"the protocol needs the LPIPS trunk {file!r}; the trunk of {net!r} is {trunk.file}"
            )
            raise ProtocolError(msg)
        return trunk


def build(net: str, heads: str) -> Any:
    """`lpips.LPIPS` with its trained heads on a *random* trunk; leaves torch's generator alone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lpips calls torchvision by parameters of long ago
        ensure_torchvision()
        import lpips
        import torch

        from restorebench.metrics.lpips.trunk_only import NoMatrices

        with torch.random.fork_rng(devices=[]), NoMatrices():
            return lpips.LPIPS(net=net, version=heads, pnet_rand=True, verbose=False)


def with_trunk(network: Any, trunk: Trunk) -> Any:
    """Load the trunk's convolutions into the slices into which `lpips` cuts it."""
    state = trunk.read().state
    names = {name: name.partition(".")[2] for name in network.net.state_dict()}
    network.net.load_state_dict({n: state[f"features.{own}"] for n, own in names.items()})
    return network


metric = Lpips()
