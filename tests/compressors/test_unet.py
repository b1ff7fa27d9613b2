"""Refusion's compressor gives what the authors' code gave (tests/vectors/engine/README.md)."""

from __future__ import annotations

import pytest
import torch

from restorebench.backbones.cost import macs_of, parameters_of
from restorebench.compressors import keys
from restorebench.compressors.losses import latent_replacement_loss
from restorebench.compressors.unet import SIZES, Config, UNetCompressor
from restorebench.errors import ImageError, OptionError

CLOSE = {"atol": 1e-5, "rtol": 1e-6}
# The authors' code, run by torch 2.13 on the meta device, at 256 × 256: parameters, GMACs there
# and back, GMACs there.
MEASURED = {
    "refusion-dehazing": (2_007_859, "12.15", "1.91"),
    "refusion-bokeh": (6_155_139, "71.84", "17.73"),
}


@pytest.fixture
def tiny(published):
    return published("net_compressor_tiny_a")


@pytest.fixture
def compressor(tiny):
    net = UNetCompressor(keys.infer_config(tiny.state))
    net.load_state_dict(keys.convert(tiny.state))
    return net


def test_latent_and_skips(tiny, compressor):
    z, skips = compressor.encode(tiny.given["lq"])
    torch.testing.assert_close(z, tiny.out["z_lq"], **CLOSE)
    torch.testing.assert_close(skips[4], tiny.out["h_lq4"], **CLOSE)
    assert [tuple(skip.shape[1:]) for skip in skips] == [(8, 20, 28)] * 3 + [(8, 10, 14)] * 2


def test_decoding_with_its_own_skips_and_with_those_of_the_degraded_image(tiny, compressor):
    lq, gt = (compressor.encode(tiny.given[name]) for name in ("lq", "gt"))
    own = compressor.decode(lq.z, lq.skips, (18, 27))
    torch.testing.assert_close(own, tiny.out["dec_zlq_hlq"], **CLOSE)
    replaced = compressor.decode(gt.z, lq.skips, (18, 27))
    torch.testing.assert_close(replaced, tiny.out["dec_zgt_hlq"], **CLOSE)


def test_the_loss_of_latent_replacing(tiny, compressor):
    loss = latent_replacement_loss(compressor, tiny.given["lq"], tiny.given["gt"])
    expected = [tiny.out[f"loss{term}"] for term in ("_rec", "_rep", "_reg", "")]
    torch.testing.assert_close(list(loss), expected, **CLOSE)


@pytest.mark.parametrize("size", MEASURED)
def test_published_sizes_cost_what_they_cost(size):
    with torch.device("meta"):
        net, x = UNetCompressor(SIZES[size]), torch.empty(1, 3, 256, 256)
    both, there = macs_of(net, x), macs_of(Encoder(net), x)
    found = (parameters_of(net), f"{both / 1e9:.2f}", f"{there / 1e9:.2f}")
    assert found == MEASURED[size]


class Encoder(torch.nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        return self.net.encode(x)


@pytest.mark.parametrize(
    ("size", "latent"), [("refusion-dehazing", (8, 750, 500)), ("refusion-bokeh", (4, 1500, 1000))]
)
def test_latents_of_a_24_megapixel_image(size, latent):
    with torch.device("meta"):
        z, _ = UNetCompressor(SIZES[size]).encode(torch.empty(1, 3, 6000, 4000))
    assert tuple(z.shape[1:]) == latent


def test_weights_say_what_compressor_they_belong_to(tiny):
    assert keys.recognises(tiny.state)
    config = Config(width=8, multipliers=(1, 2), latent_channels=4)
    assert keys.infer_config(tiny.state) == config


@pytest.mark.parametrize(
    ("key", "ours"),
    [
        ("encoder.1.0.block1.proj.weight", "down.1.block1.conv1.weight"),
        ("encoder.3.2.fn.fn.to_out.1.g", "down.3.attention.attention.norm.weight"),
        ("decoder.0.3.1.bias", "up.0.resample.conv.bias"),
        ("decoder.3.3.weight", "up.3.resample.weight"),
        ("post_latent_conv.weight", "from_latent.weight"),
        ("somebody.else", "somebody.else"),
    ],
)
def test_keys(key, ours):
    assert keys.rename(key) == ours


def test_weights_of_another_network_are_refused():
    with pytest.raises(OptionError, match=r"Refusion's compressor: 'init_conv.weight' is absent"):
        keys.infer_config({"conv.weight": torch.zeros(1)})


def test_skips_that_do_not_fit_are_refused(compressor):
    z, skips = compressor.encode(torch.rand(2, 3, 9, 12))
    with pytest.raises(ImageError, match=r"reads 5 skips of 2 images of 12×12 .*; got 0"):
        compressor.decode(z, (), (9, 12))
    other = compressor.encode(torch.rand(2, 3, 20, 12)).skips
    with pytest.raises(ImageError, match=r"got 5, the first \(2, 8, 20, 12\)"):
        compressor.decode(z, other, (9, 12))
    with pytest.raises(ImageError, match="of 1 images"):
        compressor.decode(z[:1], skips, (9, 12))
