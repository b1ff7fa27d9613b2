"""Files of one's own as a data set: one option from a folder of pairs to a board."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from restorebench import ConditionField, TaskSpec, hookimpl
from restorebench.data.images import write_image
from restorebench.plugins import inline


@pytest.fixture
def pairs(tmp_path, monkeypatch):
    """``hazy/1_9.png`` and ``gt/1.png``, and two more; degraded images are half as bright."""
    monkeypatch.delenv("RESTOREBENCH_DATA", raising=False)
    for number in range(3):
        target = np.random.default_rng(number).integers(100, 255, (3, 32, 40), np.uint8)
        write_image(tmp_path / f"hazy/{number}_9.png", target // 2)
        write_image(tmp_path / f"gt/{number}.png", target)
    return "degraded=hazy/{id}_*.png,target=gt/{id}.png"


def records(folder: Path = Path("restorebench-results")) -> list[dict]:
    lines = (folder / "records.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_patterns_are_run_in_one_command(call, pairs):
    result = call("run", "--task", "dark", "--data", f"{pairs},name=my-pairs")
    assert result.exit_code == 0, result.stderr
    found = records()
    assert {r["sample"] for r in found} == {"0_9", "1_9", "2_9"}
    assert {r["dataset"] for r in found} == {"my-pairs"}
    (content,) = {r["dataset_hash"] for r in found}
    assert f"my-pairs · test: 3 images, pixels {content[:12]}" in result.stdout
    assert "brighten" in result.stdout
    assert "identity" in result.stdout


def test_the_same_pixels_have_the_same_hash_wherever_they_lie(call, pairs, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    for folder in ("hazy", "gt"):
        (tmp_path / folder).rename(tmp_path / "elsewhere" / folder)
    for more in (("--data-root", "elsewhere"), ("--data-root", str(tmp_path / "elsewhere"))):
        result = call("run", "--task", "dark", "--data", pairs, *more, "--restorer", "identity")
        assert result.exit_code == 0, result.stderr
    assert "3 from the store" in result.stderr
    assert {r["dataset"] for r in records()} == {"elsewhere"}


def test_a_folder_of_pairs_is_enough(call, pairs, tmp_path):
    for path in list((tmp_path / "hazy").iterdir()):
        path.rename(path.with_name(path.name.replace("_9", "")))
    (tmp_path / "my set").mkdir()
    for folder in ("hazy", "gt"):
        (tmp_path / folder).rename(tmp_path / "my set" / folder)
    for option in ("--data", "--dataset"):
        result = call("run", "--task", "dark", option, "my set", "--restorer", "identity")
        assert "my-set · test: 3 images" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--data", "PAIRS"), "say what is restored: --task dark"),
        (("--task", "dark", "--data", "."), "--data 'degraded=hazy/{id}_9,target=gt/{id}'"),
        (("--task", "dark", "--dataset", "nowhere"), "write --data 'degraded="),
        (("--task", "dark", "--data", "PAIRS,name=squares"), "'squares' is an installed data set"),
    ],
)
def test_what_is_missing_is_said(call, pairs, arguments, said):
    result = call("run", *(a.replace("PAIRS", pairs) for a in arguments))
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", "")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("haze/{id}_9.png", "no file fits haze/{id}_9.png in .; it holds gt/, hazy/"),
        ("hazy/{id}_9.jpg", "no file fits hazy/{id}_9.jpg in .; hazy/ holds 0_9.png, 1_9.png"),
    ],
)
def test_a_pattern_that_nothing_fits_is_said_with_what_there_is(call, pairs, pattern, said):
    data = f"degraded={pattern},target=gt/{{id}}.png"
    result = call("run", "--task", "dark", "--data", data, "--restorer", "identity")
    assert result.exit_code == 1
    assert said in result.stderr.replace("\n", " ")


@pytest.mark.parametrize("broken", ["gt/1.png", "hazy/1_9.png"])
def test_a_broken_file_is_named_once_and_other_data_sets_go_on(call, pairs, tmp_path, broken):
    (tmp_path / broken).write_bytes(b"no image")
    result = call("run", "--task", "dark", "--data", pairs, "--dataset", "squares")
    assert result.exit_code == 1
    assert result.stderr.count(f"{broken} cannot be read") == 1
    assert {r["dataset"] for r in records()} == {"squares"}


def test_a_missing_partner_is_named_once_before_anything_runs(call, pairs, tmp_path):
    (tmp_path / "gt/1.png").rename(tmp_path / "gt/one.png")
    result = call("run", "--task", "dark", "--data", pairs)
    assert result.exit_code == 1
    assert result.stderr.count("no target of 1 of 3 samples (1_9): for 1_9.png looked for") == 1
    assert not (tmp_path / "restorebench-results" / "records.jsonl").exists()


def test_a_lab_file_names_data_sets_for_everybody(call, pairs, tmp_path):
    degraded, target = (part.partition("=")[2] for part in pairs.split(","))
    (tmp_path / "restorebench.toml").write_text(
        f'[datasets.fog]\ntask = "dark"\ncount = 20\ndegraded = "{degraded}"\ntarget = "{target}"\n'
    )
    result = call("run", "--dataset", "fog", "--restorer", "identity")
    assert result.exit_code == 0, result.stderr
    assert "fog: 3 of 20 samples are there" in result.stderr
    assert "fog · test: 3 of 20 samples, pixels" in result.stdout
    assert {r["extra"]["whole"] for r in records()} == {20}
    (tmp_path / "restorebench.toml").write_text('dataset_root = "x"')
    assert "restorebench.toml: there is no key dataset_root" in call("run").stderr


@pytest.mark.parametrize(
    ("task", "more", "said"),
    [
        ("pair", "", "'0_9' has 1 views, but pair has 2; write {view} in its patterns"),
        ("dark", ",condition=1,2", "'0_9' states 2 numbers of a condition, but dark has none"),
        (
            "lens",
            ",condition=1,2,3",
            "states 3 numbers of a condition, but lens has 2 numbers (f, d",
        ),
    ],
)
def test_data_of_another_form_than_the_task_is_refused_once(
    call, install, squares, pairs, task, more, said
):
    install(inline(squares, "squares"), inline(more_tasks(), "more"))
    result = call("run", "--task", task, "--data", pairs + more)
    assert result.exit_code == 1
    assert result.stderr.count(said) == 1


def test_missing_numbers_are_said_once_and_others_run(call, install, squares, pairs):
    install(inline(squares, "squares"), inline(more_tasks(), "more"))
    result = call(
        "run", "--task", "lens", "--data", f"{pairs},condition=16", "--restorer", "identity"
    )
    assert result.exit_code == 0, result.stderr
    assert result.stderr.count("states f; restorers that need d fail on it") == 1


def more_tasks():
    """A task of two views, and one with two numbers."""
    numbers = (ConditionField(name="f"), ConditionField(name="d"))
    tasks = [
        TaskSpec(name="pair", title="Pairs", summary="", views=2),
        TaskSpec(name="lens", title="Lenses", summary="", condition=numbers),
    ]
    return SimpleNamespace(restorebench_tasks=hookimpl(lambda: tasks), __name__="more")


def test_a_page_shows_its_images_where_the_data_is_named_again(call, pairs):
    call("run", "--task", "dark", "--data", f"{pairs},name=mine", "--restorer", "identity")
    page = ("leaderboard", "--task", "dark", "--format", "html", "--images", "1", "--output")
    assert call(*page, "without.html").exit_code == 0
    assert "the data set mine is not known here; give --data" in Path("without.html").read_text()
    assert call(*page, "with.html", "--data", f"{pairs},name=mine").exit_code == 0
    text = Path("with.html").read_text()
    assert "not known here" not in text
    assert records()[0]["dataset_hash"][:12] in text


def test_two_restorers_are_compared_on_it(call, pairs):
    call("run", "--task", "dark", "--data", f"{pairs},name=mine")
    result = call("compare", "identity", "brighten", "--dataset", "mine")
    assert result.exit_code == 0, result.stderr
    sheet = ("--contact-sheet", "sheets", "--task", "dark", "--data", f"{pairs},name=mine")
    assert call("compare", "identity", "brighten", *sheet).exit_code == 0
    assert len(list(Path("sheets").glob("compare-mine-test-*.png"))) == 1
