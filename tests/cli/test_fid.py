"""`fid`: two folders, or the rows of a store, by the features of a network that is here."""

from __future__ import annotations

import json

import numpy as np
import pytest

from restorebench.data.images import write_image

NETWORK = ("--extractor", "alexnet-conv5")


@pytest.fixture
def folders(tmp_path):
    rng = np.random.default_rng(0)
    for name in "abc":
        target = rng.integers(0, 256, (3, 40, 50), dtype=np.uint8)
        write_image(tmp_path / "gt" / f"{name}.png", target)
        write_image(tmp_path / "pred" / f"{name}.png", target // 2)


def test_two_folders(json_of, folders):
    found = json_of("fid", "pred", "gt", *NETWORK, "--minimum", "3", "--json")
    scores = found["scores"]["pred"]
    assert found["extractor"] == "alexnet-conv5"
    assert scores["fid"]["value"] > 0
    assert scores["fid"]["interval"][0] < scores["fid"]["value"] < scores["fid"]["interval"][1]


@pytest.mark.filterwarnings("default::restorebench.errors.ImageWarning")
def test_a_folder_is_as_itself_which_is_most_likely_not_meant(call, folders):
    result = call("fid", "gt", "gt", *NETWORK, "--minimum", "3", "--json")
    same = json.loads(result.stdout)["scores"]["gt"]
    assert same["fid"]["value"] == pytest.approx(0, abs=1e-9)
    assert "a.png is its own reference (and 2 more images)" in result.stderr


def test_too_few_images_are_no_score_and_exit_status_1(call, folders):
    result = call("fid", "pred", "gt", *NETWORK)
    assert result.exit_code == 1
    assert "3 scenes are too few: FID and KID are given from 50 on" in result.stdout


def test_the_rows_of_a_store_become_columns_of_its_board(call):
    call("run", "--restorer", "brighten", "--restorer", "identity")
    call("run", "--restorer", "brighten:factor=1.5", "--limit", "2")
    result = call("fid", "--dataset", "squares", *NETWORK, "--minimum", "3", "-o", "fid.csv")
    assert result.exit_code == 0, result.stderr
    assert "2 of 3 images are stored" in result.stdout
    board = call("leaderboard", "--scores", "fid.csv")
    assert board.exit_code == 0, board.stderr
    assert board.stdout.count("ALEXNET") == 2
    assert "unmatched" not in board.stderr


def test_absent_weights_are_an_error_and_nothing_is_fetched(call, folders, monkeypatch, tmp_path):
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    result = call("fid", "pred", "gt")
    assert result.exit_code == 2
    assert "pt_inception-2015-12-05-6726825d.pth at" in " ".join(result.stderr.split())
    assert not (tmp_path / "torch").exists()
    empty = call("fid", "--dataset", "squares")
    assert "has no restorations of squares (test); run it first" in empty.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("pred",), "give two folders"),
        (("pred", "gt", "--dataset", "squares"), "either two folders or a data set"),
        (("--dataset", "squares"), "has no restorations of squares (test); run it first"),
    ],
)
def test_what_does_not_fit_is_said(call, folders, arguments, message):
    result = call("fid", *arguments, *NETWORK)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
