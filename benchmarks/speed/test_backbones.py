"""NAFNet's channels-last blocks against the layout in which the networks were published.

The peer is a plain NCHW network with the same weights: LayerNorm by `torch.var` and `torch.mean`
over the channel axis, scales and shifts from a linear layer in every block and call.
Ratios are of the fastest of interleaved calls, so that a busy machine slows both.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, linear, pixel_shuffle

from restorebench.backbones.nafblock import NAFBlock
from restorebench.backbones.nafnet import NAFNet
from restorebench.backbones.nafnet_config import Config

ROUNDS = 9


def channel_norm(x: Tensor, gain: Tensor) -> Tensor:
    variance = torch.var(x, dim=1, unbiased=False, keepdim=True)
    mean = torch.mean(x, dim=1, keepdim=True)
    return (x - mean) * (variance + 1e-5).rsqrt() * gain[:, None, None]


def gate(x: Tensor) -> Tensor:
    a, b = x.chunk(2, dim=1)
    return a * b


def convolve(x: Tensor, layer: nn.Module, **options: int) -> Tensor:
    return conv2d(x, layer.weight, layer.bias, **options)


def published_block(block: NAFBlock, x: Tensor, t: Tensor) -> Tensor:
    rows = linear(gate(t), block.time.weight, block.time.bias)[..., None, None]
    shift1, scale1, shift2, scale2 = rows.chunk(4, dim=1)
    h = channel_norm(x, block.norm1.weight) * (scale1 + 1) + shift1
    h = convolve(h, block.expand)
    h = gate(convolve(h, block.depthwise, padding=1, groups=h.shape[1]))
    h = h * convolve(h.mean((2, 3), keepdim=True), block.attention)
    y = x + convolve(h, block.project) * block.beta
    h = channel_norm(y, block.norm2.weight) * (scale2 + 1) + shift2
    return y + convolve(gate(convolve(h, block.expand2)), block.project2) * block.gamma


def published(network: NAFNet, x: Tensor, mu: Tensor, t: float) -> Tensor:
    embedded = network.time(torch.full((1, 1), t))
    h = convolve(torch.cat([x - mu, mu], dim=1), network.intro, padding=1)
    skips = []
    for blocks, down in zip(network.encoder, network.down, strict=True):
        for block in blocks:
            h = published_block(block, h, embedded)
        skips.append(h)
        h = convolve(h, down, stride=2)
    for block in network.middle:
        h = published_block(block, h, embedded)
    for blocks, up in zip(network.decoder, network.up, strict=True):
        h = pixel_shuffle(convolve(h, up.expand), 2) + skips.pop()
        for block in blocks:
            h = published_block(block, h, embedded)
    return convolve(h, network.ending, padding=1)


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
    torch.manual_seed(0)
    network = NAFNet(config).eval()
    for block in network.modules():
        if isinstance(block, NAFBlock):
            block.beta.fill_(0.2)
            block.gamma.fill_(0.2)
    peer = NAFNet(config)
    peer.load_state_dict(network.state_dict())
    x, mu = torch.rand(2, 1, 3, size, size)
    modulation = network.embed(50.0)
    calls = (
        lambda: network(x, mu, modulation=modulation),
        lambda: published(peer, x, mu, 50.0),
    )
    torch.testing.assert_close(calls[0](), calls[1](), atol=1e-5, rtol=1e-5)
    seconds, published_seconds = fastest(*calls)
    ratio = published_seconds / seconds
    record_property("ratio", ratio)
    print(f"\n{seconds * 1e3:.0f} ms against {published_seconds * 1e3:.0f} ms: {ratio:.2f} times")
