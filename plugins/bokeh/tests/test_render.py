"""What a thin lens does to a layered scene: light is kept and edges do not bleed."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.data.scenes import Layer, Scene
from restorebench.types import Array
from restorebench_bokeh.metadata import Lens
from restorebench_bokeh.render import render

WIDE, NARROW = Lens.parse("Sony50mmf1.8BS"), Lens.parse("Sony50mmf16.0BS")
FOCUS, D = 2.0, 20.0
RED, GREY = (0.8, 0.1, 0.1), (0.4, 0.4, 0.4)


def plane(colour: tuple[float, float, float], depth: float, alpha: Array | None = None) -> Layer:
    cover = np.ones((1, 48, 64), np.float32) if alpha is None else alpha
    return Layer(np.array(colour, np.float32)[:, None, None] * (cover > 0), cover, depth)


def leaf() -> Array:
    alpha = np.zeros((1, 48, 64), np.float32)
    alpha[:, 16:32, 24:40] = 1.0
    return alpha


def of(*layers: Layer) -> Scene:
    return Scene("made-0000", 48, 64, 0, layers)


def test_a_uniform_scene_stays_uniform() -> None:
    out = render(of(plane(GREY, 40.0)), WIDE, FOCUS, D)
    np.testing.assert_allclose(out, 0.4, atol=1e-5)


def test_a_red_background_does_not_bleed_into_a_sharp_grey_leaf() -> None:
    out = render(of(plane(RED, 40.0), plane(GREY, FOCUS, leaf())), WIDE, FOCUS, D)
    np.testing.assert_array_equal(out[:, 16:32, 24:40], np.float32(0.4))
    np.testing.assert_allclose(out[:, 15, 24:40], np.array(RED)[:, None].repeat(16, 1), atol=1e-5)


def test_what_a_blurred_leaf_hides_shows_through_its_edge() -> None:
    out = render(of(plane(RED, FOCUS), plane(GREY, 1.0, leaf())), WIDE, FOCUS, D)
    edge, centre = out[0, 24, 24], out[0, 24, 32]
    assert 0.4 < edge < 0.8
    assert out[0, 24, 20] < 0.8  # and the leaf spreads beyond its outline
    assert abs(centre - 0.4) < abs(edge - 0.4)


def test_a_plane_in_focus_is_the_same_through_every_lens() -> None:
    texture = np.random.default_rng(0).random((3, 48, 64), dtype=np.float32)
    scene = of(Layer(texture, np.ones((1, 48, 64), np.float32), FOCUS))
    np.testing.assert_array_equal(render(scene, WIDE, FOCUS, D), texture)
    np.testing.assert_array_equal(render(scene, NARROW, FOCUS, D), texture)


@pytest.mark.parametrize("name", ["Sony50mmf1.8BS", "Canon50mmf1.8BS"])
def test_a_highlight_keeps_its_energy(name: str) -> None:
    layer = plane((0.0, 0.0, 0.0), 40.0)
    layer.radiance[:, 24, 32] = 30.0
    out = render(of(layer), Lens.parse(name), FOCUS, D)
    assert out[0].sum() == pytest.approx(30.0, rel=1e-4)
    assert out.max() < 1.0  # spread over a bokeh ball of 10.6 pixels


def test_the_margin_gives_light_from_beyond_the_border() -> None:
    alpha = np.zeros((1, 48, 64), np.float32)
    alpha[:, :, :8] = 1.0
    layers = (plane((0.0, 0.0, 0.0), 40.0), plane((1.0, 1.0, 1.0), 30.0, alpha))
    out = render(Scene("made-0001", 32, 48, 8, layers), WIDE, FOCUS, D)
    assert out.shape == (3, 32, 48)
    assert out[0, :, 0].min() > 0.2
