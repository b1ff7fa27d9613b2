"""pyiqa's metrics: their own names, pyiqa's numbers, and no surprise downloads."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.io import savemat
from scipy.ndimage import prewitt, uniform_filter

from restorebench.errors import ProtocolError
from restorebench.metrics import Measure, Protocol, score, unavailable
from restorebench.metrics.channels import planes
from restorebench.metrics.iqa import needs
from restorebench.metrics.iqa.adapter import PyIqa
from restorebench.metrics.iqa.needs import NEEDS, WEIGHTED, WEIGHTLESS
from restorebench.plugins import suite

SLOW = ("mad",)


def protocol(name: str) -> Protocol:
    return Protocol("iqa", {"it": Measure(f"iqa-{name.replace('_', '-')}", "1")})


def test_every_adapter_is_in_the_registry():
    registered = set(suite().metrics.names("iqa-*"))
    assert registered == {f"iqa-{n.replace('_', '-')}" for n in NEEDS}


@pytest.mark.parametrize(
    ("module", "remedy"),
    [("pyiqa", "'restorebench[iqa]'"), ("cv2", "opencv-python-headless")],
)
def test_without_a_package_the_metrics_are_missing_with_the_remedy(
    module, remedy, noisy, load, monkeypatch
):
    monkeypatch.setattr(needs, "find_spec", lambda name: name != module or None)
    reason = (
        f"pyiqa's ssimc cannot run: the package {module} is not installed: pip install {remedy}"
    )
    assert unavailable(protocol("ssimc"), load) == {"it": reason}
    assert score(protocol("ssimc"), *noisy(32, 32), None, load).missing == {"it": reason}


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


@pytest.mark.parametrize(
    ("name", "expected"),
    [  # pyiqa 0.1.16 called directly, on the pair "blur" repeated 4×4 times
        ("ms_ssim", 0.9965525290867321),
        ("cw_ssim", 0.999615111117468),
        ("vif", 0.7421874403953552),
        ("fsim", 0.9711639881134033),
        ("vsi", 0.9905507266051082),
        ("gmsd", 0.005051467567682266),
        ("nlpd", 0.12323734164237976),
        ("piqe", 94.27540588378906),
        ("entropy", 7.5162458419799805),
    ],
)
def test_numbers_of_perception_are_pyiqas(name, expected, golden, load):
    pair = (np.tile(p, (1, 1, 4, 4)) for p in golden("blur"))
    found = score(protocol(name), *pair, None, load).values["it"]
    assert found == pytest.approx(expected, rel=1e-4)


def test_gmsd_is_its_authors_formula(golden, load):
    # Xue, Zhang, Mou and Bovik, IEEE TIP 2014: Prewitt gradients of the rounded luma at half size
    pair = [p[:, :, :60, :52] for p in golden("blur")]
    x, y = (_gradient(planes(p[0], "y-yiq-full-8bit")[0]) for p in pair)
    similarity = (2 * x * y + 170) / (x**2 + y**2 + 170)
    found = score(protocol("gmsd"), *pair, None, load).values["it"]
    assert found == pytest.approx(similarity.std(ddof=1), rel=0.01)  # a few lumas are halves


def _gradient(luma):
    half = uniform_filter(luma, 2, mode="constant", origin=-1)[::2, ::2]
    return np.hypot(*(3 * prewitt(half, axis, mode="constant") / 9 for axis in (0, 1)))


def test_directions_are_pyiqas():
    from pyiqa.default_model_configs import DEFAULT_CONFIGS

    for name in NEEDS:
        lower = DEFAULT_CONFIGS[name].get("lower_better", False)
        spec = suite().metrics[f"iqa-{name.replace('_', '-')}"]
        assert spec.higher_is_better is not lower, name


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] * (n in SLOW)) for n in WEIGHTLESS]
)
def test_metrics_without_weights_give_finite_numbers(name, load):
    rng = np.random.default_rng(0)
    target = rng.integers(0, 256, (1, 3, 224, 224), dtype=np.uint8)
    found = score(protocol(name), target // 2, target, None, load)
    assert np.isfinite(found.values["it"])


@pytest.mark.parametrize(("name", "need"), WEIGHTED.items())
def test_absent_weights_are_named_and_not_fetched(name, need, noisy, load, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    missing = score(protocol(name), *noisy(64, 64), None, load).missing["it"]
    for file in need.files:
        assert f"put {file.url} at {tmp_path / 'hub' / file.folder / file.name}" in missing
    assert not list(tmp_path.iterdir())


def test_weights_with_another_hash_are_refused(noisy, load, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for file in NEEDS["musiq"].files:
        file.path().parent.mkdir(parents=True)
        file.path().write_bytes(b"half a download")
    missing = score(protocol("musiq"), *noisy(64, 64), None, load).missing["it"]
    assert "its publisher states e95806b9…; delete it and fetch it again" in missing


def test_niqe_runs_where_its_parameters_are(golden, load, monkeypatch, tmp_path):
    # Any mean and covariance of its 36 features will do to see that the file is read.
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    (file,) = NEEDS["niqe"].files
    file.path().parent.mkdir(parents=True)
    savemat(file.path(), {"mu_prisparam": np.zeros((1, 36)), "cov_prisparam": np.eye(36)})
    monkeypatch.setattr("pyiqa.utils.download_util.DEFAULT_CACHE_DIR", str(file.path().parent))
    metric = PyIqa("niqe", NEEDS["niqe"])
    target = np.tile(golden("blur")[1][0], (1, 4, 4))
    value = metric.compute(target, target, None, Measure("iqa-niqe", "1"))
    assert 0 < value < 100
    assert metric.provenance(Measure("iqa-niqe", "1"))[file.name] == file.read_sha256()


@pytest.mark.parametrize("name", ["ms_ssim", "vif", "fsim", "gmsd", "nlpd", "piqe"])
def test_an_image_that_is_too_small_is_missing_or_has_a_number(name, noisy, load):
    scores = score(protocol(name), *noisy(9, 7), None, load)
    reason = scores.missing.get("it")
    if reason is None:
        assert np.isfinite(scores.values["it"])
    else:
        assert reason.startswith(f"the sample does not fit iqa-{name.replace('_', '-')}")


def test_a_region_is_refused(noisy, load):
    metric = load("iqa-ssimc")
    with pytest.raises(ProtocolError, match="cannot be restricted"):
        metric.compute(*(p[0] for p in noisy(8, 8)), np.ones((8, 8), bool), Measure("x", "1"))
