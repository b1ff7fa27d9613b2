"""Records and images: written once, found by content, replaced only by something better."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from restorebench.errors import StoreError
from restorebench.harness.record_json import SCHEMA, decode, encode
from restorebench.harness.store import Store
from restorebench.types import Cost, Record

RECORD = Record(
    task="toy",
    dataset="toy-squares",
    split="test",
    sample="test-0000",
    restorer="brighten",
    options={"factor": 2.0},
    revision=1,
    draw=0,
    seed=0,
    protocol="ntire-rgb",
    protocol_hash="p1",
    dataset_hash="d1",
    input="i1",
    target="t1",
    prediction="x1",
    scores={"psnr": math.inf, "ssim": 1.0},
    missing={"lpips": "no trunk"},
    cost=Cost(seconds=0.5, peak_bytes=10),
    error=None,
    provenance="r1",
)


def test_a_record_survives_its_line():
    assert decode(json.loads(json.dumps(encode(RECORD), allow_nan=False))) == RECORD


def test_another_schema_is_refused():
    with pytest.raises(StoreError, match="schema"):
        decode({**encode(RECORD), "schema": SCHEMA + 1})


def test_a_line_without_a_field_is_refused():
    line = encode(RECORD)
    del line["prediction"]
    with pytest.raises(StoreError, match="prediction"):
        decode(line)


WRONG = [
    {"task": 1}, {"revision": "1"}, {"draw": True}, {"draw": -1}, {"seed": 2**63}, {"seed": 1.0},
    {"options": {"a": [1]}}, {"options": {"a": 10**400}}, {"options": None},
    {"scores": {"psnr": None}}, {"scores": {"psnr": "good"}}, {"scores": {"psnr": 10**400}},
    {"scores": [1.0]},
    {"missing": {"lpips": 1}}, {"cost": {"seconds": "1"}}, {"cost": {"seconds": -1}},
    {"cost": {"nfe": 1}}, {"cost": {"seconds": 1, "nfe": "text"}},
    {"cost": {"seconds": 1, "macs": 10**400}}, {"cost": {"seconds": 1, "other": 1}},
    {"error": 1}, {"prediction": 2}, {"extra": {"a": {}}}, {"fingerprint": None}, {"unknown": 1},
]  # fmt: skip


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_line_that_holds_another_kind_of_value_is_refused(change):
    with pytest.raises(StoreError, match=next(iter(change))):
        decode({**encode(RECORD), **change})


def test_a_record_that_could_not_be_read_again_is_not_written(store):
    store.add(RECORD)
    with pytest.raises(StoreError, match="seed"):
        store.add(replace(RECORD, seed=2**70))
    assert list(Store(store.folder).records()) == [RECORD]


def test_the_same_key_is_written_once(store):
    store.add(RECORD)
    held = store.add(replace(RECORD, scores={"psnr": 1.0}))
    assert held == RECORD
    assert list(store.records()) == [RECORD]
    assert len(store.path.read_text().splitlines()) == 1


def test_a_success_replaces_a_failure_and_never_the_reverse(store):
    failure = replace(RECORD, prediction=None, scores={}, cost=None, error="ValueError: bad")
    store.add(failure)
    store.add(RECORD)
    store.add(failure)
    assert list(Store(store.folder).records()) == [RECORD]


def test_fewer_missing_scores_replace_more(store):
    store.add(RECORD)
    complete = replace(RECORD, scores={**RECORD.scores, "lpips": 0.1}, missing={})
    assert store.add(complete) == complete


@pytest.mark.parametrize(
    "change",
    [
        {"sample": "test-0001"},
        {"restorer": "other"},
        {"options": {}},
        {"revision": 2},
        {"draw": 1},
        {"seed": 1},
        {"input": "i2"},
        {"target": "t2"},
        {"protocol_hash": "p2"},
        {"fingerprint": "f"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_everything_that_can_change_a_score_is_part_of_the_key(store, change):
    store.add(RECORD)
    assert store.lookup(replace(RECORD, **change)).record is None


def test_a_restoration_is_found_under_any_protocol(store):
    store.add(RECORD)
    assert store.lookup(replace(RECORD, protocol_hash="p2", target="t2")).restoration == RECORD


def test_two_stores_of_one_folder_see_each_other(store):
    other = Store(store.folder)
    store.add(RECORD)
    other.refresh()
    assert list(other.records()) == [RECORD]
    other.add(RECORD)
    assert len(store.path.read_text().splitlines()) == 1


def test_the_frame_has_scores_and_costs_as_columns(store):
    store.add(RECORD)
    row = store.frame().iloc[0]
    assert row["score.psnr"] == math.inf
    assert row["cost.seconds"] == 0.5


def test_images_are_kept_once_by_their_pixels(store):
    pixels = np.arange(2 * 3 * 4 * 5, dtype=np.uint8).reshape(2, 3, 4, 5)
    key = store.images.put(pixels)
    assert store.images.put(pixels.copy()) == key
    assert np.array_equal(store.images.get(key, views=2), pixels)
    assert len(list(store.images.folder.rglob("*.png"))) == 2


def test_a_changed_image_is_noticed(store):
    pixels = np.zeros((1, 3, 4, 5), np.uint8)
    key = store.images.put(pixels)
    (other,) = store.images.paths(store.images.put(pixels + 1), 1)
    (path,) = store.images.paths(key, 1)
    path.write_bytes(other.read_bytes())
    with pytest.raises(StoreError, match="was changed"):
        store.images.get(key, views=1)
