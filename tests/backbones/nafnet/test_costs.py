"""Parameters and MACs are those of the authors' networks, counted by torch's flop counter."""

from __future__ import annotations

from functools import cache

import pytest
import torch

from restorebench.backbones.cost import cost_of, macs_of, parameters_of
from restorebench.backbones.nafnet import SIZES, NAFNet
from restorebench.backbones.nafnet_config import Config

# The authors' code at the commits that tests/vectors/engine/README.md names, run by torch 2.13 on
# the meta device: parameters, and GMACs at 256 × 256 (of both views, where there are two).
MEASURED = {
    "refusion": (76_608_387, "63.18"),
    "refusion-denoising": (76_606_659, "63.06"),
    "refusion-stereo": (112_033_667, "128.92"),
    "refusion-latent-dehazing": (76_617_032, "63.74"),
    "refusion-latent-bokeh": (131_467_716, "63.48"),
    "nafnet-gopro-w32": (17_111_907, "15.96"),
    "nafnet-gopro-w64": (67_888_835, "63.05"),
    "nafnet-sidd-w32": (29_159_715, "16.05"),
    "nafnet-sidd-w64": (115_982_915, "63.24"),
}
LATENT = {
    ("refusion-latent-dehazing", 128, 128): "15.95",
    ("refusion-latent-dehazing", 750, 500): "374.41",
    ("refusion-latent-bokeh", 128, 128): "15.89",
}
# Chu et al., CVPRW 2022, table 1: parameters in millions.
NAFSSR = {"t-x2": 0.45, "t-x4": 0.46, "s-x2": 1.54, "s-x4": 1.56, "b-x2": 6.77, "b-x4": 6.80}


@pytest.fixture(autouse=True)
def on_meta():
    with torch.device("meta"):
        yield


@cache
def network(size):
    return NAFNet(SIZES[size])


QUICK = ("refusion", "refusion-latent-bokeh", "nafnet-gopro-w32", "nafnet-sidd-w32")
"""One of each arrangement of blocks; the others are as these, with another width or input."""


def each(names, quick):
    """Parameters of a test, of which those that are not in `quick` are slow."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.mark.parametrize("size", each(MEASURED, QUICK))
def test_published_sizes_cost_what_they_cost(size):
    cost = cost_of(network(size), 256, 256)
    assert (cost.parameters, f"{cost.macs / 1e9:.2f}") == MEASURED[size]


def test_beyond_the_windows_of_local_pooling_attention_is_computed_at_each_position():
    whole, local = (cost_of(network("nafnet-gopro-w32"), side, side) for side in (256, 512))
    assert local.macs > 4 * whole.macs


@pytest.mark.parametrize("of", each(LATENT, [("refusion-latent-dehazing", 128, 128)]), ids=str)
def test_latent_sizes_cost_what_they_cost(of):
    size, height, width = of
    cost = cost_of(network(size), height, width)
    assert f"{cost.macs / 1e9:.2f}" == LATENT[size, height, width]


@pytest.mark.parametrize("size", NAFSSR)
def test_nafssr_has_the_parameters_of_the_paper(size):
    parameters = parameters_of(NAFNet(SIZES[f"nafssr-{size}"]))
    assert parameters / 1e6 == pytest.approx(NAFSSR[size], abs=0.0051)


@pytest.mark.parametrize("size", [name for name in SIZES if name.startswith("compact")])
def test_compact_sizes_have_at_most_one_and_a_half_million_parameters(size):
    assert parameters_of(NAFNet(SIZES[size])) <= 1_500_000


def test_the_cost_of_a_network_in_memory_is_that_of_its_shapes():
    config = Config(width=4, encoder=(1,), decoder=(1,))
    with torch.device("cpu"):
        here = NAFNet(config)
        x = torch.zeros(1, 3, 8, 8)
    counted = macs_of(here, x, mu=x, time=3)
    assert counted == cost_of(NAFNet(config), 8, 8).macs
    assert here.intro.weight.device.type == "cpu"


def test_macs_of_a_convolution_are_the_textbook_s():
    layer = torch.nn.Conv2d(3, 5, 3, padding=1)
    assert macs_of(layer, torch.zeros(2, 3, 7, 11)) == 2 * 7 * 11 * 5 * 3 * 9
