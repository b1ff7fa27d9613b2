"""Challenges on files of one's own: references by pattern, and bundles of them."""

from __future__ import annotations

import json
import zipfile

import numpy as np
import pytest

from restorebench.data.images import write_image

FLAT = "degraded=set/{id}_hazy.png,target=set/{id}_GT.png"


@pytest.fixture
def call(invoke, suite, tmp_path, monkeypatch):
    monkeypatch.setattr("restorebench.cli.output.suite", lambda: suite)
    monkeypatch.chdir(tmp_path)
    return invoke


@pytest.fixture
def flat(tmp_path, kit):
    """Inputs and targets in one folder, and an upload that is off by ten levels."""
    members = []
    for number in range(3):
        target = kit.pixels(number) // 2 + 20
        write_image(tmp_path / f"set/{number:02}_GT.png", target.transpose(2, 0, 1))
        write_image(tmp_path / f"set/{number:02}_hazy.png", target.transpose(2, 0, 1) // 2)
        members.append((f"{number:02}.png", kit.saved(target + np.uint8(10))))
    (tmp_path / "team.zip").write_bytes(kit.zipped(*members, ("readme.txt", kit.README)))
    return tmp_path


def scored(call, *arguments: str) -> dict:
    result = call("score", "team.zip", "--task", "dim", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    (one,) = json.loads(result.stdout)
    return one["scores"]


def test_a_pattern_is_a_reference(call, flat):
    of_pattern = scored(call, "--reference", "set/{id}_GT.png")
    assert of_pattern["psnr"] == pytest.approx(28.13, abs=0.01)
    assert scored(call, "--data", FLAT) == of_pattern


def test_the_whole_folder_is_none(call, flat):
    result = call("score", "team.zip", "--task", "dim", "--reference", "set")
    assert result.exit_code == 1
    assert "6 of 6 images are missing" in result.stderr


def test_a_pattern_without_files_says_what_is_there(call, flat):
    result = call("score", "team.zip", "--task", "dim", "--reference", "set/{id}_gt.png")
    assert result.exit_code == 2
    assert "no file fits {id}_gt.png in set; it holds 00_GT.png, 00_hazy.png" in result.stderr


def test_a_competition_is_made_of_files_of_ones_own(call, flat):
    result = call("bundle", "--task", "dim", "--data", f"{FLAT},name=fog", "--output", "it.zip")
    assert result.exit_code == 0, result.stderr
    with zipfile.ZipFile("it.zip") as archive:
        archive.extractall("it")
    (reference,) = {p.parent for p in flat.glob("it/**/reference_final/reference.json")}
    assert {p.name for p in reference.glob("*.png")} == {"00.png", "01.png", "02.png"}
    manifest = json.loads((reference / "reference.json").read_text())
    assert manifest["dataset"] == "fog"
    of_bundle = call("score", "team.zip", "--reference", str(reference), "--json")
    (one,) = json.loads(of_bundle.stdout)
    assert one["scores"] == scored(call, "--data", FLAT)
    call("run", "--task", "dim", "--data", f"{FLAT},name=fog", "--restorer", "identity")
    line = (flat / "restorebench-results" / "records.jsonl").read_text().splitlines()[0]
    assert json.loads(line)["dataset_hash"] == manifest["dataset_hash"]


def test_a_competition_needs_a_data_set(call):
    result = call("bundle", "--task", "dim")
    assert result.exit_code == 2
    assert "--dataset NAME, or --task and --data PATTERNS" in result.stderr
