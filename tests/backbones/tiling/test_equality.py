"""A network in tiles or strips gives what it gives for the whole image."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from torch import Tensor

from restorebench.backbones.backbone import Backbone
from restorebench.backbones.layers.tlc import AveragePool
from restorebench.backbones.nafnet import Config, NAFNet
from restorebench.backbones.tiling.tiled import Tiled
from restorebench.backbones.tiling.tiling import Tiling
from restorebench.errors import OptionError

SMALL = Config(width=8, encoder=(1, 2), middle=1, decoder=(1, 1))
REGRESSION = SMALL.replace(degraded=False, timed=False, residual=True)
COLUMN = REGRESSION.replace(encoder=(), decoder=(), middle=3, views=2, fusion="full", upscale=2)
COUPLINGS = 6

NETWORKS = {
    "diffusion": SMALL,
    "regression": REGRESSION,
    "guides and a condition": SMALL.replace(guides=2, affine=True, condition_dim=2),
    "intro-skip": SMALL.replace(intro_skip=True),
    "stereo": SMALL.replace(views=2, fusion="quarter"),
    "super-resolution": COLUMN,
    "local pooling": SMALL.replace(local_pool=(16, 24)),
}
SIZES = [(45, 35), (25, 54), (3, 40)]


def made(config: Config) -> NAFNet:
    """A network whose every part matters: none of its weights is zero."""
    net = NAFNet(config)
    random = torch.Generator().manual_seed(0)
    for weight in net.parameters():
        fan_in = weight[0].numel() if weight.ndim > 1 else 4
        weight.data.copy_(torch.randn(weight.shape, generator=random) / fan_in**0.5)
    return net


def given(backbone: Backbone, height: int, width: int, batch: int = 2):
    """x, μ, time and condition of a batch."""
    inputs, random = backbone.inputs, torch.Generator().manual_seed(1)
    x, mu = (
        torch.rand(batch, inputs.views, channels, height, width, generator=random)
        for channels in (inputs.channels, inputs.channels + inputs.guides)
    )
    condition = torch.rand(batch, inputs.condition_dim) if inputs.condition_dim else None
    return x, mu, 0.5 if inputs.timed else None, condition


@torch.inference_mode()
def difference(net: Backbone, tiling: Tiling, height: int, width: int) -> float:
    """That of a batch in tiles from the whole."""
    args = given(net, height, width)
    return apart(Tiled(net, tiling)(*args), net(*args))


def apart(one: Tensor, other: Tensor) -> float:
    """The largest difference, relative to the root mean square."""
    assert one.shape == other.shape
    return float((one - other).abs().max() / other.square().mean().sqrt())


@pytest.mark.parametrize(
    ("name", "size", "recomputed"),
    [*product(NETWORKS, SIZES, (0,)), *product(NETWORKS, SIZES[:1], (1, 2))],
)
def test_exact_is_the_whole_image(name, size, recomputed):
    tiling = Tiling(16, recomputed=recomputed)
    assert difference(made(NETWORKS[name]), tiling, *size) < 1e-5


@pytest.mark.parametrize("name", ["regression", "guides and a condition", "super-resolution"])
def test_frozen_is_exact_after_a_pass_for_each_coupling(name):
    net = made(NETWORKS[name])
    tilings = [Tiling(16, "frozen", passes) for passes in (0, 2, COUPLINGS)]
    errors = [difference(net, tiling, *SIZES[0]) for tiling in tilings]
    assert errors[0] > errors[1] > 1e-5 > errors[2]


def test_local_is_a_network_with_local_pooling():
    net = made(SMALL)
    twin = made(SMALL)
    for name, module in list(twin.named_modules()):
        if isinstance(module, AveragePool):
            level = {"encoder": int(name.split(".")[1]), "middle": 2}.get(name.split(".")[0], -1)
            level = 1 - int(name.split(".")[1]) if level < 0 else level
            module.kernel = (32 >> level,) * 2
    args = given(net, 61, 43)
    with torch.inference_mode():
        local, whole = Tiled(net, Tiling(32, "local"))(*args), net(*args)
        assert apart(local, twin(*args)) < 1e-5
        assert apart(local, whole) > 1e-3


def test_a_modulation_is_used_and_each_sample_has_its_own():
    net = made(SMALL.replace(condition_dim=3))
    x, mu, _, condition = given(net, 40, 24)
    with torch.inference_mode():
        known = net.embed(torch.tensor([0.2, 0.7]), condition)[1]
        whole = net(x, mu, modulation=known)
        for tiling in (Tiling(16), Tiling(16, recomputed=1), Tiling(16, "frozen", COUPLINGS)):
            assert apart(Tiled(net, tiling)(x, mu, modulation=known), whole) < 1e-5


def test_weights_are_the_backbones_own_and_it_stays_as_it_is():
    net = made(REGRESSION)
    tiled = Tiled(net, Tiling(16, "frozen"))
    names = [name for name, _ in net.named_modules()]
    x = given(net, 40, 24)[0]
    with torch.inference_mode():
        tiled(x)
        before = tiled(x)
        net.ending.weight.zero_()
        assert not tiled(x).equal(before)
    assert [name for name, _ in net.named_modules()] == names
    assert {id(p) for p in tiled.parameters()} == {id(p) for p in net.parameters()}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"tile": 0}, "tile of a tiling is 0"),
        ({"statistics": "guessed"}, "there are exact, frozen, local"),
        ({"passes": -1}, "passes of a tiling is -1"),
        ({"recomputed": 0.5}, "recomputed of a tiling is 0.5"),
    ],
)
def test_a_tiling_is_checked(options, message):
    with pytest.raises(OptionError, match=message):
        Tiling(**{"tile": 64, **options})
