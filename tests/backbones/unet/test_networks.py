"""What U-Net, DiT and Restormer promise: any size, any batch, no state, one embedding."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from restorebench.backbones import dit, restormer, unet
from restorebench.errors import ImageError, OptionError, SampleError

UNET = unet.Config(width=4, multipliers=(1, 2), kernel=3)
DIT = dit.Config(channels=3, hidden=16, depth=2, heads=2, patch=4, positional=True)
PLAIN = restormer.Config(width=8, blocks=(1, 1, 1, 1), refinement=1)
KINDS = {
    "unet": (unet.UNet, UNET),
    "unet-denoising": (unet.UNet, UNET.replace(middle="full", degraded=False)),
    "unet-stereo": (unet.UNet, UNET.replace(views=2, difference=False, residual=True)),
    "unet-plain": (unet.UNet, UNET.replace(degraded=False, timed=False, residual=True)),
    "dit": (dit.DiT, DIT),
    "restormer": (restormer.Restormer, PLAIN),
    "restormer-timed": (
        restormer.Restormer,
        PLAIN.replace(degraded=True, timed=True, residual=False, norm_mean=False),
    ),
}
UNTIMED = ["unet-plain", "restormer"]
TIMED = [kind for kind in KINDS if kind not in UNTIMED]
MONO = [kind for kind in KINDS if kind != "unet-stereo"]
CLOSE = {"atol": 3e-6, "rtol": 1e-5}


def awake(kind):
    """A network in which every part acts, also those that start at zero or one."""
    build, config = KINDS[kind]
    torch.manual_seed(0)
    net = build(config)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(torch.randn_like(parameter) * parameter[0].numel() ** -0.5 / 2)
    return net


def inputs(net, batch=2, height=9, width=14, dtype=torch.float32):
    rng = torch.Generator().manual_seed(1)
    shape = (2, batch, net.inputs.views, 3, height, width)
    x, mu = torch.rand(shape, generator=rng, dtype=dtype)
    return x, mu, torch.arange(batch) * 30.0 + 5


@given(kind=st.sampled_from(sorted(KINDS)), height=st.integers(1, 19), width=st.integers(1, 19))
@settings(deadline=None, max_examples=30)
def test_any_height_and_width(kind, height, width):
    net = awake(kind)
    x, mu, t = inputs(net, height=height, width=width)
    with torch.no_grad():
        y = net(x, mu, t)
    assert y.shape == x.shape
    assert y.isfinite().all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_the_same_alone_and_in_a_batch(kind):
    net = awake(kind)
    x, mu, t = inputs(net, batch=3)
    with torch.no_grad():
        together = net(x, mu, t)
        alone = [net(x[[k]], mu[[k]], t[[k]]) for k in range(3)]
    torch.testing.assert_close(torch.cat(alone), together, **CLOSE)


@pytest.mark.parametrize("kind", TIMED)
def test_a_trajectory_embeds_its_times_once(kind):
    net = awake(kind)
    x, mu, _ = inputs(net)
    times = torch.tensor([100.0, 62.5, 1.0])
    with torch.no_grad():
        modulation = net.embed(times)
        for k, t in enumerate(times.tolist()):
            torch.testing.assert_close(net(x, mu, modulation=modulation[k]), net(x, mu, t), **CLOSE)


@pytest.mark.parametrize("kind", TIMED)
def test_one_time_for_all_is_the_time_of_each_and_it_matters(kind):
    net = awake(kind)
    x, mu, _ = inputs(net)
    with torch.no_grad():
        shared = net(x, mu, 40)
        torch.testing.assert_close(net(x, mu, torch.full((2,), 40)), shared, **CLOSE)
        assert not torch.allclose(net(x, mu, 41), shared, **CLOSE)


@pytest.mark.parametrize("kind", UNTIMED)
def test_a_regression_network_ignores_the_time(kind):
    net = awake(kind)
    x, _, t = inputs(net)
    with torch.no_grad():
        assert net(x, None, t).equal(net(x))


@pytest.mark.parametrize("kind", MONO)
def test_one_view_may_come_without_its_axis(kind):
    net = awake(kind)
    x, mu, t = inputs(net)
    with torch.no_grad():
        assert net(x[:, 0], mu[:, 0], t).equal(net(x, mu, t)[:, 0])


@pytest.mark.parametrize("kind", KINDS)
def test_the_memory_layout_of_the_input_does_not_matter(kind):
    net = awake(kind)
    x, mu, t = inputs(net, batch=1)
    other = x.movedim(2, -1).contiguous().movedim(-1, 2)
    assert other.stride() != x.stride()
    with torch.no_grad():
        torch.testing.assert_close(net(other, mu, t), net(x, mu, t), **CLOSE)


@pytest.mark.parametrize("kind", KINDS)
def test_double_precision_is_the_same_network(kind):
    net = awake(kind)
    x, mu, t = inputs(net)
    with torch.no_grad():
        single = net(x, mu, t)
        double = net.double()(x.double(), mu.double(), t)
    assert double.dtype == torch.float64
    torch.testing.assert_close(single, double.float(), atol=1e-5, rtol=1e-4)


def test_epsilon_is_that_of_the_configuration_whatever_the_dtype():
    """The authors' U-Net takes 1e-3 for 1e-5 outside float32: on faint maps another network."""
    build, config = KINDS["unet"]
    torch.manual_seed(0)
    net = build(config).double()
    other = build(config.replace(norm_eps=1e-3)).double()
    other.load_state_dict(net.state_dict())
    x, mu, t = inputs(net, dtype=torch.float64)
    with torch.no_grad():
        assert (net(x / 50, mu / 50, t) - other(x / 50, mu / 50, t)).abs().max() > 1e-3


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_every_parameter_and_the_input(kind):
    net = awake(kind)
    x, mu, t = inputs(net)
    net(x.requires_grad_(), mu, t).square().mean().backward()
    asleep = [
        name for name, p in net.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0
    ]
    assert asleep == []
    assert x.grad.abs().sum() > 0


@pytest.mark.parametrize("kind", ["unet", "unet-denoising", "dit", "restormer"])
def test_half_the_precision_stays_near(kind):
    net = awake(kind)
    x, mu, t = inputs(net)
    with torch.no_grad():
        full = net(x, mu, t)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            half = net(x, mu, t)
    assert (half.float() - full).norm() < 0.03 * full.norm()


def test_stereo_views_see_each_other_only_through_the_fusion():
    net = awake("unet-stereo")
    x, mu, t = inputs(net)
    other = x.clone()
    other[:, 1] += 0.5
    with torch.no_grad():
        assert not torch.allclose(net(x, mu, t)[:, 0], net(other, mu, t)[:, 0])
        for name, parameter in net.named_parameters():
            if name.endswith(("beta", "gamma")):
                parameter.zero_()
        assert torch.allclose(net(x, mu, t)[:, 0], net(other, mu, t)[:, 0])


def test_a_fresh_transformer_predicts_zero():
    torch.manual_seed(0)
    net = dit.DiT(DIT)
    x, mu, t = inputs(net)
    assert net(x, mu, t).abs().max() == 0


@pytest.mark.parametrize("positional", [False, True])
def test_only_positions_tell_a_transformer_where_a_patch_lies(positional):
    torch.manual_seed(0)
    net = dit.DiT(DIT.replace(positional=positional))
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    x, mu, t = inputs(net, height=8, width=12)
    swapped = [v.roll(4, -1) for v in (x, mu)]
    with torch.no_grad():
        moved = net(*swapped, t).roll(-4, -1)
        same = torch.allclose(moved, net(x, mu, t), atol=1e-5)
    assert same is not positional


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_fit_is_said(kind):
    net = awake(kind)
    x, mu, t = inputs(net)
    with pytest.raises(ImageError, match="C = 3"):
        net(x[:, :, :2], mu[:, :, :2], t)
    with pytest.raises(ImageError, match=f"V = {net.inputs.views}"):
        net(torch.cat([x, x], 1), torch.cat([mu, mu], 1), t)
    with pytest.raises(ImageError, match="expected"):
        net(x[..., :0], mu[..., :0], t)
    with pytest.raises(SampleError, match="takes no condition; got 3"):
        net(x, mu, t, torch.rand(2, 3))


@pytest.mark.parametrize("kind", ["unet", "dit", "restormer-timed"])
def test_what_is_missing_is_said(kind):
    net = awake(kind)
    x, mu, t = inputs(net)
    with pytest.raises(SampleError, match="pass mu"):
        net(x, None, t)
    with pytest.raises(ImageError, match="same shape"):
        net(x, mu[:1], t)
    with pytest.raises(SampleError, match="conditioned on the time"):
        net(x, mu)
    with pytest.raises(SampleError, match="3 times for a batch of 2"):
        net(x, mu, torch.ones(3))
    with pytest.raises(SampleError, match="one number, or one per sample"):
        net(x, mu, torch.ones(2, 1))


@pytest.mark.parametrize(
    ("config", "wrong", "message"),
    [
        (unet.Config, {"middle": "none"}, "unet_config: middle is 'none'; expected 'linear'"),
        (unet.Config, {"multipliers": ()}, "multipliers"),
        (unet.Config, {"kernel": 4}, "kernel is 4; expected an odd number"),
        (dit.Config, {"heads": 5}, "expected a divisor of hidden = 384"),
        (dit.Config, {"patch": 0}, "patch is 0; expected a number greater than or equal to 1"),
        (restormer.Config, {"blocks": (1, 2)}, "blocks is .*should have at least 4 items"),
        (restormer.Config, {"heads": (1, 2, 4, 7)}, "divisors of the levels' channels"),
        (restormer.Config, {"width": 48.0}, "width is 48.0; expected a valid integer"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(config, wrong, message):
    with pytest.raises(OptionError, match=message):
        config(**wrong)
