"""NAFSSR's published weights, against its equations written out in NCHW with published names."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import conv2d, interpolate, pixel_shuffle

from restorebench.backbones.keys.nafnet import convert, infer_config, recognises
from restorebench.backbones.nafnet import SIZES, NAFNet
from restorebench.checkpoints.published import convert as converted
from restorebench.plugins import suite


def weights(shapes):
    """Weight and bias of convolutions (out, in, kernel)."""
    whole = {f"{name}.weight": (o, i, k, k) for name, (o, i, k) in shapes.items()}
    return whole | {f"{name}.bias": (o,) for name, (o, _, _) in shapes.items()}


@pytest.fixture(scope="module")
def state():
    """Names and shapes of the authors' NAFSSR ×4 (NAFSSR_arch.py), two blocks of six channels."""
    c, wide = 6, 12
    norms = {f"norm{k}.{what}": (c,) for k in (1, 2) for what in ("weight", "bias")}
    shapes = {"conv1": (wide, c, 1), "conv2": (wide, 1, 3), "conv3": (c, c, 1)}
    shapes |= {"conv4": (wide, c, 1), "conv5": (c, c, 1), "sca.1": (c, c, 1)}
    fusion = {f"norm_{side}.{what}": (c,) for side in "lr" for what in ("weight", "bias")}
    projections = {f"{side}_proj{k}": (c, c, 1) for side in "lr" for k in (1, 2)}
    scales = dict.fromkeys(("beta", "gamma"), (1, c, 1, 1))
    body = {f"blk.{k}": v for k, v in {**norms, **weights(shapes), **scales}.items()}
    body |= {f"fusion.{k}": v for k, v in {**fusion, **weights(projections), **scales}.items()}
    ends = weights({"intro": (c, 3, 3), "up.0": (3 * 16, c, 3)})
    column = {f"body.{i}.module.{k}": v for i in range(2) for k, v in body.items()}
    rng = torch.Generator().manual_seed(0)
    return {k: torch.randn(v, generator=rng) / 3 for k, v in {**ends, **column}.items()}


class Written:
    """The network of Chu et al. (CVPRW 2022), figure 2 and equations 1–7, without local pooling."""

    def __init__(self, state, prefix=""):
        self.state, self.prefix = state, prefix

    def __getitem__(self, name):
        return self.state[self.prefix + name]

    def conv(self, x, name, **options):
        return conv2d(x, self[f"{name}.weight"], self[f"{name}.bias"], **options)

    def norm(self, x, name):
        variance, mean = torch.var_mean(x, dim=1, correction=0, keepdim=True)
        gain, offset = (self[f"{name}.{what}"][:, None, None] for what in ("weight", "bias"))
        return (x - mean) / (variance + 1e-6).sqrt() * gain + offset

    def block(self, x):
        h = self.conv(self.conv(self.norm(x, "norm1"), "conv1"), "conv2", padding=1, groups=12)
        h = h[:, :6] * h[:, 6:]
        h = self.conv(h * self.conv(h.mean((2, 3), keepdim=True), "sca.1"), "conv3")
        y = x + h * self["beta"]
        h = self.conv(self.norm(y, "norm2"), "conv4")
        return y + self.conv(h[:, :6] * h[:, 6:], "conv5") * self["gamma"]

    def attend(self, left, right):
        q_l = self.conv(self.norm(left, "norm_l"), "l_proj1")
        q_r = self.conv(self.norm(right, "norm_r"), "r_proj1")
        scores = torch.einsum("nchi,nchj->nhij", q_l, q_r) / 6**0.5
        v_l, v_r = self.conv(left, "l_proj2"), self.conv(right, "r_proj2")
        to_left = torch.einsum("nhij,nchj->nchi", scores.softmax(3), v_r)
        to_right = torch.einsum("nhij,nchi->nchj", scores.softmax(2), v_l)
        return left + to_left * self["beta"], right + to_right * self["gamma"]

    def restore(self, left, right):
        features = [self.conv(view, "intro", padding=1) for view in (left, right)]
        for i in range(2):
            block = Written(self.state, f"body.{i}.module.blk.")
            fusion = Written(self.state, f"body.{i}.module.fusion.")
            features = fusion.attend(*map(block.block, features))
        return [
            pixel_shuffle(self.conv(h, "up.0", padding=1), 4)
            + interpolate(view, scale_factor=4, mode="bilinear")
            for h, view in zip(features, (left, right), strict=True)
        ]


def test_the_configuration_is_a_column_of_stereo_blocks(state):
    expected = SIZES["nafssr-t-x4"].replace(width=6, middle=2)
    assert infer_config(state, local_pool=(30, 90)) == expected
    assert recognises(state)


def test_the_network_is_the_one_of_the_paper(state):
    net = NAFNet(infer_config(state))
    net.load_state_dict(convert(state))
    x = torch.rand(2, 2, 3, 7, 10, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        y = net(x)
    expected = torch.stack(Written(state).restore(x[:, 0], x[:, 1]), dim=1)
    torch.testing.assert_close(y, expected, atol=1e-5, rtol=1e-5)


def test_an_authors_file_is_the_network_of_the_paper(state, tmp_path):
    torch.save({"params": state}, tmp_path / "nafssr.pth")
    found = converted(tmp_path / "nafssr.pth", suite())
    net, _ = found.networks(suite())
    x = torch.rand(1, 2, 3, 7, 10, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        y = net(x)
    expected = torch.stack(Written(state).restore(x[:, 0], x[:, 1]), dim=1)
    torch.testing.assert_close(y, expected, atol=1e-5, rtol=1e-5)
    assert (found.setup.path, found.setup.scale) == (None, 4)
