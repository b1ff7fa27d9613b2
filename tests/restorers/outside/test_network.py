"""Networks of anybody's: called as they were trained, and refused in words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from restorebench.errors import ImageError, OptionError
from restorebench.restorers.base import Context
from restorebench.restorers.outside.network import Network
from restorebench.restorers.plan.plan import LADDER, WHOLE, Limits, Plan, Size

CONTEXT = Context("any", seed=3)


def restored(network, given, **options):
    return Network(network, **options).restore(given, CONTEXT)


@pytest.mark.parametrize(
    ("values", "low", "high"), [("unit", 0, 1), ("signed", -1, 1), ("bytes", 0, 255)]
)
def test_a_network_is_given_the_values_that_it_works_in(one, values, low, high):
    seen = []
    out = restored(lambda x: seen.append(x) or x, one, values=values).image
    assert np.allclose(out, one.degraded, atol=1e-6)
    expected = one.degraded * (high - low) + low
    assert torch.allclose(seen[0], torch.from_numpy(expected), atol=1e-4)


def test_sizes_are_mirrored_to_a_multiple_and_cut_again(one):
    seen = []
    out = restored(lambda x: seen.append(tuple(x.shape)) or x, one, multiple=16).image
    assert seen == [(1, 3, 32, 32)]
    assert np.allclose(out, one.degraded)


def test_views_are_a_batch_or_six_channels(two):
    seen = []
    for views in ("batch", "channels"):
        out = restored(lambda x: seen.append(tuple(x.shape)) or x, two, views=views).image
        assert np.allclose(out, two.degraded)
    assert seen == [(2, 3, 21, 30), (1, 6, 21, 30)]


@pytest.fixture(scope="module")
def blur():
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 3, 3, padding=1))


@pytest.mark.parametrize(("tile", "halo"), [(8, 2), (7, 3), (16, 2), (100, 0)])
def test_tiles_with_a_halo_as_wide_as_the_network_sees_equal_the_whole(one, blur, tile, halo):
    whole, tiles = restored(blur, one), restored(blur, one, tile=tile, halo=halo)
    assert np.abs(whole.image - tiles.image).max() < 1e-6
    assert tiles.nfe == (1 if tile == 100 else -(-21 // tile) * -(-30 // tile))


def test_a_network_that_says_how_far_it_sees_is_cut_by_plan(one, blur):
    """With an option or an attribute; its own tile has the last word."""
    size, limits = Size(*one.degraded.shape[2:]), Limits(tile=8)
    network = Network(blur, halo=2, multiple=4)
    (plan,) = network.costs(limits).plans(size)
    assert plan == Plan(8, halo=4), "in multiples of 4"
    cut = network.restore(one, replace(CONTEXT, plan=plan))
    assert cut.nfe == 3 * 4
    assert np.abs(cut.image - restored(blur, one, multiple=4).image).max() < 1e-6
    assert network.costs(limits).halved(Size(90, 90), WHOLE) == Plan(48, halo=4)
    with pytest.raises(OptionError, match="give halo=PIXELS, half of its receptive field"):
        Network(blur).costs(limits).plans(size)
    own = Network(blur, tile=16, halo=2).costs(Limits())
    assert (own.plans(size), own.bytes(size, WHOLE)) == ([WHOLE], None)


def test_a_tile_takes_less_than_the_whole_image(blur):
    costs, size = Network(blur, halo=2).costs(Limits()), Size(2000, 3000)
    assert [plan.tile for plan in costs.plans(size)] == [0, *LADDER]
    needs = [costs.bytes(size, plan) for plan in costs.plans(size)]
    assert needs == sorted(needs, reverse=True)
    assert needs[-1] > 3 * 12 * size.pixels, "the image, and the output twice"
    unknown = Network(lambda x: x, halo=2).costs(Limits())
    assert unknown.bytes(size, WHOLE) is None, "of a function nothing is counted"


def test_tiles_of_a_network_that_enlarges(sample):
    given, larger = sample(scale=2), nn.Upsample(scale_factor=2)
    whole, tiles = restored(larger, given).image, restored(larger, given, tile=8, halo=1).image
    assert whole.shape == given.target_shape
    assert np.array_equal(whole, tiles)


def test_a_network_that_does_not_enlarge_is_given_an_enlarged_image(sample):
    given = sample(scale=2)
    out = restored(lambda x: x, given, enlarge="nearest").image
    assert np.allclose(out, given.degraded.repeat(2, -1).repeat(2, -2))


def test_parameters_and_multiplications_are_counted(one, blur):
    out = restored(blur, one)
    assert out.parameters == 3 * 4 * 9 + 4 + 4 * 3 * 9 + 3
    assert out.macs == 21 * 30 * 2 * 3 * 4 * 9
    assert restored(lambda x: x, one).parameters is None


def test_one_of_several_outputs_is_picked(one):
    assert restored(lambda x: [x * 0, x], one, output=-1).image.any()
    assert restored(lambda x: {"out": x}, one, output="out").image.any()
    for network, says in (
        (lambda x: (x, x), r"a tuple of 2, expected a tensor; .* output=-1"),
        (lambda x: {"out": x}, r"a dict out, expected a tensor; .* output=KEY"),
        (lambda x: None, "a NoneType, expected a tensor"),
    ):
        with pytest.raises(ImageError, match=says):
            restored(network, one)
    with pytest.raises(ImageError, match="a list, without output=4"):
        restored(lambda x: [x], one, output=4)


@pytest.mark.parametrize(
    ("network", "says"),
    [
        (lambda x: x.permute(0, 2, 3, 1), "channels last: permute it"),
        (lambda x: x[0], "without its first axis"),
        (lambda x: x[0].permute(1, 2, 0), "channels last and without its first axis"),
        (lambda x: x.mT, "height and width exchanged"),
        (lambda x: x[:, :1], "one channel: it must give RGB"),
        (lambda x: x[..., ::2, ::2], "images are never resized to fit"),
        (lambda x: x * 255, r"values from .* as 8-bit images; .* values=bytes"),
        (lambda x: x / 0, "not finite"),
    ],
)
def test_what_is_wrong_with_an_output_is_said_in_words(one, network, says):
    with pytest.raises(ImageError, match=says):
        restored(network, one)


@pytest.mark.parametrize(
    "options",
    [{"values": "byte"}, {"views": "both"}, {"enlarge": "more"}, {"precision": "int8"},
     {"multiple": 0}, {"tile": -1}, {"halo": 1.5}, {"tile": True}],
)  # fmt: skip
def test_options_that_there_are_not(options):
    with pytest.raises(OptionError, match=next(iter(options))):
        Network(lambda x: x, **options)


def test_half_precision(one, blur):
    exact = restored(blur, one).image
    half = restored(blur, one, precision="bfloat16").image
    blur.float()
    assert 0 < np.abs(exact - half).max() < 0.02
