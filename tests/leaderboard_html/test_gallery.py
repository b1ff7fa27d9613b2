"""Images in a page: few, small, and those that were scored."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from restorebench.data.colour import quantise
from restorebench.leaderboard.render.html.gallery import Gallery
from restorebench.leaderboard.render.html.page import page


@pytest.fixture
def section(run_boards):
    return run_boards[0].sections[0]


def decoded(uri):
    head, data = uri.split(",", 1)
    assert head == "data:image/webp;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"), float)


def test_an_image_has_input_target_and_an_output_per_row(suite, store, section, kit):
    looks = Gallery(suite, store.folder, images=2).looks(section)
    assert list(looks) == ["test-0000", "test-0002"]
    look = looks["test-0002"]
    assert set(look.outputs) == {row.label for row in section.rows}
    assert (look.size, look.note) == ((64, 48), "")
    target = quantise(kit.make("test-0002").target)[0].transpose(1, 2, 0)
    assert np.abs(decoded(look.target) - target).mean() < 2
    assert decoded(look.input).mean() == pytest.approx(target.mean() / 2, rel=0.05)


def test_large_images_are_reduced_and_that_is_said(suite, store, section):
    (look,) = Gallery(suite, store.folder, images=1, longest=32).looks(section).values()
    assert decoded(look.target).shape == (24, 32, 3)
    assert look.note == "reduced from 64×48"


def test_all_images_together_are_bounded(suite, store, section):
    looks = Gallery(suite, store.folder, room=1000).looks(section).values()
    uris = [u for k in looks for u in (k.input, k.target, *k.outputs.values()) if u]
    assert sum(map(len, set(uris))) <= 1000
    assert all("more images would take" in look.note for look in looks)


def test_images_that_are_gone_leave_a_note(suite, store, section):
    rows = [replace(row, prediction="0" * 32) for row in section.images_table]
    (look, *_) = Gallery(suite, store.folder).looks(replace(section, images_table=rows)).values()
    assert look.outputs == {}
    assert "the image of brighten is not in the store" in look.note


def test_a_data_set_with_other_pixels_is_not_shown(suite, store, section):
    rows = [replace(row, target="0" * 32) for row in section.images_table]
    (look, *_) = Gallery(suite, store.folder).looks(replace(section, images_table=rows)).values()
    assert (look.input, look.target) == (None, None)
    assert "no longer those recorded" in look.note


def test_a_data_set_that_is_not_installed_leaves_a_note(suite, store, section):
    (look, *_) = Gallery(suite, store.folder).looks(replace(section, dataset="gone")).values()
    assert look.note == "no input and target: the data set gone is not installed"
    assert len(look.outputs) == 3


def test_a_page_has_images_only_when_it_is_given_some(run_boards, suite, store):
    assert "data:image" not in page(run_boards)
    assert "data:image/webp" in page(run_boards, Gallery(suite, store.folder))


def test_a_image_that_is_shared_is_kept_once(run_boards, suite, store):
    text = page(run_boards, Gallery(suite, store.folder, images=1))
    assert text.count("data:image/webp") == 4  # input is identity's output; target; two more
