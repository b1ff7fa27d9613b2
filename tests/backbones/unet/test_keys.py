"""Published weights find their place, and say what network they belong to."""

from __future__ import annotations

import pytest
import torch

from restorebench.backbones import dit, unet
from restorebench.backbones.keys import dit as keys_dit
from restorebench.backbones.keys import unet as keys_unet
from restorebench.errors import OptionError

RENAMED = {
    "init_conv.weight": "intro.weight",
    "time_mlp.3.bias": "time.project.bias",
    "downs.2.0.mlp.1.weight": "down.2.block1.time.weight",
    "downs.2.2.fn.fn.to_out.1.g": "down.2.attention.attention.norm.weight",
    "downs.2.2.fn.norm.g": "down.2.attention.norm.weight",
    "downs.0.3.bias": "down.0.resample.bias",
    "ups.0.1.res_conv.weight": "up.0.block2.shortcut.weight",
    "ups.0.3.1.bias": "up.0.resample.conv.bias",
    "ups.3.3.weight": "up.3.resample.weight",
    "mid_attn.fn.fn.to_out.bias": "attention.attention.project.bias",
    "final_res_block.block1.proj.weight": "final.conv1.weight",
    "somebody.else": "somebody.else",
}
# The stereo network has its fusion between attention and resampling.
STEREO = {
    "downs.0.3.l_proj1.weight": "down.0.fusion.query_left.weight",
    "downs.0.3.norm_r.g": "down.0.fusion.norm_right.weight",
    "downs.0.4.bias": "down.0.resample.bias",
    "ups.0.4.1.weight": "up.0.resample.conv.weight",
    "mid_fusion.beta": "fusion.beta",
}


@pytest.mark.parametrize("key", RENAMED)
def test_u_net_keys(key):
    assert keys_unet.rename(key) == RENAMED[key]


@pytest.mark.parametrize("key", STEREO)
def test_stereo_u_net_keys(key):
    assert keys_unet.rename(key, stereo=True) == STEREO[key]


def test_u_net_weights_say_what_network_they_belong_to(published):
    state = published("net_latent_unet_tiny").state
    assert keys_unet.recognises(state)
    assert keys_unet.infer_config(state) == unet.Config(width=8, multipliers=(1, 2))


def test_depth_width_and_kind_are_read_from_shapes():
    """Released inpainting weights are of width 32 although their file says 64: trust the shapes."""
    state = {
        "init_conv.weight": torch.empty(32, 3, 7, 7, device="meta"),
        "final_conv.weight": torch.empty(3, 32, 3, 3, device="meta"),
        "mid_attn.fn.fn.to_out.weight": torch.empty(512, 128, 1, 1, device="meta"),
        **{
            f"downs.{k}.3.weight": torch.empty(32 << k + 1, 32 << k, 3, 3, device="meta")
            for k in range(5)
        },
    }
    expected = unet.Config(width=32, multipliers=(2, 4, 8, 16, 32), middle="full", degraded=False)
    assert keys_unet.infer_config(state) == expected


def test_transformer_weights_say_what_network_they_belong_to(published):
    state = published("net_dit_tiny").state
    assert keys_dit.recognises(state)
    assert not keys_unet.recognises(state)
    assert keys_dit.infer_config(state, heads=4) == dit.Config(
        channels=4, hidden=32, depth=2, heads=4, patch=2
    )


@pytest.mark.parametrize("size", ["dit-s-4", "dit-b-2", "dit-l-8", "dit-xl-2"])
def test_published_transformers_have_their_published_heads(size):
    config = dit.SIZES[size]
    with torch.device("meta"):
        shapes = {
            "patch_embed.proj.weight": torch.empty(config.hidden, 16, config.patch, config.patch),
            "final_layer.linear.weight": torch.empty(config.patch**2 * 8, config.hidden),
            f"blocks.{config.depth - 1}.attn.qkv.weight": torch.empty(0),
        }
    assert keys_dit.infer_config(shapes) == config


@pytest.mark.parametrize("keys", [keys_unet, keys_dit])
def test_weights_of_another_network_are_refused(keys):
    with pytest.raises(OptionError, match=r"these are not weights of .*weight' is absent"):
        keys.infer_config({"conv.weight": torch.zeros(1)})


def test_weights_that_contradict_each_other_are_refused():
    state = {
        "init_conv.weight": torch.zeros(8, 5, 7, 7),
        "final_conv.weight": torch.zeros(3, 8, 3, 3),
    }
    with pytest.raises(OptionError, match=r"reads 5 channels and final_conv.weight writes 3"):
        keys_unet.infer_config(state)
