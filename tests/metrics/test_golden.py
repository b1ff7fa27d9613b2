"""Numbers by independent implementations, on images that are kept in the repository.

The pairs are synthetic: waves with noise, then more noise, a Gaussian blur, or a veil of haze.
Values by scikit-image 0.26.0 and torchmetrics 1.9.0 (float64 input); `ssim_3d` by torch's conv3d
over a replicated volume in float64, which is what NAFNet's `_ssim_3d` does in float32.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from restorebench.metrics import score
from restorebench.metrics.measures import psnr, ssim
from restorebench.plugins import suite

# (protocol, column): value of the pairs noise, blur, haze
SKIMAGE = {
    ("ntire-rgb", "psnr"): (22.398694474887762, 30.453962915705603, 16.526807410726175),
    ("ntire-rgb", "ssim"): (0.670702390044361, 0.9055548031759555, 0.7972728083388773),
    ("ntire-crop1", "psnr"): (22.40632409764668, 30.565501762870436, 16.39071454658257),
    ("ntire-crop1", "ssim"): (0.6689065218042014, 0.9050330198326395, 0.7897273214215682),
    ("sr-y-crop4", "psnr"): (27.051263844291505, 35.57008647159602, 17.706622154955046),
    ("sr-y-crop4", "ssim"): (0.7482632819605023, 0.947379038065525, 0.8310236639470963),
    ("stereo-lr-mean", "ssim"): (0.741699693637519, 0.93209166652936, 0.8120744688009548),
    ("bokeh-betd", "psnr"): (22.398694474887762, 30.247146248941227, 15.963961821009825),
    ("bokeh-betd", "psnr_255"): (22.398694474887762, 30.453962915705603, 16.526807410726175),
    ("bokeh-betd", "ssim"): (0.741699693637519, 0.93209166652936, 0.8120744688009548),
}
TORCH = {
    ("bokeh-real-tm", "ssim"): (0.664210732473932, 0.8952132817936457, 0.8236435846815631),
    ("ssim-3d-legacy", "ssim"): (0.8966883798540791, 0.9779124816145088, 0.8393091596041288),
}
PAIRS = ("noise", "blur", "haze")


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize(("protocol", "column"), [*SKIMAGE, *TORCH])
def test_protocols_give_the_numbers_of_independent_implementations(
    protocol, column, pair, golden, load
):
    expected = {**SKIMAGE, **TORCH}[protocol, column][PAIRS.index(pair)]
    scores = score(suite().protocols.load(protocol), *golden(pair), None, load)
    assert scores.values[column] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("crop", [0, 4])
@pytest.mark.parametrize("channels", ["rgb", "y-bt601-limited"])
@pytest.mark.parametrize("metric", [psnr, ssim])
def test_psnr_and_ssim_equal_basicsr(metric, channels, crop, value):
    # Values by BasicSR's calculate_psnr and calculate_ssim as IR-SDE carries them (float64).
    pair = np.load(Path(__file__).parents[1] / "vectors" / "metrics_basicsr.npz")
    luma, cut = "_y" if channels != "rgb" else "", f"_crop{crop}" if crop else ""
    expected = float(pair[f"{metric.__name__}{luma}{cut}"])
    measure = metric(channels=channels, crop=crop)
    assert value(measure, pair["prediction"], pair["target"]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("pair", PAIRS)
def test_protocols_are_not_the_same_thing(pair, golden, load):
    names = ("ntire-rgb", "ntire-crop1", "sr-y-crop4", "ssim-3d-legacy", "stereo-lr-mean")
    names += ("bokeh-real-tm", "istd-legacy-256")
    scores = (score(suite().protocols.load(n), *golden(pair), None, load).values for n in names)
    ssims = sorted(s["ssim"] for s in scores)
    assert min(np.diff(ssims)) > 1e-4


@pytest.mark.parametrize("pair", PAIRS)
def test_ssim_on_luma_is_kinder_than_on_rgb(pair, golden, value):
    rgb, luma = (value(ssim(channels=c), *golden(pair)) for c in ("rgb", "y-yiq-full"))
    assert luma > rgb


def test_studio_range_luma_flatters_psnr_by_the_range(golden, value):
    # Both are BT.601 luma, one over 219 grey levels and the other over 255.
    limited, full = (
        value(psnr(channels=c), *golden("blur")) for c in ("y-bt601-limited", "y-yiq-full")
    )
    assert limited - full == pytest.approx(20 * np.log10(255 / 219), abs=1e-3)
