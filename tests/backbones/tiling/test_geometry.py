"""How far a network sees, against a probe; and which networks can be cut."""

from __future__ import annotations

import pytest
import torch

from restorebench.backbones.backbone import Backbone, Inputs
from restorebench.backbones.dit import Config as DiTConfig
from restorebench.backbones.dit import DiT
from restorebench.backbones.nafnet import Config, NAFNet
from restorebench.backbones.tiling.geometry import check_tiling, geometry, halo, statistics_of
from restorebench.backbones.tiling.held import Ledger, held
from restorebench.backbones.tiling.tiled import Tiled
from restorebench.backbones.tiling.tiling import Tiling
from restorebench.errors import OptionError

REGRESSION = Config(width=4, degraded=False, timed=False, residual=True)


def seen(net: NAFNet, side: int) -> int:
    """How far around a cell of the coarsest map the input acts on it, couplings fixed."""
    ledger = Ledger(record=True)
    fixed = held(net, ledger)
    fixed(torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)))
    ledger.learn()
    ledger.record = False
    x = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0), requires_grad=True)
    y = fixed(x)
    start, step = side // 2, net.config.multiple
    cell, reach = range(start, start + step), 0  # tiles begin and end where a cell does
    for place in cell:
        (slope,) = torch.autograd.grad(y[0, :, place, start].sum(), x, retain_graph=True)
        rows = slope[0].abs().sum((0, 2)).nonzero().flatten()
        reach = max(reach, cell[0] - int(rows.min()), int(rows.max()) - cell[-1])
    return reach


@pytest.mark.parametrize(
    "shape",
    [
        {"encoder": (1,), "middle": 1, "decoder": (1,)},
        {"encoder": (2, 1), "middle": 0, "decoder": (3, 2)},
        {"encoder": (1, 2), "middle": 2, "decoder": (1, 1), "intro_skip": True},
        {"encoder": (), "middle": 5, "decoder": ()},
    ],
)
def test_the_halo_is_what_a_gradient_reaches(shape):
    torch.manual_seed(0)
    net = NAFNet(REGRESSION.replace(**shape))
    for weight in net.parameters():
        torch.nn.init.normal_(weight, std=0.5)
    reach = seen(net, 96)
    found = halo(net)
    assert found is not None
    assert found == reach


class Blur(Backbone):
    """A network of a plugin that says how far it sees."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs = Inputs(degraded=False, timed=False)
        self.halo, self.conv = 2, torch.nn.Conv2d(3, 3, 5, padding=2)

    def forward(self, x, mu=None, time=None, condition=None, *, modulation=None):
        """Blur."""
        return self.conv(x)


@pytest.mark.parametrize("statistics", ["exact", "frozen"])
def test_a_network_of_a_plugin_declares_its_halo(statistics):
    net, x = Blur(), torch.rand(1, 3, 33, 21)
    with torch.inference_mode():
        assert Tiled(net, Tiling(8, statistics))(x).allclose(net(x), atol=1e-6)


def test_what_cannot_be_cut_says_so_and_what_can():
    net = DiT(DiTConfig(hidden=32, depth=1, heads=2))
    assert halo(net) is None
    assert statistics_of(net) == ()
    with pytest.raises(OptionError, match=r"DiT cannot be cut into tiles.*NAFNet"):
        Tiled(net, Tiling(64))


def test_stereo_attention_and_local_pooling_have_no_independent_tiles():
    for more in ({"views": 2, "fusion": "quarter"}, {"local_pool": (64, 64)}):
        net = NAFNet(REGRESSION.replace(encoder=(1,), decoder=(1,), **more))
        assert halo(net) is None
        assert "exact" in statistics_of(net)
        with pytest.raises(OptionError, match="has no 'frozen' tiles; it has exact, local"):
            check_tiling(net, "frozen")


def test_windows_cover_the_image_once():
    net = NAFNet(REGRESSION.replace(encoder=(1,), decoder=(1,)))
    cut = geometry(net)
    assert cut is not None
    covered = torch.zeros(50, 34)
    for window in cut.windows(49, 33, 16):
        window.core.of(covered).add_(1)
    assert covered.eq(1).all()
