"""Restormer is the network of its paper; `plain_restormer` spells the formulas out.

That plain version gives, bit for bit, what the authors' code (commit df766d5) gave on a network
of width 8 with one block on every level.
"""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
import torch

from restorebench.backbones import restormer
from restorebench.backbones.keys import restormer as keys_restormer
from restorebench.backbones.layers.restormer_block import GainNorm
from restorebench.checkpoints.published import convert
from restorebench.errors import OptionError
from restorebench.plugins import suite

_SPEC = spec_from_file_location("plain_restormer", Path(__file__).with_name("plain_restormer.py"))
plain = module_from_spec(_SPEC)
_SPEC.loader.exec_module(plain)

BLOCKS = dict.fromkeys(plain.WIDTHS, 1) | {"encoder_level2": 2, "decoder_level1": 3, "latent": 2}


@pytest.fixture(scope="module")
def state():
    blocks = BLOCKS | {"decoder_level2": 2, "encoder_level1": 3}
    return {k: v.double() for k, v in plain.random_state(8, blocks).items()}


@pytest.fixture(scope="module")
def network(state):
    net = restormer.Restormer(keys_restormer.infer_config(state)).double()
    net.load_state_dict(keys_restormer.convert(state))
    return net


def image(height, width):
    rng = torch.Generator().manual_seed(0)
    return torch.rand(2, 3, height, width, generator=rng, dtype=torch.float64)


def test_the_network_is_that_of_the_formulas(state, network):
    x = image(16, 24)
    with torch.no_grad():
        torch.testing.assert_close(network(x), plain.restore(state, x), atol=1e-10, rtol=1e-10)


def test_an_authors_file_is_that_network(state, tmp_path):
    single = {k: v.float() for k, v in state.items()}
    torch.save({"params": single}, tmp_path / "deraining.pth")
    found = convert(tmp_path / "deraining.pth", suite())
    net, _ = found.networks(suite())
    x, double = image(16, 24), {k: v.double() for k, v in single.items()}
    with torch.no_grad():
        torch.testing.assert_close(net.double()(x), plain.restore(double, x), atol=1e-9, rtol=1e-9)
    assert (found.setup.backbone.name, found.setup.path) == ("restormer", None)


def test_sizes_between_multiples_of_8_are_reflected(state, network):
    """As the authors' test script does for them."""
    x = image(13, 21)
    padded = torch.nn.functional.pad(x, (0, 3, 0, 3), mode="reflect")
    expected = plain.restore(state, padded)[..., :13, :21]
    with torch.no_grad():
        torch.testing.assert_close(network(x), expected, atol=1e-10, rtol=1e-10)


def test_weights_say_what_network_they_belong_to(state):
    assert keys_restormer.infer_config(state) == restormer.Config(
        width=8, blocks=(3, 2, 1, 2), refinement=1
    )
    assert keys_restormer.recognises(state)


def test_an_expansion_that_is_not_the_paper_s_is_found(state):
    config = restormer.Config(width=16, blocks=(1, 1, 1, 1), expansion=2.0)
    ours = dict(restormer.Restormer(config).state_dict())
    assert int(16 * keys_restormer.infer_config(ours).expansion) == 32
    ours["encoder.1.0.feed_forward.project.weight"] = torch.zeros(32, 99, 1, 1)
    with pytest.raises(OptionError, match=r"no single expansion .* 99 for 32"):
        keys_restormer.infer_config(ours)


def test_weights_of_another_network_are_refused():
    with pytest.raises(OptionError, match=r"not weights of a Restormer: 'intro.weight' is absent"):
        keys_restormer.infer_config({"conv.weight": torch.zeros(1)})


def test_the_bias_free_norm_keeps_the_mean():
    x = torch.rand(1, 4, 3, 3) + 5
    expected = x / (x.var(1, correction=0, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(GainNorm(4, eps=1e-5)(x), expected)
