"""Parameters and MACs are those of the authors' networks, counted by torch's flop counter."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from restorebench.backbones import dit, restormer, unet
from restorebench.backbones.cost import cost_of, parameters_of

FAMILIES = {"unet": unet.FAMILY, "dit": dit.FAMILY, "restormer": restormer.FAMILY}

# The authors' code at the commits that tests/vectors/engine/README.md names, run by torch 2.13 on
# the meta device: parameters, and GMACs at 256 × 256.
MEASURED = {
    ("unet", "ir-sde"): (137_147_523, "380.74"),
    ("unet", "ir-sde-w32"): (34_799_171, "99.75"),
    ("unet", "ir-sde-w32-deep"): (135_346_755, "120.49"),
    ("unet", "ir-sde-denoising"): (137_137_091, "380.39"),
    ("restormer", "restormer"): (26_126_644, "154.88"),
}
# Likewise, in millions and with the products of the attention, on 8-channel latents of 32 × 32.
TRANSFORMERS = {
    "dit-s-4": ("32.61", "1.42"),
    "dit-s-8": ("33.05", "0.36"),
    "dit-b-2": ("129.58", "23.01"),
    "dit-b-4": ("129.81", "5.57"),
    "dit-l-2": ("456.86", "80.71"),
    "dit-l-4": ("457.16", "19.71"),
}
COMPACT = [(f, size) for f in FAMILIES for size in FAMILIES[f].sizes if size.startswith("compact")]


@pytest.fixture(autouse=True)
def on_meta():
    with torch.device("meta"):
        yield


def network(family, size):
    return FAMILIES[family].build(FAMILIES[family].sizes[size])


def each(names, quick):
    """Parameters of a test, of which those that are not in `quick` are slow."""
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]


QUICK = [("unet", "ir-sde"), ("unet", "ir-sde-w32-deep"), ("restormer", "restormer")]


@pytest.mark.parametrize("of", each(MEASURED, QUICK), ids="-".join)
def test_published_sizes_cost_what_they_cost(of):
    cost = cost_of(network(*of), 256, 256)
    assert (cost.parameters, f"{cost.macs / 1e9:.2f}") == MEASURED[of]


def test_the_deep_u_net_without_the_products_of_its_attention():
    """119.06 GMACs is its usual count: of convolutions and dense layers alone."""
    counter, x = FlopCounterMode(display=False), torch.empty(1, 3, 256, 256)
    with counter, torch.no_grad():
        network("unet", "ir-sde-w32-deep")(x, x, torch.empty(1))
    counted = counter.get_flop_counts()["Global"]
    products = counted.pop(torch.ops.aten.bmm)
    assert f"{sum(counted.values()) / 2e9:.2f}" == "119.06"
    assert f"{products / 2e9:.2f}" == "1.43"


@pytest.mark.parametrize("size", each(TRANSFORMERS, ["dit-s-4", "dit-s-8", "dit-b-2"]))
def test_transformers_cost_what_they_cost(size):
    cost = cost_of(network("dit", size), 32, 32)
    assert (f"{cost.parameters / 1e6:.2f}", f"{cost.macs / 1e9:.2f}") == TRANSFORMERS[size]


@pytest.mark.parametrize(("family", "size"), COMPACT)
def test_compact_sizes_have_at_most_one_and_a_half_million_parameters(family, size):
    assert 0 < parameters_of(network(family, size)) <= 1_500_000


@pytest.mark.parametrize("family", FAMILIES)
def test_every_size_survives_being_written_as_plain_data(family):
    kind = FAMILIES[family]
    for config in kind.sizes.values():
        assert kind.config.from_dict(config.to_dict()) == config
