"""A data set makes its samples when they are asked for, and its hash is that of their pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from restorebench import Sample
from restorebench.data.dataset import Dataset, open_split
from restorebench.errors import OptionError, SampleError, UnknownNameError
from restorebench.plugins import Suite


def make(sample_id: str, level: float = 0.0) -> Sample:
    value = np.full((1, 3, 2, 2), (int(sample_id[-1]) + level) / 255, np.float32)
    return Sample(sample_id, value, value)


IDS = ("test-1", "test-2", "test-3")
TOY = Dataset("toy", "test", IDS, make)


def test_samples_come_by_id_and_in_order() -> None:
    assert [sample.id for sample in TOY] == list(IDS)
    assert TOY["test-2"].id == "test-2"
    assert len(TOY) == 3


def test_nothing_is_made_before_it_is_asked_for() -> None:
    made: list[str] = []

    def counting(sample_id: str) -> Sample:
        made.append(sample_id)
        return make(sample_id)

    samples = iter(Dataset("toy", "test", IDS, counting))
    assert made == []
    next(samples)
    assert made == ["test-1"]


def test_an_unknown_id_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"'test-9' in toy/test; did you mean 'test-"):
        TOY["test-9"]


def test_repeated_ids_are_refused() -> None:
    with pytest.raises(SampleError, match=r"toy/val has these ids more than once: a"):
        Dataset("toy", "val", ("a", "b", "a"), make)


@pytest.mark.parametrize("ids", [(1, 2), (i for i in IDS), "ab"])
def test_ids_are_texts_in_a_tuple(ids: Any) -> None:
    with pytest.raises(SampleError, match=r"toy/val has the ids .*; expected texts in a tuple"):
        Dataset("toy", "val", ids, make)


@pytest.mark.parametrize("answer", [None, make("other-1")])
def test_another_sample_than_the_one_asked_for_is_refused(answer: Any) -> None:
    wrong = Dataset("toy", "test", IDS, lambda _: answer)
    with pytest.raises(SampleError, match=r"made (None|the sample 'other-1') for the id 'test-1'"):
        wrong["test-1"]
    with pytest.raises(SampleError, match="for the id 'test-1'"):
        list(wrong)


def test_the_content_hash_is_of_pixels_and_order_not_of_names() -> None:
    assert Dataset("other", "val", IDS, make).content_hash == TOY.content_hash
    assert Dataset("toy", "test", IDS[::-1], make).content_hash != TOY.content_hash
    assert Dataset("toy", "test", IDS[:2], make).content_hash != TOY.content_hash


def test_one_level_in_one_sample_changes_the_content_hash() -> None:
    changed = Dataset("toy", "test", IDS, lambda i: make(i, level=float(i == "test-3")))
    assert changed.content_hash != TOY.content_hash


def test_an_unknown_split_is_an_error_that_lists_the_splits() -> None:
    suite = Suite()
    for spec in suite.datasets:
        expected = f"{spec.name} has no split 'tset'; it has {', '.join(spec.splits)}"
        with pytest.raises(OptionError, match=expected):
            open_split(suite, spec.name, "tset")
