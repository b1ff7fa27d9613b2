"""Padding, pooling, normalisation and the configuration."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from restorebench.backbones.backbone import Family
from restorebench.backbones.layers.norm import ChannelNorm
from restorebench.backbones.layers.padding import crop, pad_to_multiple
from restorebench.backbones.layers.tlc import AveragePool, local_kernel
from restorebench.backbones.nafnet import FAMILY, SIZES, Config
from restorebench.builtin_lazy import BACKBONES
from restorebench.errors import ImageError, OptionError
from restorebench.registry import resolve


def ramp(height, width):
    return torch.arange(float(height * width)).reshape(1, 1, height, width)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "mirror"])
def test_padding_grows_right_and_down_and_crops_back(mode):
    x = ramp(9, 6)
    padded = pad_to_multiple(x, 4, mode)
    assert padded.shape == (1, 1, 12, 8)
    assert crop(padded, 9, 6).equal(x)
    if mode == "zeros":
        assert not padded[..., 9:, :].any()
    else:
        assert (
            padded.numpy()[0, 0].tolist() == np.pad(x[0, 0], ((0, 3), (0, 2)), "reflect").tolist()
        )


def test_a_multiple_is_left_alone():
    x = ramp(8, 4)
    assert pad_to_multiple(x, 4, "reflect") is x


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 3), (5, 1)])
def test_a_mirror_reflects_as_often_as_it_takes(height, width):
    x = ramp(height, width)
    padded = pad_to_multiple(x, 16, "mirror")
    pads = ((0, -height % 16), (0, -width % 16))
    assert padded.numpy()[0, 0].tolist() == np.pad(x.numpy()[0, 0], pads, "reflect").tolist()


def test_a_image_too_small_to_reflect_is_refused():
    with pytest.raises(ImageError, match=r"3×20 image cannot be reflected by 13.*at least 14"):
        pad_to_multiple(ramp(3, 20), 16, "reflect")


def test_local_means_are_those_of_the_nearest_whole_window():
    x = torch.rand(2, 3, 7, 9, generator=torch.Generator().manual_seed(0))
    y = AveragePool((4, 5))(x)
    for i, j in [(0, 0), (3, 4), (6, 8), (6, 0)]:
        top, left = min(max(i - 1, 0), 7 - 4), min(max(j - 2, 0), 9 - 5)
        window = x[..., top : top + 4, left : left + 5].mean((2, 3))
        torch.testing.assert_close(y[..., i, j], window, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("kernel", [None, (7, 9), (100, 9)])
def test_a_window_that_covers_the_map_is_the_mean(kernel):
    x = torch.rand(1, 2, 7, 9)
    torch.testing.assert_close(AveragePool(kernel)(x), x.mean((2, 3), keepdim=True))


def test_a_window_wider_than_one_side_is_cut_to_it():
    x = torch.rand(1, 2, 7, 9)
    y = AveragePool((100, 3))(x)
    assert y.shape == x.shape
    torch.testing.assert_close(y[0, :, 2, 4], x[0, :, :, 3:6].mean((1, 2)))


def test_local_means_of_large_maps_keep_their_digits():
    x = torch.rand(1, 1, 600, 600, generator=torch.Generator().manual_seed(0)) + 10
    kernel = (384, 384)
    error = AveragePool(kernel)(x).double() - AveragePool(kernel)(x.double())
    assert error.abs().max() < 1e-5


@pytest.mark.parametrize(
    ("train", "level", "multiple", "kernel"),
    [
        ((256, 256), 0, 16, (384, 384)),  # NAFNet's GoPro model, first level
        ((256, 256), 4, 16, (24, 24)),  # … and its middle
        ((30, 90), 0, 1, (45, 135)),  # NAFSSR
        ((18, 23), 1, 4, (15, 17)),  # padded to 20 × 24: 10 · 27 // 18 and 12 · 34 // 23
        ((), 0, 16, None),
    ],
)
def test_the_window_follows_from_the_training_crops(train, level, multiple, kernel):
    assert local_kernel(train, level, multiple) == kernel


@pytest.mark.parametrize("bias", [True, False])
def test_shared_and_single_modulations_agree(bias):
    norm = ChannelNorm(4, bias=bias)
    torch.nn.init.normal_(norm.weight)
    shift, scale, x = torch.rand(4), torch.rand(4), torch.rand(2, 4, 3, 5)
    each = norm(x, shift.repeat(2, 1), scale.repeat(2, 1))
    torch.testing.assert_close(norm(x, shift, scale), each)
    plain = norm(x) * (scale + 1)[:, None, None] + shift[:, None, None]
    torch.testing.assert_close(each, plain)


@pytest.mark.parametrize("config", SIZES.values(), ids=SIZES)
def test_a_configuration_survives_json(config):
    assert Config.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("width", 7, "width is 7; expected a multiple of 2"),
        ("width", "64", "int"),
        ("encoder", [1, 1, 1, 28], "tuple"),
        ("encoder", (1, 1), "decoder is .* 2 levels"),
        ("middle", -1, "greater than or equal to 0"),
        ("views", 3, "1 or 2"),
        ("fusion", "half", "expected 'none', 'quarter' or 'full'"),
        ("fusion", "full", "'none' with one view"),
        ("condition_scale", (1.0,), "0 numbers"),
        ("upscale", 0, "greater than or equal to 1"),
        ("local_pool", (256,), "training crops"),
        ("norm_eps", 0.0, "greater than 0"),
        ("timed", 1, "bool"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(field, value, expected):
    with pytest.raises(OptionError, match=expected):
        Config(**{field: value})


def test_an_unknown_field_is_refused_with_the_nearest():
    with pytest.raises(OptionError, match="no key with; did you mean 'width'"):
        Config.from_dict({"with": 64})


@pytest.mark.parametrize("spec", [row for row in BACKBONES if row.name == "nafnet"])
def test_the_registry_points_at_the_family(spec):
    family = resolve(spec.target, spec.name)
    assert isinstance(family, Family)
    assert family is FAMILY
    assert family.build(family.sizes["compact"]).inputs.channels == 3
