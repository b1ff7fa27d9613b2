"""NAFNet, Refusion and NAFSSR parts give the numbers of the authors' code (float32, 1e-5)."""

from __future__ import annotations

import pytest
import torch

from restorebench.backbones.keys.nafnet import convert, infer_config
from restorebench.backbones.layers.embedding import sinusoid
from restorebench.backbones.layers.nafblock import NAFBlock
from restorebench.backbones.layers.norm import ChannelNorm
from restorebench.backbones.layers.scam import StereoAttention
from restorebench.backbones.nafnet import NAFNet

CLOSE = {"atol": 1e-5, "rtol": 1e-6}


@pytest.fixture(autouse=True)
def no_grad():
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def network(published):
    """The published network of a file, with its configuration read off the weights."""

    def load(name, **unsaid):
        it = published(name)
        net = NAFNet(infer_config(it.state, **unsaid))
        net.load_state_dict(convert(it.state))
        return net, it.given, it.out

    return load


@pytest.mark.parametrize("times", ["int", "float"])
def test_sinusoids(arrays, times):
    known = arrays("unit_embed_norm")
    torch.testing.assert_close(
        sinusoid(known[f"sinpos.t_{times}"], 64), known[f"sinpos64.{times}"], atol=1e-6, rtol=0
    )


def test_layer_norm_of_channels(arrays):
    known = arrays("unit_embed_norm")
    norm = ChannelNorm(6)
    norm.weight.copy_(known["layernorm.g"].flatten())
    y = norm(known["layernorm.x"])
    torch.testing.assert_close(y, known["layernorm.y_f32_eps1e-5"], atol=1e-6, rtol=1e-6)


def test_layer_norm_has_the_same_epsilon_in_every_dtype(arrays):
    known = arrays("unit_embed_norm")
    norm = ChannelNorm(6)
    norm.weight.copy_(known["layernorm.g"].flatten())
    y = norm.double()(known["layernorm.x"].double())
    torch.testing.assert_close(y.float(), known["layernorm.y_f32_eps1e-5"], atol=1e-6, rtol=1e-6)


def test_one_block(published):
    it = published("unit_nafblock")
    block = NAFBlock(8, time_dim=16)
    state = convert({f"middle_blks.0.{key}": value for key, value in it.state.items()})
    block.load_state_dict({key.removeprefix("middle.0."): v for key, v in state.items()})
    first, second = it.given["t"].chunk(2, dim=-1)
    y = block(it.given["x"], block.time(first * second))
    torch.testing.assert_close(y, it.out["y"], **CLOSE)


@pytest.mark.parametrize(("name", "stride"), [("unit_scam_quarter", 4), ("unit_scam_full", 1)])
def test_stereo_attention(published, name, stride):
    it = published(name)
    attention = StereoAttention(8, stride=stride, eps=1e-5, bias=False)
    state = convert({f"middle_blks.0.fusion.{key}": value for key, value in it.state.items()})
    attention.load_state_dict({k.removeprefix("middle.0.fusion."): v for k, v in state.items()})
    torch.testing.assert_close(attention(it.given["x"]), it.out["y"], **CLOSE)


def test_conditional_network(network):
    net, given, out = network("net_nafnet_tiny")
    torch.testing.assert_close(net(given["x"], given["cond"], given["t"]), out["y"], **CLOSE)
    one = net(given["x"][:1], given["cond"][:1], 50)
    torch.testing.assert_close(one, out["y_t50"], **CLOSE)


def test_extra_skip_and_local_pooling(network):
    """Local pooling of a network trained on 16×16, run on 40×36; its time is 50."""
    net, given, out = network("net_nafnet_local_tiny", intro_skip=True, local_pool=(16, 16))
    torch.testing.assert_close(net(given["x"], given["cond"], 50), out["y"], **CLOSE)


def test_lens_metadata(network):
    net, given, out = network("net_bokeh_nafnet_tiny")
    lens = torch.stack([given["src"], given["tgt"], given["disparity"]], dim=1)
    y = net(given["x"], given["cond"], given["t"], lens)
    torch.testing.assert_close(y, out["y"], **CLOSE)
    one = net(given["x"][:1], given["cond"][:1], 50, lens[0])
    torch.testing.assert_close(one, out["y_b1_t50"], **CLOSE)


def test_two_views(network):
    """The published network has the views as channels: left RGB, right RGB."""
    net, given, out = network("net_stereo_nafnet_tiny")
    x, mu = (given[name].unflatten(1, (2, 3)) for name in ("x", "cond"))
    torch.testing.assert_close(net(x, mu, given["t"]).flatten(1, 2), out["y"], **CLOSE)


def test_regression_with_local_pooling(network):
    net, given, out = network("net_original_nafnet_local_tiny", local_pool=(16, 16))
    torch.testing.assert_close(net(given["x"]), out["y"], **CLOSE)
