"""`identify`: the ways of scoring that give a number which scikit-image computed some way."""

from __future__ import annotations

import math
import os

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2ycbcr
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

from restorebench.data.images import write_image
from restorebench.data.opencv_resize import bilinear


@pytest.fixture
def hits(json_of):
    """The findings that give a number, of all that were tried."""

    def run(value: float, *arguments: str, digits: int = 4):
        found = json_of("identify", "pred", "gt", "--value", f"{value:.{digits}f}", *arguments)
        return [f for f in found["findings"] if f["reproduces"]]

    return run


def columns(findings) -> set[str]:
    return {column for finding in findings for column in finding["columns"]}


def test_the_mean_of_psnrs_is_ntire_rgb(hits, images):
    found, other = hits(np.mean([peak_signal_noise_ratio(y, x) for x, y in images]))
    assert {"ntire-rgb psnr", "stereo-lr-mean psnr"} <= set(found["columns"])
    assert found["differs_from_ntire_rgb"] == []
    assert other["metric"] == "iqa-psnr"


def test_one_psnr_of_all_pixels_is_distinguished_from_the_mean(hits, images):
    mse = np.mean([mean_squared_error(y, x) for x, y in images])
    (found,) = hits(10 * math.log10(255**2 / mse))
    assert found["pooled"]
    assert "pooled" in found["differs_from_ntire_rgb"][0]


def test_the_peak_of_the_prediction(hits, images):
    values = [peak_signal_noise_ratio(y, x, data_range=int(x.max())) for x, y in images]
    assert columns(hits(np.mean(values))) == {"bokeh-betd psnr"}


def test_rounded_grey_is_distinguished_from_the_exact_one(hits, images, rows):
    def grey(p, weights=(0.298936021293775, 0.587043074451121, 0.114020904255103)):
        return rows(p) @ np.array(weights)

    def psnrs(shown):
        pairs = ((shown(y), shown(x)) for x, y in images)
        return np.mean([peak_signal_noise_ratio(*pair, data_range=255) for pair in pairs])

    rounded = hits(psnrs(lambda p: np.floor(grey(p) + 0.5)), "--metric", "psnr", digits=6)
    assert columns(rounded) == {"matlab-gray psnr", "matlab-gray-downsampled psnr"}
    assert [f["measure"]["channels"] for f in rounded] == ["gray-matlab-8bit"]


def test_the_linear_kernels_are_distinguished(hits, images):
    resized = [tuple(bilinear(p, (256, 256)) for p in pair) for pair in images]
    value = np.mean([peak_signal_noise_ratio(y, x) for x, y in resized])
    found = hits(value, "--metric", "psnr", digits=6)
    assert columns(found) == {"istd-legacy-256-opencv psnr"}
    (phrase,) = found[0]["differs_from_ntire_rgb"]
    assert phrase == "both resized to 256×256 (OpenCV's bilinear)"


def test_luma_with_a_border(hits, images, rows):
    def luma(p):
        return rgb2ycbcr(rows(p))[4:-4, 4:-4, 0]

    values = [peak_signal_noise_ratio(luma(y), luma(x), data_range=255) for x, y in images]
    assert columns(hits(np.mean(values), "--metric", "psnr")) == {"sr-y-crop4 psnr"}


def test_scikit_images_ssim_is_distinguished_from_its_authors(hits, images, rows):
    values = [structural_similarity(rows(y), rows(x), channel_axis=2) for x, y in images]
    found, *left_out = hits(np.mean(values), "--metric", "ssim", digits=6)
    assert left_out == []
    assert {"stereo-lr-mean ssim", "bokeh-betd ssim", "stereo-left ssim"} == set(found["columns"])
    assert set(found["differs_from_ntire_rgb"]) == {"sample covariance (N−1)", "7×7 uniform window"}


def test_a_variation_that_no_protocol_has(hits, images, rows):
    values = [
        structural_similarity(rows(y), rows(x), channel_axis=2, use_sample_covariance=False)
        for x, y in images
    ]
    (found,) = hits(np.mean(values), "--metric", "ssim", digits=6)
    assert found["columns"] == []
    assert found["differs_from_ntire_rgb"] == ["7×7 uniform window"]


def test_a_scale_adds_the_borders_of_super_resolution(hits, images):
    values = [peak_signal_noise_ratio(y[:, 9:-9, 9:-9], x[:, 9:-9, 9:-9]) for x, y in images]
    assert hits(np.mean(values), "--metric", "psnr") == []
    (found,) = hits(np.mean(values), "--metric", "psnr", "--scale", "3")
    assert found["differs_from_ntire_rgb"] == ["9 px cut from each side"]


def test_a_region_by_blackening(hits, images, tmp_path):
    mask = np.zeros((64, 80), bool)
    mask[10:30, 20:50] = True
    (tmp_path / "masks").mkdir()
    for name in range(3):
        Image.fromarray(mask * np.uint8(255)).save(tmp_path / "masks" / f"{name}.png")
    values = [peak_signal_noise_ratio(y * mask, x * mask) for x, y in images]
    found = hits(np.mean(values), "--mask", "masks", "--metric", "psnr")
    assert found
    assert all("blackened" in f["differs_from_ntire_rgb"][0] for f in found)


def test_two_views_are_paired_by_their_names(hits, stereo):
    left, target = stereo[0]
    found = hits(peak_signal_noise_ratio(target[..., 64:], left[..., 64:]), "--metric", "psnr")
    assert columns(found) == {"stereo-left-crop64 psnr"}
    both = hits(np.mean([peak_signal_noise_ratio(y, x) for x, y in stereo]), "--metric", "psnr")
    assert "stereo-lr-mean psnr" in columns(both)


def test_views_may_be_images_of_their_own(json_of, stereo, tmp_path):
    for side, view in zip("LR", "01", strict=True):
        os.renames(tmp_path / "gt" / "a" / f"hr{view}.png", tmp_path / "hr" / f"a_{side}.png")
    arguments = ("identify", "pred", "hr", "--value", "30", "--metric", "psnr")
    assert (json_of(*arguments)["scenes"], json_of(*arguments)["views"]) == (1, 2)
    assert json_of(*arguments, "--views", "1")["scenes"] == 2


def test_the_nearest_comes_first_and_what_cannot_be_computed_last(json_of, images):
    found = json_of("identify", "pred", "gt", "--value", "90.00")["findings"]
    away = [abs(f["off"]) if f["missing"] is None else math.inf for f in found]
    assert away == sorted(away)
    assert found[-1]["missing"]


def test_of_those_that_agree_the_simplest_comes_first(hits, images):
    mean = np.mean([peak_signal_noise_ratio(y, x) for x, y in images])
    found = hits(mean + 0.1, "--tolerance", "1", "--metric", "psnr")
    registered = [bool(finding["columns"]) for finding in found]
    assert len(found) > 4
    assert registered == sorted(registered, reverse=True)
    assert found[0]["differs_from_ntire_rgb"] == []


def test_nothing_found_is_exit_status_1(call, images):
    result = call("identify", "pred", "gt", "--value", "99.99", "--metric", "psnr")
    assert result.exit_code == 1
    assert "Nothing that was tried gives 99.99 (± 0.005)" in result.stdout
    assert "ntire-crop1 psnr" in result.stdout


def test_two_files_and_words(call, images):
    restored, target = images[0]
    value = f"{peak_signal_noise_ratio(target, restored):.2f}"
    result = call("identify", "pred/0.png", "gt/0.png", "--value", value, "--metric", "psnr")
    assert result.exit_code == 0
    assert f"give {value} (± 0.005) on 1 scene" in result.stdout
    assert "as in ntire-rgb" in result.stdout


def test_nothing_is_resized(call, images, tmp_path):
    write_image(tmp_path / "pred" / "1.png", np.zeros((3, 64, 79), np.uint8))
    result = call("identify", "pred", "gt", "--value", "25")
    assert result.exit_code == 2
    assert "1.png" in result.stderr
    assert "79×64, its reference" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--value", "abc"), "as printed, such as 26.78"),
        (("--value", "inf"), "not a finite number"),
        (("--value", "26.78", "--metric", "ssim"), "ssim has no such values"),
        (("--value", "26.78", "--metric", "lpips"), "lpips has no such values"),
        (("--value", "0.9", "--metric", "ssmi"), "did you mean 'ssim'?"),
        (("--value", "0.9", "--tolerance", "-1"), "a tolerance is 0 or more"),
        (
            ("--value", "0.9", "--views", "2"),
            "without their other view: 0, 1, 2",
        ),
    ],
)
def test_what_is_wrong_is_said(call, images, arguments, said):
    result = call("identify", "pred", "gt", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


def test_a_missing_image_is_named(call, images, tmp_path):
    (tmp_path / "pred" / "2.png").unlink()
    result = call("identify", "pred", "gt", "--value", "25")
    assert result.exit_code == 2
    assert "pred lacks 2 (of 3 references); there are no others" in result.stderr
