"""Images from elsewhere that are not what they should be: named, and the others are scored."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from PIL import Image

from restorebench.data.colour import quantise
from restorebench.data.images import write_image

REASONS = {
    "test-0001": "test-0001.png is grey (PNG, mode L)",
    "test-0002": "test-0002.png is RGB with alpha (PNG, mode RGBA)",
    "test-0003": "test-0003.png is 16 or 32 bit grey",
    "test-0004": "test-0004.png is 10×10 (width × height), but sample 'test-0004' needs 32×24",
    "test-0005": "test-0005.png cannot be read as an image",
    "test-0006": "test-0006.png cannot be read as an image",
    "test-0007": "test-0007.png is empty (0 bytes)",
    "test-0008": "no image of sample 'test-0008'",
    "test-0009": "has both test-0009.jpg and test-0009.png",
    "test-0010": "test-0010.png is a palette image",
}
"""What is wrong with each; test-0000 and test-0011 are as they should be."""


def fill(folder, shop) -> None:
    for sample_id in shop.IDS:
        write_image(folder / f"{sample_id}.png", quantise(shop.make(sample_id).degraded)[0])
    good = Image.open(folder / "test-0000.png")
    good.convert("L").save(folder / "test-0001.png")
    good.convert("RGBA").save(folder / "test-0002.png")
    Image.fromarray(np.zeros(shop.SIZE, np.uint16)).save(folder / "test-0003.png")
    good.resize((10, 10)).save(folder / "test-0004.png")
    half = (folder / "test-0005.png").read_bytes()
    (folder / "test-0005.png").write_bytes(half[: len(half) // 2])
    (folder / "test-0006.png").write_text("not an image")
    (folder / "test-0007.png").write_bytes(b"")
    (folder / "test-0008.png").rename(folder / "image8.png")
    good.save(folder / "test-0009.jpg")
    good.convert("P").save(folder / "test-0010.png")


@pytest.fixture(scope="module")
def place(new_place, shop):
    place = new_place()
    fill(place.folder / "mixed", shop)
    return place


@pytest.fixture(scope="module")
def scored(place):
    return place.restorebench("score", "mixed", "--dataset", "shop-squares", "--json")


@pytest.mark.parametrize("sample_id", REASONS)
def test_score_says_what_is_wrong_with_each_file(scored, sample_id):
    line = next(x for x in scored.stderr.splitlines() if x.startswith(f"error: {sample_id}"))
    assert REASONS[sample_id] in line


def test_score_scores_the_others(scored):
    pairs = {pair["name"]: pair for pair in json.loads(scored.stdout)["pairs"]}
    assert scored.returncode == 1
    assert [name for name, pair in pairs.items() if pair["scores"]] == ["test-0000", "test-0011"]
    assert "Traceback" not in scored.stderr


def test_two_folders_are_compared_as_far_as_they_can_be(place):
    """Against themselves: here only names and kinds can be wrong, as sizes are equal."""
    (place.folder / "pair").mkdir()
    for path in (place.folder / "mixed").glob("test-000[0-2].png"):
        (place.folder / "pair" / path.name).write_bytes(path.read_bytes())
    done = place.restorebench("score", "pair", "pair", "--protocol", "ntire-crop1", "--json")
    errors = {pair["name"]: pair["error"] for pair in json.loads(done.stdout)["pairs"]}
    assert done.returncode == 1
    assert errors["test-0000"] is None
    assert "pair/test-0001.png is grey" in errors["test-0001"]
    assert "pair/test-0002.png is RGB with alpha" in done.stderr


def test_a_run_keeps_what_it_has_and_takes_up_repaired_images(place, shop):
    restorers = ("--restorer", "identity", "--restorer", "folder:path=mixed,label=MyNet")
    done = place.restorebench("run", *restorers)
    assert done.returncode == 1
    assert "shop-squares-MyNet: 2 restored, 10 failed" in done.stderr
    assert re.search(r"– +MyNet", done.stdout)
    repaired = quantise(shop.make("test-0001").target)[0]
    write_image(place.folder / "mixed" / "test-0001.png", repaired)
    again = place.restorebench("run", *restorers)
    assert "shop-squares-identity: 12 restored, 12 from the store" in again.stderr
    assert "shop-squares-MyNet: 3 restored, 2 from the store, 9 failed" in again.stderr
