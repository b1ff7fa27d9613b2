"""Images in a page: few, small, and those that were scored."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from restorebench.data.colour import quantise
from restorebench.leaderboard.render.html.gallery import Gallery, spread
from restorebench.leaderboard.render.html.page import page


@pytest.fixture
def section(run_boards):
    return run_boards[0].sections[0]


def decoded(uri):
    head, data = uri.split(",", 1)
    assert head == "data:image/webp;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"), float)


def test_an_image_has_input_target_and_an_output_per_row(suite, store, section, kit):
    found = Gallery(suite, store.folder, samples=2).samples(section)
    assert list(found) == ["test-0000", "test-0002"]
    sample = found["test-0002"]
    assert set(sample.outputs) == {row.label for row in section.rows}
    assert (sample.size, sample.note) == ((64, 48), "")
    target = quantise(kit.make("test-0002").target)[0].transpose(1, 2, 0)
    assert np.abs(decoded(sample.target) - target).mean() < 2
    assert decoded(sample.input).mean() == pytest.approx(target.mean() / 2, rel=0.05)


def test_large_images_are_reduced_and_that_is_said(suite, store, section):
    (sample,) = Gallery(suite, store.folder, samples=1, longest=32).samples(section).values()
    assert decoded(sample.target).shape == (24, 32, 3)
    assert sample.note == "reduced from 64×48"


def test_all_images_together_are_bounded(suite, store, section):
    found = Gallery(suite, store.folder, max_bytes=1000).samples(section).values()
    uris = [u for k in found for u in (k.input, k.target, *k.outputs.values()) if u]
    assert sum(map(len, set(uris))) <= 1000
    assert all("more images would take" in sample.note for sample in found)


def test_images_that_are_gone_leave_a_note(suite, store, section):
    rows = [replace(row, prediction="0" * 32) for row in section.images_table]
    (sample, *_) = (
        Gallery(suite, store.folder).samples(replace(section, images_table=rows)).values()
    )
    assert sample.outputs == {}
    assert "the image of brighten is not in the store" in sample.note


def test_a_data_set_with_other_pixels_is_not_shown(suite, store, section):
    rows = [replace(row, target="0" * 32) for row in section.images_table]
    (sample, *_) = (
        Gallery(suite, store.folder).samples(replace(section, images_table=rows)).values()
    )
    assert (sample.input, sample.target) == (None, None)
    assert "no longer those recorded" in sample.note


def test_a_data_set_that_is_not_installed_leaves_a_note(suite, store, section):
    (sample, *_) = Gallery(suite, store.folder).samples(replace(section, dataset="gone")).values()
    assert (
        sample.note
        == "no input and target: the data set gone is not known here; give --data or --data-root"
    )
    assert len(sample.outputs) == 3


def test_a_page_has_images_only_when_it_is_given_some(run_boards, suite, store):
    assert "data:image" not in page(run_boards)
    assert "data:image/webp" in page(run_boards, Gallery(suite, store.folder))


def test_a_image_that_is_shared_is_kept_once(run_boards, suite, store):
    text = page(run_boards, Gallery(suite, store.folder, samples=1))
    assert text.count("data:image/webp") == 4  # input is identity's output; target; two more


def test_samples_are_chosen_from_the_first_to_the_last():
    assert spread("abcdefg", 3) == ["a", "d", "g"]
    assert spread("ab", 5) == ["a", "b"]
    assert spread("abc", 1) == ["a"]
    assert spread("abc", 0) == []
