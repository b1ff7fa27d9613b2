"""Without gradients layers take less work and memory, to the same numbers."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from restorebench.backbones.layers.attention import LinearAttention
from restorebench.backbones.layers.channels_last import laid_out, use_channels_last
from restorebench.backbones.layers.inference import pointwise
from restorebench.backbones.layers.levels import ResBlock, Upsample
from restorebench.backbones.tiling.memory import LiveBytes


@pytest.mark.parametrize("size", [(32, 48), (17, 31), (5, 7)], ids=["large", "odd", "small"])
@pytest.mark.parametrize(
    "make",
    [
        lambda: ResBlock(6, 4),
        lambda: ResBlock(4, 4),
        lambda: Upsample(6, 4),
        lambda: LinearAttention(6),
    ],
    ids=["shortcut", "same", "upsample", "attention"],
)
def test_the_result_is_the_same_but_for_rounding(make, size):
    torch.manual_seed(0)
    layer = make()
    use_channels_last(layer)
    x = laid_out(torch.randn(2, next(layer.parameters()).shape[1], *size))
    before, learning = x.clone(), layer(x)
    with torch.inference_mode():
        found = layer(x)
    torch.testing.assert_close(found, learning.detach(), atol=2e-6, rtol=1e-6)
    assert found.is_contiguous(memory_format=torch.channels_last)
    assert x.equal(before)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("make", [lambda: ResBlock(6, 4), lambda: Upsample(6, 4)])
def test_maps_of_another_layout_or_type_are_taken_as_published(make, dtype):
    layer = make().to(dtype)
    x = torch.randn(1, 6, 32, 32).to(dtype)
    x = x if dtype == torch.float32 else laid_out(x)
    with torch.no_grad():
        expected = layer(x)
    with torch.inference_mode():
        assert layer(x).equal(expected)


def test_a_block_works_in_memory_that_it_has():
    block, x = ResBlock(8, 8).to("meta"), torch.empty(1, 8, 64, 64, device="meta")
    with torch.inference_mode(), LiveBytes((x, *block.parameters())) as live:
        block(x)
    assert live.peak <= 2 * x.nbytes  # what a convolution reads, and what it makes


@pytest.mark.parametrize("side", [16, 32, 80], ids=["small", "middle", "large"])
def test_a_1x1_convolution_is_what_its_module_computes(side):
    torch.manual_seed(0)
    conv, x = nn.Conv2d(24, 36, 1), laid_out(torch.randn(1, 24, side, side))
    with torch.inference_mode():
        found = pointwise(conv, x)
    torch.testing.assert_close(found, conv(x).detach(), atol=2e-6, rtol=1e-6)
    assert found.is_contiguous(memory_format=torch.channels_last)


def test_what_takes_the_place_of_a_1x1_convolution_is_called():
    x = laid_out(torch.randn(1, 24, 32, 32))
    other = nn.Sequential(nn.Conv2d(24, 4, 1), nn.ReLU())
    with torch.inference_mode():
        assert pointwise(other, x).equal(other(x))
