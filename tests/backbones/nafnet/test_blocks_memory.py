"""Without gradients a block works in less memory and fewer calls, to the same bits."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from restorebench.backbones.layers.channels_last import laid_out, use_channels_last
from restorebench.backbones.layers.nafblock import NAFBlock
from restorebench.backbones.nafnet import NAFNet
from restorebench.backbones.nafnet_config import Config
from restorebench.backbones.tiling.memory import LiveBytes


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_result_is_the_same_to_the_last_bit(dtype):
    net = NAFNet(Config(width=8, encoder=(1, 1), decoder=(1, 1))).to(dtype)
    for name, weight in net.named_parameters():
        if name.endswith(("beta", "gamma")):
            weight.data.fill_(0.3)
    x, mu = torch.rand(2, 2, 3, 20, 24).to(dtype)
    before = x.clone()
    learning = net(x, mu, 0.5)
    with torch.inference_mode():
        assert net(x, mu, 0.5).equal(learning)
    assert learning.requires_grad
    assert x.equal(before)


def test_the_sums_of_a_block_are_made_in_memory_that_it_has():
    block = NAFNet(Config(width=8, encoder=(), decoder=(), timed=False)).middle[0].to("meta")
    x = torch.empty(1, 8, 64, 64, device="meta")
    with torch.inference_mode(), LiveBytes() as live:
        block(x)
    assert live.peak <= 6 * x.nbytes  # the sum, the gate before it, a norm or a gate, a wide map


@pytest.mark.parametrize("width", [8, 32], ids=["small", "middle"])
def test_a_small_map_has_the_same_result_in_fewer_calls(width):
    torch.manual_seed(0)
    block, time = NAFBlock(width, time_dim=8), torch.randn(4 * width)
    use_channels_last(block)
    block.beta.data.fill_(0.3)
    block.gamma.data.fill_(0.3)
    x = laid_out(torch.randn(2, width, 24, 24))
    before, expected = x.clone(), block(x, time).detach()
    with torch.inference_mode():
        torch.testing.assert_close(block(x, time), expected, atol=1e-6, rtol=1e-6)
        torch.testing.assert_close(block.at_once(x, time), expected, atol=1e-6, rtol=1e-6)
    assert x.equal(before)


@pytest.mark.parametrize("name", ["norm1", "expand", "depthwise", "pool", "project2"])
def test_a_layer_with_a_hook_or_in_the_place_of_another_is_called(name):
    calls, x, time = [], laid_out(torch.randn(1, 8, 16, 16)), torch.randn(32)
    hooked, replaced = NAFBlock(8, time_dim=8), NAFBlock(8, time_dim=8)
    getattr(hooked, name).register_forward_hook(lambda *_: calls.append("hook"))
    setattr(replaced, name, Counting(getattr(replaced, name), calls))
    with torch.inference_mode():
        hooked(x, time)
        replaced(x, time)
    assert calls == ["hook", "call"]


class Counting(nn.Module):
    def __init__(self, layer, calls):
        super().__init__()
        self.layer, self.calls = layer, calls

    def forward(self, *given):
        self.calls.append("call")
        return self.layer(*given)
