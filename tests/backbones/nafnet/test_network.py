"""What every NAFNet promises: any size, any batch, no state, one embedding per trajectory."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from restorebench.backbones.nafnet import SIZES, Config, NAFNet
from restorebench.errors import ImageError, SampleError

MONO = Config(width=4, encoder=(1, 1), decoder=(1, 1))
STEREO = MONO.replace(views=2, fusion="quarter")
LENS = MONO.replace(condition_dim=2)
PLAIN = MONO.replace(degraded=False, timed=False, residual=True, norm_bias=True)
SSR = PLAIN.replace(encoder=(), middle=2, decoder=(), views=2, fusion="full", upscale=2)
LOCAL = LENS.replace(local_pool=(8, 4), intro_skip=True)
KINDS = {"mono": MONO, "stereo": STEREO, "lens": LENS, "plain": PLAIN, "ssr": SSR, "local": LOCAL}


def awake(config):
    """A network in which every part acts: β and γ start at zero."""
    torch.manual_seed(0)
    net = NAFNet(config)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if name.endswith(("beta", "gamma")):
                parameter.normal_()
    return net


def inputs(config, batch=2, height=9, width=14, seed=1):
    rng = torch.Generator().manual_seed(seed)
    x, mu = torch.rand(2, batch, config.views, config.channels, height, width, generator=rng)
    condition = torch.rand(batch, config.condition_dim, generator=rng) * 20
    return x, mu, torch.arange(batch) * 30.0 + 5, condition


@given(kind=st.sampled_from(sorted(KINDS)), height=st.integers(1, 21), width=st.integers(1, 21))
@settings(deadline=None, max_examples=24)
def test_any_height_and_width(kind, height, width):
    config = KINDS[kind]
    with torch.no_grad():
        y = awake(config)(*inputs(config, height=height, width=width))
    scale = config.upscale
    assert y.shape == (2, config.views, 3, scale * height, scale * width)
    assert y.isfinite().all()


@pytest.mark.parametrize("config", KINDS.values(), ids=KINDS)
def test_a_sample_is_the_same_alone_and_in_a_batch(config):
    net, (x, mu, t, condition) = awake(config), inputs(config, batch=3)
    with torch.no_grad():
        together = net(x, mu, t, condition)
        backwards = net(x.flip(0), mu.flip(0), t.flip(0), condition.flip(0)).flip(0)
        alone = [net(x[[k]], mu[[k]], t[[k]], condition[[k]]) for k in range(3)]
    torch.testing.assert_close(torch.cat(alone), together, atol=2e-6, rtol=1e-5)
    torch.testing.assert_close(backwards, together, atol=2e-6, rtol=1e-5)


@pytest.mark.parametrize("config", [MONO, STEREO, LOCAL], ids=["mono", "stereo", "local"])
def test_a_trajectory_embeds_its_times_once(config):
    net, (x, mu, _, condition) = awake(config), inputs(config)
    times = torch.tensor([100.0, 62.5, 1.0])
    with torch.no_grad():
        modulation = net.embed(times, condition)
        for k, t in enumerate(times.tolist()):
            step = net(x, mu, modulation=modulation[k])
            torch.testing.assert_close(step, net(x, mu, t, condition), atol=2e-6, rtol=1e-5)


def test_one_time_for_all_is_the_time_of_each():
    net, (x, mu, _, _) = awake(MONO), inputs(MONO)
    with torch.no_grad():
        each, shared = net(x, mu, torch.full((2,), 40)), net(x, mu, 40)
    torch.testing.assert_close(each, shared, atol=2e-6, rtol=1e-5)


def test_time_and_condition_matter():
    net, (x, mu, _, condition) = awake(LENS), inputs(LENS)
    with torch.no_grad():
        y = net(x, mu, 40, condition)
        assert not torch.allclose(net(x, mu, 41, condition), y)
        assert not torch.allclose(net(x, mu, 40, condition + 1), y)


def test_views_see_each_other():
    net, (x, mu, t, _) = awake(STEREO), inputs(STEREO)
    other = x.clone()
    other[:, 1] += 0.5
    with torch.no_grad():
        left, changed = net(x, mu, t)[:, 0], net(other, mu, t)[:, 0]
    assert not torch.allclose(left, changed)


def test_views_without_fusion_are_restored_one_by_one():
    net, (x, mu, t, _) = awake(MONO.replace(views=2)), inputs(STEREO)
    single = NAFNet(MONO)
    single.load_state_dict(net.state_dict())
    with torch.no_grad():
        left, both = single(x[:, 0], mu[:, 0], t), net(x, mu, t)
    torch.testing.assert_close(both[:, 0], left, atol=2e-6, rtol=1e-5)


def test_one_view_may_come_without_its_axis():
    net, (x, mu, t, _) = awake(MONO), inputs(MONO)
    with torch.no_grad():
        assert net(x[:, 0], mu[:, 0], t).equal(net(x, mu, t)[:, 0])


def test_a_fresh_regression_network_has_a_silent_body():
    """β = γ = 0: every block starts as the identity, so the depth does not matter at first."""
    torch.manual_seed(0)
    net, (x, *_) = NAFNet(PLAIN.replace(encoder=(), decoder=())), inputs(PLAIN)
    expected = x[:, 0] + net.ending(net.intro(x[:, 0]))
    torch.testing.assert_close(net(x[:, 0]), expected, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("config", KINDS.values(), ids=KINDS)
def test_gradients_reach_every_parameter(config):
    net = awake(config)
    net(*inputs(config, height=16, width=32)).square().mean().backward()
    silent = [n for n, p in net.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
@pytest.mark.parametrize("config", KINDS.values(), ids=KINDS)
def test_other_dtypes_restore_nearly_the_same(config, dtype):
    net, given_inputs = awake(config), inputs(config)
    with torch.no_grad():
        y = net(*given_inputs)
        x, mu, t, condition = given_inputs
        other = net.to(dtype)(x.to(dtype), mu.to(dtype), t, condition)
    assert other.dtype == dtype
    error = (other.float() - y).std() / y.std()
    assert error < (0.05 if dtype == torch.bfloat16 else 1e-5)


def test_autocast_restores_nearly_the_same():
    net, given_inputs = awake(LOCAL), inputs(LOCAL)
    with torch.no_grad():
        y = net(*given_inputs)
        with torch.autocast("cpu", torch.bfloat16):
            other = net(*given_inputs).float()
    assert (other - y).std() / y.std() < 0.05


def test_condition_scale_multiplies_the_condition():
    scaled, plain = awake(LENS.replace(condition_scale=(10.0, 0.5))), awake(LENS)
    x, mu, t, condition = inputs(LENS)
    with torch.no_grad():
        y = plain(x, mu, t, condition * torch.tensor([10.0, 0.5]))
        assert scaled(x, mu, t, condition).equal(y)


def test_refusals_say_what_is_expected():
    net, (x, mu, t, condition) = NAFNet(LENS), inputs(LENS)
    with pytest.raises(SampleError, match="condition of 2 numbers; got 0"):
        net(x, mu, t)
    with pytest.raises(SampleError, match="conditioned on the time"):
        net(x, mu, None, condition)
    with pytest.raises(SampleError, match="pass mu"):
        net(x, None, t, condition)
    with pytest.raises(SampleError, match="3 times for a batch of 2"):
        net(x, mu, torch.ones(3), condition)
    with pytest.raises(ImageError, match="expected the same shape"):
        net(x, mu[:1], t, condition)
    with pytest.raises(ImageError, match=r"V = 1 and C = 3"):
        net(x[:, :, :2], mu, t, condition)


def test_stereo_wants_both_views():
    x, mu, t, _ = inputs(STEREO)
    with pytest.raises(ImageError, match=r"expected \(B, V, C, H, W\) with V = 2"):
        NAFNet(STEREO)(x[:, 0], mu[:, 0], t)


def test_names_of_sizes_are_kebab_case():
    assert all(name == name.lower() and "_" not in name for name in SIZES)
