"""Restormer in strips and in tiles, and the U-Net in tiles, against the whole image."""

from __future__ import annotations

import pytest
import torch

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.restormer import Config as RestormerConfig
from restorebench.backbones.restormer import Restormer
from restorebench.backbones.tiling.geometry import check_tiling, geometry
from restorebench.backbones.tiling.held import Ledger, couplings, held
from restorebench.backbones.tiling.memory import peak_bytes
from restorebench.backbones.tiling.tiled import Tiled
from restorebench.backbones.tiling.tiling import Tiling
from restorebench.backbones.unet import Config as UNetConfig
from restorebench.backbones.unet import UNet
from restorebench.errors import OptionError

RESTORMER = RestormerConfig(width=4, blocks=(1, 0, 0, 1), refinement=1, heads=(1, 1, 1, 2))
UNET = UNetConfig(width=4, multipliers=(1,), degraded=False, timed=False, residual=True)
DIFFUSION = {"degraded": True, "timed": True, "residual": False}

NETWORKS = {
    "Restormer": (Restormer, RESTORMER),
    "Restormer without means": (Restormer, RESTORMER.replace(norm_mean=False)),
    "Restormer, diffusion": (Restormer, RESTORMER.replace(**DIFFUSION)),
    "U-Net": (UNet, UNET),
    "U-Net, diffusion": (UNet, UNET.replace(**DIFFUSION)),
    "U-Net of two views": (UNet, UNET.replace(views=2, kernel=3)),
}
QUICK = {"Restormer", "U-Net, diffusion"}
SIZE = 141, 19
TILE = 32


def made(name: str, dtype: torch.dtype = torch.float64) -> Backbone:
    """A network whose every part matters: none of its weights is zero."""
    build, config = NETWORKS[name]
    net, random = build(config), torch.Generator().manual_seed(0)
    for weight in net.parameters():
        fan_in = weight[0].numel() if weight.ndim > 1 else 4
        weight.data.copy_(torch.randn(weight.shape, generator=random) / fan_in**0.5)
    return net.to(dtype)


def errors(net: Backbone, *tilings: Tiling) -> list[float]:
    """The largest differences of a batch from the whole, relative to the root mean square."""
    random, dtype = torch.Generator().manual_seed(1), next(net.parameters()).dtype
    shape = 2, net.inputs.views, 3, *SIZE
    x, mu = (torch.rand(shape, generator=random, dtype=dtype) for _ in range(2))
    times = torch.tensor([0.3, 0.8]) if net.inputs.timed else None
    with torch.inference_mode():
        whole = net(x, mu, times)
        scale = whole.square().mean().sqrt()
        found = [Tiled(net, tiling)(x, mu, times) for tiling in tilings]
    return [float((one - whole).abs().max() / scale) for one in found]


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=() if n in QUICK else pytest.mark.slow) for n in NETWORKS]
)
def test_exact_is_the_whole_image(name):
    (single,) = errors(made(name, torch.float32), Tiling(TILE))
    (double,) = errors(made(name), Tiling(TILE))
    # without the mean taken off, a norm enlarges rounding where the channels are alike
    assert single < (1e-4 if name == "Restormer without means" else 1e-5)
    assert double < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_frozen_is_exact_after_a_pass_for_each_coupling(name):
    net = made(name)
    passes = 0, 1, len(couplings(net))
    none, one, all_of_them = errors(net, *(Tiling(TILE, "frozen", p) for p in passes))
    assert none > one > all_of_them
    assert all_of_them < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize(
    "net",
    [
        Restormer(RESTORMER.replace(blocks=(1, 1, 0, 1))),
        Restormer(RESTORMER.replace(blocks=(2, 0, 1, 0), refinement=0)),
        UNet(UNET.replace(multipliers=(1, 2, 2))),
        UNet(UNET.replace(multipliers=(1,), kernel=3)),
    ],
)
def test_the_halo_is_what_a_gradient_reaches(net):
    for weight in net.parameters():
        torch.nn.init.normal_(weight, std=0.5, generator=torch.Generator().manual_seed(0))
    cut, ledger = geometry(net), Ledger(record=True)
    fixed, x = held(net.double(), ledger), torch.rand(1, 3, 200, 16, dtype=torch.float64)
    fixed(x)
    ledger.learn()
    ledger.record = False
    y, reach = fixed(x.requires_grad_(True)), 0
    cell = range(96, 96 + cut.multiple)  # tiles begin and end where a cell does
    for row in cell:
        (slope,) = torch.autograd.grad(y[0, :, row].sum(), x, retain_graph=True)
        rows = slope[0].abs().sum((0, 2)).nonzero().flatten()
        reach = max(reach, cell[0] - int(rows.min()), int(rows.max()) - cell[-1])
    assert cut.halo == reach


@pytest.mark.slow
def test_memory_of_strips_is_that_of_maps_and_that_of_tiles_grows_with_the_output_alone():
    net = made("Restormer", torch.float32)
    sides = 256, 512
    whole, strips = (
        [peak_bytes(net, side, side, tiling) for side in sides] for tiling in (None, Tiling(64))
    )
    tiles = [peak_bytes(net, side, side, Tiling(128, "frozen")) for side in sides]
    assert whole[1] > 6 * strips[1]
    assert strips[1] > 3 * strips[0], "they keep a map"
    output = [3 * side * side * 4 for side in sides]
    assert tiles[1] - output[1] == pytest.approx(tiles[0] - output[0], rel=0.15)


def test_a_unet_with_full_attention_has_no_tiles_and_says_why():
    with pytest.raises(OptionError, match=r"a UNet cannot be cut.*compares every position"):
        check_tiling(UNet(UNET.replace(middle="full")), "exact")
