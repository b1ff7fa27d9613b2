"""The verb `compare` on a store that `run` made."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.data.images import read_image

GOOD, DARK = "brighten", "brighten:factor=1.5"


@pytest.fixture
def ran(call):
    """A store of `brighten` at its factor 2 and at 1.5, on ten images."""
    result = call("run", "--restorer", GOOD, "--restorer", DARK, "--dataset", "stripes")
    assert result.exit_code == 0, result.stderr
    return call


def test_tables_for_people(ran):
    shown = ran("compare", GOOD, DARK).stdout
    assert "stripes · test: 10 images" in shown
    assert "brighten(factor=1.5)" in shown
    assert "worse" in shown
    assert "seconds / image" in shown


def test_the_numbers_are_those_of_the_leaderboard(ran, json_of):
    (found,) = json_of("compare", GOOD, DARK)["comparisons"]
    psnr = found["columns"][0]
    assert psnr["mean"] == pytest.approx(psnr["b"] - psnr["a"])
    assert psnr["low"] < psnr["mean"] < psnr["high"] < 0
    differences = [image["difference"]["psnr"] for image in found["images"]]
    assert differences == sorted(differences)
    assert np.mean(differences) == pytest.approx(psnr["mean"])


@pytest.mark.parametrize(
    ("conditions", "status"),
    [
        ((), 0),
        (("psnr < -0.1",), 1),
        (("psnr > -0.1",), 0),
        (("psnr > -0.1", "ssim.high < 0"), 1),
        (("psnr.nonsense < 1",), 2),
        (("psrn < 1",), 2),
    ],
)
def test_the_exit_status_is_for_machines(ran, conditions, status):
    flags = [part for text in conditions for part in ("--fail-if", text)]
    assert ran("compare", GOOD, DARK, *flags).exit_code == status


def test_conditions_are_in_the_json(ran, json_of):
    found = json_of("compare", GOOD, DARK, "--fail-if", "psnr < -0.1")
    assert found["failed"] is True
    assert found["checks"][0]["condition"] == "psnr < -0.1"
    assert found["checks"][0]["value"] == found["comparisons"][0]["columns"][0]["mean"]


def test_a_contact_sheet_shows_the_stored_images(ran, tmp_path):
    assert ran("compare", GOOD, DARK, "--contact-sheet", "look", "--images", "1").exit_code == 0
    (path,) = (tmp_path / "look").iterdir()
    sheet = read_image(path)
    assert sheet.shape[2] > 4 * 300
    # A restores the target and B is darker: so are their columns of images
    columns = [sheet[:, 200:600, 8 + n * 308 : 308 + n * 308].mean() for n in range(4)]
    assert columns[0] < columns[2] < columns[1]
    assert columns[1] == pytest.approx(columns[3], abs=3)


def test_a_deleted_image_is_said(ran, tmp_path):
    for path in (tmp_path / "restorebench-results" / "images").rglob("*.png"):
        path.unlink()
    result = ran("compare", GOOD, DARK, "--contact-sheet", "look")
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


def test_nothing_chosen_is_said(ran):
    result = ran("compare", GOOD, DARK, "--split", "val")
    assert result.exit_code == 2
    assert "no records of what was chosen; there are stripes · test" in result.stderr
