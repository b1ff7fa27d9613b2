"""FID and KID: distances of sets of features, their intervals, and the networks' features."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm

from restorebench.errors import ChecksumError, UnknownNameError
from restorebench.metrics.fid.distances import Kernels, frechet
from restorebench.metrics.fid.extractors import EXTRACTORS, INCEPTION, extractor_of, resized
from restorebench.metrics.fid.score import MINIMUM, set_scores
from restorebench.metrics.lpips import trunks
from restorebench.torchvision_guard import ensure_torchvision


def sets(n: int, d: int, seed: int = 0):
    """A set and a noisy version of it, ``(n, d)`` each."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(n, d))
    return 0.8 * y + 0.4 * rng.normal(size=(n, d)) + 0.3, y


@pytest.mark.parametrize(("n", "d"), [(80, 5), (9, 5), (5, 9), (3, 40)])
def test_frechet_is_the_formula_of_its_authors(n, d):
    x, y = sets(n, d)
    cx, cy = (np.cov(s, rowvar=False) for s in (x, y))
    root = np.trace(sqrtm(cx @ cy)).real
    expected = np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(cx) + np.trace(cy) - 2 * root
    assert frechet(x, y) == pytest.approx(expected, abs=1e-4 if n <= d else 1e-9)


def test_frechet_of_gaussians_in_closed_form():
    # One dimension: (μx − μy)² + (σx − σy)²
    x, y = np.array([[0.0], [2.0], [4.0]]), np.array([[1.0], [1.5], [2.0]])
    assert frechet(x, y) == pytest.approx(0.5**2 + (2.0 - 0.5) ** 2)


def test_equal_sets_have_no_frechet_distance_however_few():
    x, _ = sets(4, 30)
    assert frechet(x, x) == pytest.approx(0, abs=1e-12)


def test_kid_is_the_unbiased_estimate_of_its_authors():
    x, y = sets(7, 3)
    n, kernel = len(x), lambda a, b: (a @ b / 3 + 1) ** 3
    others = [(i, j) for i in range(n) for j in range(n) if i != j]
    within = sum(kernel(s[i], s[j]) for s in (x, y) for i, j in others) / (n * (n - 1))
    across = np.mean([kernel(a, b) for a in x for b in y])
    assert Kernels(x, y).distance() == pytest.approx(within - 2 * across, abs=1e-12)


def test_kid_of_whole_sets_is_that_of_pyiqa():
    ensure_torchvision()
    from pyiqa.archs.fid_arch import mmd_polynomial_kernel

    x, y = sets(30, 4)
    theirs = mmd_polynomial_kernel(x, y, num_subsets=1, max_subset_size=30)
    assert Kernels(x, y).distance() == pytest.approx(theirs, abs=1e-12)


def test_too_few_scenes_have_no_score_and_the_reason():
    x, y = (s[:, None] for s in sets(MINIMUM - 1, 3))
    for score in set_scores(x, y).values():
        assert score.value is None
        assert score.reason == "49 scenes are too few: FID and KID are given from 50 on"


def test_views_count_as_images_and_scenes_are_drawn():
    x, y = (s.reshape(20, 3, 4) for s in sets(60, 4))
    scores = set_scores(x, y, minimum=20)
    assert scores["fid"].scenes == 20
    assert scores["fid"].value == pytest.approx(frechet(x.reshape(60, 4), y.reshape(60, 4)))
    assert scores["kid"].value == pytest.approx(Kernels(*sets(60, 4)).distance())


def test_intervals_hold_their_value_and_are_the_same_again():
    x, y = (s[:, None] for s in sets(60, 4))
    first, second = (set_scores(x, y, resamples=50) for _ in range(2))
    assert first == second
    for score in first.values():
        low, high = score.interval
        assert low < score.value < high


@pytest.mark.slow
def test_intervals_cover_what_other_scenes_give_as_often_as_they_say():
    def draw(seed: int):
        return (s[:, None] for s in sets(60, 6, seed))

    truth = np.mean(
        [
            [f["fid"].value, f["kid"].value]
            for f in (set_scores(*draw(k), resamples=2) for k in range(1000))
        ],
        axis=0,
    )
    hits = []
    for k in range(1000, 1200):
        intervals = [s.interval for s in set_scores(*draw(k)).values()]
        hits.append([low <= t <= high for (low, high), t in zip(intervals, truth, strict=True)])
    assert (np.abs(np.mean(hits, axis=0) - 0.95) < 0.04).all()


@pytest.mark.parametrize(
    ("name", "width"),
    [("alexnet-conv5", 256), pytest.param("vgg16-conv5", 512, marks=pytest.mark.slow)],
)
def test_features_of_the_trunks_see_a_change(name, width, golden):
    x, y = golden("blur")
    features = [EXTRACTORS[name].features(p[0]) for p in (x, y)]
    assert [f.shape for f in features] == [(width,)] * 2
    assert 0 < np.abs(features[0] - features[1]).max() < 100


def test_images_are_resized_smoothly_and_not_rounded(noisy):
    image = noisy(600, 400)[0][0]
    small = resized(image)
    assert small.shape == (3, 299, 299)
    assert 0 <= small.min() < small.max() <= 255
    assert (small != small.round()).mean() > 0.9


def test_without_weights_an_extractor_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(trunks, "find_spec", lambda name: None)
    reasons = {name: extractor.absence() for name, extractor in EXTRACTORS.items()}
    assert "pt_inception-2015-12-05-6726825d.pth at " in reasons["inception-v3"]
    assert "alexnet-owt-7be5be79.pth" in reasons["alexnet-conv5"]
    assert not list(tmp_path.iterdir())


def test_weights_of_inception_with_another_hash_are_refused(monkeypatch, tmp_path, noisy):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    INCEPTION.path().parent.mkdir(parents=True)
    INCEPTION.path().write_bytes(b"half a download")
    with pytest.raises(ChecksumError, match="its publisher states 6726825d"):
        extractor_of("inception-v3").features(noisy(40, 40)[0][0])


def test_an_unknown_extractor_is_an_error_with_the_nearest_name():
    with pytest.raises(UnknownNameError, match="did you mean 'inception-v3'"):
        extractor_of("inception")
