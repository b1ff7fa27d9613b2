"""NAFNet's channels-last blocks against the layout in which the networks were published.

The peer has the same weights; `plain` says what its layout is. Ratios are of the fastest of
interleaved calls, so that a busy machine slows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import torch
from plain import Plain
from torch import Tensor

from restorebench.backbones.layers.nafblock import NAFBlock
from restorebench.backbones.nafnet import NAFNet
from restorebench.backbones.nafnet_config import Config

ROUNDS = 9


def fastest(*calls: Callable[[], Tensor]) -> list[float]:
    """Seconds of the fastest of `ROUNDS` interleaved calls of each, after one to warm up."""
    best = [float("inf")] * len(calls)
    for k in range(ROUNDS + 1):
        for i, call in enumerate(calls):
            start = time.perf_counter()
            call()
            if k:
                best[i] = min(best[i], time.perf_counter() - start)
    return best


def made(config: Config) -> NAFNet:
    """A network whose blocks all count."""
    torch.manual_seed(0)
    network = NAFNet(config).eval()
    for block in network.modules():
        if isinstance(block, NAFBlock):
            block.beta.data.fill_(0.2)
            block.gamma.data.fill_(0.2)
    return network


@pytest.mark.parametrize(
    "config",
    [
        Config(width=8, encoder=(1, 2), decoder=(1, 1), condition_dim=3, guides=2, affine=True),
        Config(width=8, encoder=(1, 1), decoder=(1, 1), views=2, fusion="quarter"),
        Config(width=8, encoder=(1,), decoder=(1,), timed=False, degraded=False, residual=True),
    ],
    ids=["condition", "stereo", "regression"],
)
@torch.inference_mode()
def test_the_published_layout_computes_the_same(config: Config) -> None:
    network, inputs = made(config), config
    x = torch.rand(2, inputs.views, 3, 37, 41)
    mu = torch.rand(2, inputs.views, 3 + inputs.guides, 37, 41)
    condition = torch.rand(2, inputs.condition_dim) if inputs.condition_dim else None
    given = (x, mu, 50.0 if inputs.timed else None, condition)
    torch.testing.assert_close(network(*given), Plain(network)(*given), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("config", "size"),
    [
        (Config(width=32, encoder=(1, 2), decoder=(1, 1)), 256),
        (Config(width=64, encoder=(1, 1, 2), decoder=(1, 1, 1)), 256),
        (Config(width=24, encoder=(1, 2, 4), decoder=(1, 1, 1)), 256),
    ],
    ids=["width-32", "width-64", "compact"],
)
@torch.inference_mode()
def test_channels_last_blocks_are_faster_than_the_published_layout(
    config: Config, size: int, record_property: Callable[[str, object], None]
) -> None:
    network = made(config)
    peer = Plain(network)
    x, mu = torch.rand(2, 1, 3, size, size)
    modulation = network.embed(50.0)
    calls = (lambda: network(x, mu, modulation=modulation), lambda: peer(x, mu, 50.0))
    torch.testing.assert_close(calls[0](), calls[1](), atol=1e-5, rtol=1e-5)
    seconds, published_seconds = fastest(*calls)
    ratio = published_seconds / seconds
    record_property("ratio", ratio)
    print(f"\n{seconds * 1e3:.0f} ms against {published_seconds * 1e3:.0f} ms: {ratio:.2f} times")
