"""Without gradients a block works in less memory, to the same bits."""

from __future__ import annotations

import pytest
import torch

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
