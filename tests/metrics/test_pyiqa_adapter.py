"""pyiqa's metrics: their own names, pyiqa's numbers, and no surprise downloads."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from restorebench.errors import MetricUnavailableError, ProtocolError
from restorebench.metrics import Measure, Protocol, score, unavailable
from restorebench.metrics.iqa.adapter import WEIGHTLESS, WEIGHTS
from restorebench.plugins import suite

INSTALLED = importlib.util.find_spec("pyiqa") is not None
needs_pyiqa = pytest.mark.skipif(not INSTALLED, reason="needs the extra iqa")


def protocol(name: str) -> Protocol:
    return Protocol("iqa", {"it": Measure(f"iqa-{name.replace('_', '-')}", "1")})


def test_every_adapter_is_in_the_registry():
    registered = set(suite().metrics.names("iqa-*"))
    assert registered == {f"iqa-{n.replace('_', '-')}" for n in (*WEIGHTLESS, *WEIGHTS)}


@pytest.mark.skipif(INSTALLED, reason="pyiqa is here")
def test_without_pyiqa_its_metrics_are_missing_with_the_remedy(noisy, load):
    reason = "the package pyiqa is not installed: pip install 'restorebench[iqa]'"
    assert unavailable(protocol("ssimc"), load) == {"it": reason}
    assert score(protocol("ssimc"), *noisy(32, 32), None, load).missing == {"it": reason}


@needs_pyiqa
@pytest.mark.parametrize(
    ("name", "expected", "tolerance"),
    [  # pyiqa 0.1.16 called directly, on the pair "blur"
        ("psnr", 30.453914642333984, 1e-5),
        ("psnry", 34.094539642333984, 1e-5),
        ("ssim", 0.9444521437995277, 1e-6),
        ("ssimc", 0.9055548766396013, 1e-6),
    ],
)
def test_numbers_are_pyiqas(name, expected, tolerance, golden, load):
    found = score(protocol(name), *golden("blur"), None, load).values["it"]
    assert found == pytest.approx(expected, abs=tolerance)


@needs_pyiqa
def test_directions_are_pyiqas():
    from pyiqa.default_model_configs import DEFAULT_CONFIGS

    for name in (*WEIGHTLESS, *WEIGHTS):
        lower = DEFAULT_CONFIGS[name].get("lower_better", False)
        spec = suite().metrics[f"iqa-{name.replace('_', '-')}"]
        assert spec.higher_is_better is not lower, name


@needs_pyiqa
@pytest.mark.parametrize("name", WEIGHTLESS)
def test_metrics_without_weights_give_finite_numbers(name, load):
    rng = np.random.default_rng(0)
    target = rng.integers(0, 256, (1, 3, 224, 224), dtype=np.uint8)
    found = score(protocol(name), target // 2, target, None, load)
    assert np.isfinite(found.values["it"])


@needs_pyiqa
@pytest.mark.parametrize(("name", "files"), WEIGHTS.items())
def test_absent_weights_are_named_and_not_fetched(name, files, noisy, load, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    missing = score(protocol(name), *noisy(64, 64), None, load).missing["it"]
    assert all(str(tmp_path / "hub" / file) in missing for file in files)
    assert not list(tmp_path.iterdir())


def test_a_region_is_refused(noisy, load):
    metric = load("iqa-ssimc")
    with pytest.raises(ProtocolError, match="cannot be restricted"):
        metric.compute(*(p[0] for p in noisy(8, 8)), np.ones((8, 8), bool), Measure("x", "1"))


@pytest.mark.skipif(INSTALLED, reason="pyiqa is here")
def test_without_pyiqa_computing_says_so(noisy, load):
    with pytest.raises(MetricUnavailableError, match=r"restorebench\[iqa\]"):
        load("iqa-ssim").compute(*(p[0] for p in noisy(8, 8)), None, Measure("x", "1"))
