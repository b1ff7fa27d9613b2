"""``datasets overlap`` and ``datasets export``: what they print, write and answer to a script."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from restorebench.data.images import write_image

TEXT = "degraded={}/lq/{{id}}.png,target={}/gt/{{id}}.png"


def waves(seed: int) -> np.ndarray:
    """A smooth image unlike those of other seeds."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:48, :64] / 16
    planes = [np.sin(rng.normal() * x + rng.normal() * y + k) for k in range(6)]
    image = np.tensordot(rng.normal(size=(3, 6)), planes, 1)
    return (127 + 60 * np.tanh(image)).astype(np.uint8)


def folder(place: Path, seeds: list[int]) -> str:
    for seed in seeds:
        write_image(place / f"gt/{seed}.png", waves(seed))
        write_image(place / f"lq/{seed}.png", waves(seed) // 2)
    return TEXT.format(place.name, place.name)


@pytest.fixture
def texts(tmp_path) -> tuple[str, str, str]:
    """Two data sets that share the scene 3, and one that shares none."""
    places = {"a": [1, 2, 3], "b": [3, 4], "c": [5]}
    return tuple(folder(tmp_path / name, seeds) for name, seeds in places.items())


def test_shared_images_are_listed_and_fail(call, texts):
    done = call("datasets", "overlap", *texts[:2], "--task", "dark")
    assert done.exit_code == 1
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["3", "degraded", "3", "degraded", "same", "pixels"] in lines
    assert (
        "a/test (of 3) and b/test (of 2) share images in 1 pair of samples, 1 with" in done.stdout
    )


def test_nothing_shared_is_said_and_passes(call, texts):
    done = call("datasets", "overlap", texts[0], texts[2], "--task", "dark")
    assert (done.exit_code, done.stdout) == (0, "a/test (of 3) and c/test (of 1) share no image\n")


def test_json_has_every_match(call, texts):
    done = call("datasets", "overlap", *texts[:2], "--task", "dark", "--json")
    assert done.exit_code == 1
    (found,) = json.loads(done.stdout)
    assert (found["a"], found["b"], found["samples"]) == ("a/test", "b/test", {"a": 3, "b": 2})
    image = {"sample": "3", "image": "degraded"}
    assert found["shared"] == [{"a": image, "b": image, "exact": True, "distance": 0.0}]


def test_splits_are_named_with_a_slash(call):
    done = call("datasets", "overlap", "squares/train", "squares/test")
    assert done.exit_code == 1  # this toy makes the same images for each
    assert "squares/train (of 3) and squares/test (of 3) share images" in done.stdout
    whole = call("datasets", "overlap", "squares")
    assert whole.stdout.count("share images") == 3
    assert call("datasets", "overlap", "squares/tset", "squares").exit_code == 2


def test_an_export_is_the_same_data_set(call, texts, tmp_path):
    done = call("datasets", "export", texts[0], "own", "--task", "dark")
    assert (done.exit_code, done.stdout) == (0, "a/test: 3 samples in own\n")
    shown = call("datasets", "show", "hub:own", "--task", "dark").stdout
    assert "a table of Hugging Face datasets: hub:own" in shown
    again = call("datasets", "overlap", texts[0], "hub:own", "--task", "dark")
    assert "share images in 3 pairs of samples, 3 with the same pixels" in again.stdout
    how = ("--task", "dark", "--restorer", "identity", "--results", "res")
    assert all(call("run", "--data", one, *how).exit_code == 0 for one in (texts[0], "hub:own"))
    records = (tmp_path / "res" / "records.jsonl").read_text().splitlines()
    hashes = {(r := json.loads(line))["dataset"]: r["dataset_hash"] for line in records}
    assert set(hashes) == {"a", "own"}
    assert hashes["a"] == hashes["own"]
