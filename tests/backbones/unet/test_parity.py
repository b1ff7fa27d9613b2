"""The networks and their parts give what the authors' code gave (tests/vectors/engine)."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from restorebench.backbones import dit, unet
from restorebench.backbones.keys import dit as keys_dit
from restorebench.backbones.keys import unet as keys_unet
from restorebench.backbones.keys.rename import swap
from restorebench.backbones.layers.attention import FullAttention, LinearAttention
from restorebench.backbones.layers.levels import ResBlock

NETWORK = {"atol": 1e-5, "rtol": 1e-6}
PART = {"atol": 1e-6, "rtol": 1e-6}


def loaded(build, keys, state, **options):
    network = build(keys.infer_config(state, **options))
    network.load_state_dict(keys.convert(state))
    return network


def test_residual_block_with_and_without_the_time(published):
    unit = published("unit_resblock")
    block = ResBlock(6, 8, time_dim=16)
    block.load_state_dict({swap(k, keys_unet.BLOCK): v for k, v in unit.state.items()})
    row = block.time(F.silu(unit.given["t"]))
    torch.testing.assert_close(block(unit.given["x"], row), unit.out["with_time"], **PART)
    torch.testing.assert_close(block(unit.given["x"]), unit.out["no_time"], **PART)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("unit_linear_attention", LinearAttention), ("unit_attention", FullAttention)],
)
def test_attention(published, name, kind):
    unit = published(name)
    renamed = {
        swap(f"fn.{key}", keys_unet.ATTENTION).removeprefix("attention."): (
            value.flatten() if key.endswith(".g") else value
        )
        for key, value in unit.state.items()
    }
    attention = kind(8)
    attention.load_state_dict(renamed)
    torch.testing.assert_close(attention(unit.given["x"]), unit.out["y"], **PART)


def test_waves_of_the_transformer_s_time(arrays):
    unit = arrays("unit_dit_timestep")
    torch.testing.assert_close(dit.waves(unit["t"]), unit["emb256"], atol=1e-6, rtol=0)


@pytest.mark.parametrize(
    ("name", "family", "keys", "options"),
    [
        ("net_latent_unet_tiny", unet, keys_unet, {}),
        ("net_dit_tiny", dit, keys_dit, {"heads": 4}),
    ],
)
def test_network(published, name, family, keys, options):
    net = published(name)
    network = loaded(family.FAMILY.build, keys, net.state, **options)
    x, mu = net.given["x"], net.given["cond"]
    torch.testing.assert_close(network(x, mu, net.given["t"]), net.out["y"], **NETWORK)
    torch.testing.assert_close(network(x, mu, 50), net.out["y_t50"], **NETWORK)
