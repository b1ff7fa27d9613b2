"""Published weights find their place, and say what network they belong to."""

from __future__ import annotations

import pytest
import torch

from restorebench.backbones.keys.nafnet import convert, infer_config, recognises, rename
from restorebench.backbones.nafnet import Config, NAFNet
from restorebench.errors import OptionError

TINY = Config(width=8, encoder=(1, 1), decoder=(1, 1))
NAFNET = TINY.replace(degraded=False, timed=False, residual=True, norm_bias=True, norm_eps=1e-6)
READ_OFF = {
    "net_nafnet_tiny": (TINY, {}),
    "net_nafnet_local_tiny": (
        TINY.replace(intro_skip=True, local_pool=(16, 16)),
        {"intro_skip": True, "local_pool": (16, 16)},
    ),
    "net_bokeh_nafnet_tiny": (TINY.replace(channels=4, condition_dim=3), {}),
    "net_stereo_nafnet_tiny": (TINY.replace(views=2, fusion="quarter"), {}),
    "net_original_nafnet_local_tiny": (NAFNET, {}),
}


@pytest.mark.parametrize("name", READ_OFF)
def test_the_configuration_is_read_off_the_weights(published, name):
    config, unsaid = READ_OFF[name]
    assert infer_config(published(name).state, **unsaid) == config


@pytest.mark.parametrize("name", READ_OFF)
def test_every_published_weight_has_its_place(published, name):
    state = published(name).state
    config, _ = READ_OFF[name]
    assert recognises(state)
    NAFNet(config).load_state_dict(convert(state), strict=True)
    assert len(convert(state)) == len(state)


def test_a_denoising_network_reads_as_many_channels_as_it_writes(published):
    state = dict(published("net_nafnet_tiny").state)
    state["intro.weight"] = state["intro.weight"][:, :3]
    assert infer_config(state) == TINY.replace(degraded=False)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("encoders.3.27.sca.1.weight", "encoder.3.27.attention.weight"),
        ("decoders.0.0.norm2.g", "decoder.0.0.norm2.weight"),
        ("middle_blks.11.mlp.1.bias", "middle.11.time.bias"),
        ("middle_blks.11.time_mlp.1.bias", "middle.11.time.bias"),
        ("middle_blks.0.cam_mlp.1.weight", "middle.0.condition.weight"),
        ("time_mlp.1.weight", "time.expand.weight"),
        ("time_mlp.2.weight", "time.project.weight"),
        ("ups.0.0.weight", "up.0.expand.weight"),
        ("downs.2.bias", "down.2.bias"),
        ("encoders.0.0.fusion.norm_r.g", "encoder.0.0.fusion.norm_right.weight"),
        ("encoders.0.0.beta", "encoder.0.0.beta"),
        ("somebody.else.weight", "somebody.else.weight"),
    ],
)
def test_names(theirs, ours):
    assert rename(theirs) == ours


def test_other_weights_are_not_recognised():
    assert not recognises({"init_conv.weight": None, "final_conv.weight": None})


def test_only_nafnets_are_accepted(published):
    state = dict(published("net_nafnet_tiny").state)
    with pytest.raises(OptionError, match=r"intro.weight reads 5 channels .* writes 3"):
        infer_config(state | {"intro.weight": torch.zeros(8, 5, 3, 3)})
    del state["ending.weight"]
    with pytest.raises(OptionError, match=r"'ending\.weight' is absent"):
        infer_config(state)
