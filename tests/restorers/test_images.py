"""Folders of inputs, and the images of a trajectory."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from restorebench.data.images import write_image
from restorebench.data.layouts.image_places import scenes_of
from restorebench.errors import ImageError, OptionError
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.diffusion import Diffusion
from restorebench.restorers.folder import Folder
from restorebench.restorers.trajectory import COLUMNS, Trajectory

CONTEXT = Context("test")


@pytest.fixture
def folder(tmp_path):
    def write(*names, size=(6, 7)):
        rng = np.random.default_rng(0)
        for name in names:
            write_image(tmp_path / f"{name}.png", rng.integers(0, 256, (3, *size), np.uint8))
        return tmp_path

    return write


def test_images_of_one_view_are_samples_by_name(folder):
    found = scenes_of(folder("b", "a"), 1)
    assert [item.id for item in found] == ["a", "b"]
    assert found[0].outputs == ("a.png",)


def test_a_single_image_is_a_sample(folder):
    assert [item.id for item in scenes_of(folder("a", "b") / "b.png", 1)] == ["b"]


@pytest.mark.parametrize(
    "names",
    [
        ("x_L", "x_R"),
        ("x_left", "x_right"),
        ("x_0", "x_1"),
        ("x/lr0", "x/lr1"),
        ("left/x", "right/x"),
    ],
)
def test_two_views_are_paired_and_restored_under_names_that_folder_finds(folder, sample, names):
    (item,) = scenes_of(folder(*names), 2)
    assert (item.id, [path.stem for path in item.files]) == ("x", [n.split("/")[-1] for n in names])
    out = folder() / "out"
    pixels = np.stack([np.full((3, 6, 7), v, np.uint8) for v in (10, 20)])
    for name, view in zip(item.outputs, pixels, strict=True):
        write_image(out / name, view)
    given = sample("x", views=2, size=(6, 7))
    found = Folder(str(out)).restore(given, CONTEXT).image
    assert np.array_equal(np.rint(found * 255), pixels)


def test_a_view_without_the_other_is_refused(folder):
    with pytest.raises(ImageError, match=r"without their other view: y_L; .* ID_left ID_right"):
        scenes_of(folder("x_L", "x_R", "y_L"), 2)


def test_an_empty_folder_and_views_of_two_sizes_are_refused(folder, tmp_path):
    with pytest.raises(ImageError, match="holds no images"):
        scenes_of(folder(), 1)
    folder("x_L")
    (item,) = scenes_of(folder("x_R", size=(6, 8)), 2)
    with pytest.raises(ImageError, match="are 7×6 and 8×6; two views of a scene have"):
        item.read()


@pytest.fixture
def followed(tiny, sample):
    def follow(suffix, steps=12, views=1):
        backbone = {"views": views, "fusion": "quarter" if views == 2 else "none"}
        trajectory = Trajectory(suffix)
        restorer = Diffusion(tiny(backbone), steps=steps, suite=suite())
        restorer.restore(sample(views=views, size=(20, 30)), CONTEXT, callback=trajectory)
        return trajectory

    return follow


def test_a_strip_shows_some_moments_from_the_prior_to_the_result(followed, tmp_path):
    trajectory = followed(".png")
    times = [t for t, _, _ in trajectory.moments]
    assert len(times) == COLUMNS
    assert (times[0], times[-1]) == (1.0, 0.0)
    trajectory.save(tmp_path / "s.png")
    with Image.open(tmp_path / "s.png") as strip:
        assert strip.width == COLUMNS * 34 - 4
        assert strip.height > 2 * 20


def test_the_last_moment_is_the_restoration(tiny, sample):
    seen = []
    restored = Diffusion(tiny(), suite=suite()).restore(sample(), CONTEXT, callback=seen.append)
    assert [moment.step for moment in seen] == [0, 1, 2, 3, 4]
    assert np.array_equal(seen[-1].state[0].numpy(), restored.image)
    assert np.array_equal(seen[-1].estimate.numpy(), seen[-1].state.numpy())


def test_latents_are_decoded_where_an_image_of_them_is_asked_for(tiny, sample, monkeypatch):
    """At 24 megapixels each takes a minute, and `restore` follows every step for its progress."""
    compressor = {"name": "unet", "width": 4, "multipliers": [1, 2], "latent_channels": 4}
    restorer = Diffusion(tiny({"channels": 4}, compressor=compressor), steps=3, suite=suite())
    decode, decoded, seen = restorer.model.compressor.decode, [], []

    def counted(z, *given):
        decoded.extend([z] * (z.device.type == "cpu"))  # not where costs are counted by shapes
        return decode(z, *given)

    monkeypatch.setattr(restorer.model.compressor, "decode", counted)
    restored = restorer.restore(sample(), CONTEXT, callback=seen.append)
    assert (len(seen), len(decoded)) == (4, 1)
    assert np.array_equal(seen[-1].state[0].numpy(), restored.image)
    assert len(decoded) == 2


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_an_animation_has_a_frame_for_each_moment(followed, tmp_path, suffix):
    followed(suffix, steps=5).save(tmp_path / f"a{suffix}")
    with Image.open(tmp_path / f"a{suffix}") as animation:
        assert animation.n_frames == 6
        assert animation.width == 2 * 30 + 4


def test_two_views_stand_side_by_side(followed):
    (_, x, _), *_ = followed(".png", views=2).moments
    assert x.size == (60, 20)


def test_other_kinds_of_file_are_refused():
    with pytest.raises(OptionError, match=r"'\.mp4'; its name ends in one of \.png, \.gif, \.webp"):
        Trajectory(".mp4")
