"""`score`: frames, views, masks, what is missing and what is an error."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest

from restorebench.data.colour import as_float, quantise
from restorebench.data.resize import imresize
from restorebench.errors import ImageError, ProtocolError
from restorebench.metrics import Measure, Metric, Protocol, score, unavailable
from restorebench.metrics.lpips import trunks as trunks
from restorebench.metrics.lpips.trunks import TRUNKS
from restorebench.metrics.measures import lab_mae, psnr, ssim
from restorebench.metrics.protocols import ISTD_LEGACY_256, NTIRE_RGB, SHADOW_NATIVE_REGIONS
from restorebench.plugins import suite


@pytest.fixture
def no_trunks(monkeypatch, tmp_path):
    """A machine on which no LPIPS trunk was ever put."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(trunks, "find_spec", lambda name: None)
    return tmp_path


@pytest.fixture
def mask():
    """A shadow over the left third of 30×40 pixels."""
    shadow = np.zeros((1, 30, 40), np.float32)
    shadow[:, :, :13] = 1.0
    return shadow


def test_equal_images(noisy, load):
    _, y = noisy(40, 40)
    assert score(Protocol("p", {"psnr": psnr(), "ssim": ssim()}), y, y, None, load).values == {
        "psnr": math.inf,
        "ssim": 1.0,
    }


def test_an_absent_trunk_makes_lpips_missing_and_nothing_else(noisy, load, no_trunks):
    scores = score(NTIRE_RGB, *noisy(40, 40), None, load)
    assert set(scores.values) == {"psnr", "ssim"}
    assert "alexnet-owt-7be5be79.pth" in scores.missing["lpips"]
    assert str(no_trunks / "hub" / "checkpoints") in scores.missing["lpips"]


def test_a_table_does_not_tell_whose_home_the_trunk_belongs_in(noisy, load, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setattr(trunks, "find_spec", lambda name: None)
    scores = score(NTIRE_RGB, *noisy(40, 40), None, load)
    assert scores.missing["lpips"].endswith("into ~/torch/hub/checkpoints")


def test_what_is_unavailable_is_known_without_images(noisy, load, no_trunks):
    scores = score(NTIRE_RGB, *noisy(40, 40), None, load)
    assert unavailable(NTIRE_RGB, load) == scores.missing


def test_the_mean_of_the_views_is_the_mean_of_their_scores(noisy, value):
    x, y = noisy(30, 40, views=2)
    left, right = (value(psnr(), x[v : v + 1], y[v : v + 1]) for v in (0, 1))
    assert value(psnr(), x, y) == pytest.approx((left + right) / 2, abs=1e-12)
    assert value(psnr(views="left"), x, y) == left


@pytest.mark.parametrize("measure", [psnr, ssim])
def test_a_crop_looks_at_what_is_left(measure, noisy, value):
    x, y = noisy(40, 60)
    cropped = value(measure(crop=3, crop_left=7), x, y)
    assert cropped == value(measure(), x[..., 3:-3, 10:-3], y[..., 3:-3, 10:-3])
    x[..., :3, :], x[..., :10], x[..., -3:] = 0, 0, 0
    assert value(measure(crop=3, crop_left=7), x, y) == cropped


@pytest.mark.parametrize("fields", [{"crop": 15}, {"crop_left": 40}])
def test_an_image_that_the_crop_leaves_nothing_of_misses_that_column_alone(fields, noisy, load):
    protocol = Protocol("two", {"cropped": psnr(**fields), "whole": psnr()})
    scores = score(protocol, *noisy(30, 40), None, load)
    assert set(scores.values) == {"whole"}
    reason = scores.missing["cropped"]
    assert reason.startswith("the sample does not fit psnr: an image of 30×40 px is too small")


def test_an_image_below_the_window_of_one_metric_keeps_the_scores_of_others(noisy, load):
    scores = score(NTIRE_RGB, *noisy(8, 40), None, load)
    assert "psnr" in scores.values
    assert "does not fit ssim" in scores.missing["ssim"]


def test_damaged_weights_cost_their_own_column(noisy, load, no_trunks):
    damaged = no_trunks / "hub" / "checkpoints" / TRUNKS["alex"].file
    damaged.parent.mkdir(parents=True, exist_ok=True)
    damaged.write_bytes(b"half a download")
    scores = score(NTIRE_RGB, *noisy(40, 40), None, load)
    assert set(scores.values) == {"psnr", "ssim"}
    assert "delete it and fetch it again" in scores.missing["lpips"]


class Broken(Metric):
    """Somebody's metric that fails in a way of its own, or has no number."""

    def __init__(self, result: float | Exception) -> None:
        self._result = result

    def compute(self, prediction, target, region, measure) -> float:
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (KeyError("weight"), "broken failed: KeyError: 'weight'"),
        (ZeroDivisionError("division by zero"), "broken failed: ZeroDivisionError: division"),
        (math.nan, "the sample has no broken: it is not a number"),
    ],
)
def test_a_metric_that_fails_costs_its_own_column(result, reason, noisy, load):
    protocol = Protocol("two", {"broken": Measure("broken", "1"), "psnr": psnr()})
    metrics = {"broken": Broken(result)}
    scores = score(protocol, *noisy(8, 8), None, lambda name: metrics.get(name) or load(name))
    assert set(scores.values) == {"psnr"}
    assert scores.missing["broken"].startswith(reason)


class Writing(Metric):
    """Somebody's metric that uses its inputs as its memory."""

    def compute(self, prediction, target, region, measure) -> float:
        prediction[:], target[:], region[:] = 0, 0, True
        return 1.0


def test_a_metric_that_writes_into_its_images_changes_no_other_column(noisy, mask, load):
    inside = psnr(region="mask")
    writing = Protocol("two", {"x": Measure("x", "1", region="mask"), "psnr": inside})
    x, y = noisy(30, 40)
    alone = score(Protocol("one", {"psnr": inside}), x, y, mask, load).values
    found = score(writing, x, y, mask, {"x": Writing(), "psnr": load("psnr")}.get).values
    assert found == {"x": 1.0, **alone}
    assert np.array_equal(x, noisy(30, 40)[0])
    assert np.array_equal(y, noisy(30, 40)[1])


def test_a_class_in_place_of_a_metric_is_refused(noisy):
    with pytest.raises(ProtocolError, match="the metric 'x' is the class Writing; expected an obj"):
        score(Protocol("one", {"x": Measure("x", "1")}), *noisy(8, 8), None, lambda _: Writing)


@pytest.mark.parametrize(
    ("measure", "says"),
    [
        (Measure("ssim", "1"), "must state its 'window'"),
        (Measure("psnr", "1", options=(("peak", 1),)), "the peak of a PSNR is 255"),
        (Measure("psnr", "9"), "written for version 9 of 'psnr'"),
    ],
)
def test_what_a_metric_does_not_understand_is_known_without_images(measure, says, load):
    with pytest.raises(ProtocolError, match=says):
        unavailable(Protocol("one", {"x": measure}), load)


def test_perception_has_a_number_in_every_column(golden, load):
    x, y = (np.tile(p, (1, 1, 4, 4)) for p in golden("blur"))
    protocol = suite().protocols.load("perception")
    scores = score(protocol, x, y, None, load)
    assert scores.missing == {}
    assert set(scores.values) == {
        *NTIRE_RGB.measures,
        "ms_ssim",
        "vif",
        "fsim",
        "gmsd",
        "nlpd",
        "piqe",
    }


def test_learned_metrics_are_missing_without_their_weights_beside_the_others(
    noisy, load, no_trunks
):
    protocol = suite().protocols.load("perception-learned")
    scores = score(protocol, *noisy(40, 40), None, load)
    assert set(scores.values) == {"psnr", "ssim"}
    for column in ("dists", "clipiqa", "maniqa", "musiq", "niqe"):
        assert "its weights are not here: put https://" in scores.missing[column]


def test_regions_are_those_of_the_mask(noisy, mask, value):
    x, y = noisy(30, 40)
    assert value(psnr(region="mask"), x, y, mask) == value(psnr(), x[..., :13], y[..., :13])
    assert value(psnr(region="outside-mask"), x, y, mask) == value(psnr(), x[..., 13:], y[..., 13:])


def test_half_a_shadow_is_shadow(noisy, value):
    x, y = noisy(1, 2)
    mask = np.array([[[0.5, 0.49]]], np.float32)
    assert value(psnr(region="mask"), x, y, mask) == value(psnr(), x[..., :1], y[..., :1])
    assert value(psnr(region="mask", mask_rule="any"), x, y, mask) == value(psnr(), x, y)


def test_blackening_the_rest_adds_the_area_to_psnr(noisy, mask, value):
    # What ISTD scripts print: higher than the truth by 10 log10(1 / area), exactly.
    x, y = noisy(30, 40)
    true, printed = (value(psnr(region="mask", rest=r), x, y, mask) for r in ("excluded", "zeroed"))
    assert printed - true == pytest.approx(10 * math.log10(40 / 13), abs=1e-9)


def test_resizing_is_matlabs_and_of_the_mask_too(noisy, mask, value):
    x, y = noisy(30, 40)
    small = [imresize(p, (16, 20)) for p in (x, y)]
    small_mask = as_float(imresize(quantise(mask), (16, 20)))
    inside = value(psnr(region="mask"), *small, small_mask)
    assert value(psnr(resize=(16, 20)), x, y) == value(psnr(), *small)
    assert value(psnr(resize=(16, 20), region="mask"), x, y, mask) == inside


def test_columns_that_need_a_mask_are_missing_without_one(noisy, load):
    scores = score(SHADOW_NATIVE_REGIONS, *noisy(40, 40), None, load)
    assert {c for c, reason in scores.missing.items() if reason == "the sample has no mask"} == {
        "psnr_mask",
        "psnr_outside",
        "lab_mae_mask",
        "lab_mae_outside",
    }


@pytest.mark.parametrize(("level", "column"), [(0.0, "psnr_mask"), (1.0, "psnr_outside")])
def test_an_empty_region_is_missing(level, column, noisy, load):
    mask = np.full((1, 40, 40), level, np.float32)
    scores = score(SHADOW_NATIVE_REGIONS, *noisy(40, 40), mask, load)
    assert "no pixel" in scores.missing[column]


def test_the_istd_protocol_at_256_px(noisy, mask, load, value):
    x, y = noisy(30, 40)
    values = score(ISTD_LEGACY_256, x, y, mask, load).values
    small, truth = (imresize(p, (256, 256)) for p in (x, y))
    assert values["psnr"] == value(psnr(), small, truth)
    assert values["lab_mae"] == value(lab_mae(white="d50"), small, truth)
    assert values["psnr_mask_zeroed"] > values["psnr"]


@pytest.mark.parametrize("shape", [(1, 3, 30, 41), (1, 3, 60, 80), (2, 3, 30, 40)])
def test_sizes_that_differ_are_an_error_and_nothing_is_resized(shape, noisy, value):
    x, _ = noisy(30, 40)
    with pytest.raises(ImageError, match="but its target"):
        value(psnr(resize=(8, 8)), x, np.zeros(shape, np.uint8))


@pytest.mark.parametrize("wrong", [np.zeros((1, 3, 4, 4)), np.zeros((3, 4, 4), np.uint8)])
def test_images_are_8_bit_with_views(wrong, value):
    with pytest.raises(ImageError, match=r"expected uint8 \(V, 3, H, W\)"):
        value(psnr(), wrong, wrong)


@pytest.mark.parametrize(
    ("mask", "reason"),
    [
        (np.zeros((1, 4, 5), np.float32), "the mask has shape"),
        (np.full((1, 4, 4), 255, np.float32), r"expected \[0, 1\]"),
        (np.full((1, 4, 4), np.nan, np.float32), r"expected \[0, 1\]"),
    ],
)
def test_masks_fit_the_target(mask, reason, noisy, value):
    with pytest.raises(ImageError, match=reason):
        value(psnr(region="mask"), *noisy(4, 4), mask)


def test_another_version_of_a_metric_is_refused(noisy, value):
    with pytest.raises(ProtocolError, match="written for version 0 of 'psnr'"):
        value(Measure("psnr", "0", options=(("peak", 255),)), *noisy(8, 8))


TORCHLESS = """
import sys
import numpy as np
from restorebench.metrics import score
from restorebench.plugins import suite

x = np.zeros((1, 3, 20, 20), np.uint8)
protocol = suite().protocols.load("ntire-crop1")
assert score(protocol, x, x, None, suite().metrics.load).values["ssim"] == 1.0
assert "torch" not in sys.modules
"""


def test_scoring_and_listing_do_not_import_torch():
    run = subprocess.run([sys.executable, "-c", TORCHLESS], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_every_metric_of_the_registry_can_be_loaded_and_says_what_it_is(load):
    for name in suite().metrics.names():
        assert load(name).version == "1"
