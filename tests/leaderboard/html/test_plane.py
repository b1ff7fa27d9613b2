"""The perception–distortion plane: which rows are drawn, where, and what leads to them."""

from __future__ import annotations

import re

import pytest

from restorebench import RestorerSpec, TaskSpec, hookimpl
from restorebench.leaderboard import boards
from restorebench.leaderboard.render.html.page import page
from restorebench.leaderboard.render.html.plane import WIDTHS, planes
from restorebench.leaderboard.render.html.scale import scale_of
from restorebench.plugins import Suite, inline, suite
from restorebench.restorers.packaged import packaged

SCORES = {"blur": (20.0, 0.5), "sharpen": (22.0, 0.125), "alone": (21.0, 0.25)}


class Contest:
    """A task in which ``sharpen`` starts from ``blur``."""

    @hookimpl
    def restorebench_tasks(self):
        return [TaskSpec(name="fog", title="Fog", summary="Undo fog", protocol="ntire-crop1")]

    @hookimpl
    def restorebench_restorers(self):
        starts = {"blur": "", "sharpen": "blur", "alone": ""}
        more = {"summary": "1", "target": "nowhere:it", "tasks": ("fog",)}
        return [RestorerSpec(name=n, initial=i, **more) for n, i in starts.items()]


@pytest.fixture
def section(kit):
    def make(scores=SCORES):
        named = [
            kit.record(
                name,
                "test-0000",
                dict(zip(("psnr", "lpips"), values, strict=False)),
                restorer=name,
                options={},
            )
            for name, values in scores.items()
        ]
        (board,) = boards(named, Suite(plugins=[inline(Contest(), "fog")]))
        return board

    return make


def test_a_row_is_a_point_whose_place_are_its_means(section):
    for drawing, width in zip(planes(section().sections[0]), WIDTHS, strict=True):
        assert drawing.width == width
        at = {p.label: (p.x, p.y) for p in drawing.points}
        assert set(at) == set(SCORES)
        assert at["blur"][0] < at["alone"][0] < at["sharpen"][0]  # PSNR rises to the right
        assert at["blur"][1] < at["alone"][1] < at["sharpen"][1]  # LPIPS falls downwards
        middle = (at["blur"][0] + at["sharpen"][0]) / 2
        assert at["alone"][0] == pytest.approx(middle)


def test_an_arrow_leads_from_the_initial_restorer(section):
    for drawing in planes(section().sections[0]):
        at = {p.label: (p.x, p.y) for p in drawing.points}
        ((x1, y1, x2, y2),) = drawing.arrows
        assert at["blur"][0] < x1 < x2 < at["sharpen"][0]
        assert at["blur"][1] < y1 < y2 < at["sharpen"][1]


def test_labels_cover_neither_each_other_nor_the_border(section):
    close = {f"a-rather-long-name-{n}": (20 + n / 8, 0.5 - n / 64) for n in range(6)}
    for drawing in planes(section(close).sections[0]):
        spans = sorted((p.text_y, p.text_x - 6.4 * len(p.text) * p.end, p) for p in drawing.points)
        for n, (y, left, point) in enumerate(spans):
            right = left + 6.4 * len(point.text)
            assert left >= 0
            assert right <= drawing.width
            for y2, left2, other in spans[n + 1 :]:
                apart = left2 >= right or left2 + 6.4 * len(other.text) <= left
                assert apart or abs(y2 - y) >= 13


def test_labels_of_a_crowded_corner_are_all_to_be_read(section):
    """Rows whose points nearly coincide, with others where their labels would stand."""
    rows = {
        "identity": (24, 0.09),
        "illumination-transfer": (30, 0.02),
        "colour-transfer": (28, 0.03),
        "shadow-regression": (36.2, 0.00186),
        "shadow-diffusion": (36.4, 0.00171),
        "shadow-diffusion-fast": (36.4, 0.00172),
        "shadow-diffusion-mean": (36.3, 0.0019),
    }
    for drawing in planes(section(rows).sections[0]):
        boxes = [_box(point) for point in drawing.points]
        for n, (left, right, y) in enumerate(boxes):
            for left2, right2, y2 in boxes[:n]:
                assert left2 >= right or right2 <= left or abs(y2 - y) >= 13


def _box(point):
    length = 6.4 * len(point.text)
    left = point.text_x - length * point.end
    return left, left + length, point.text_y


def test_nothing_is_drawn_of_fewer_than_two_rows(section):
    assert planes(section({"blur": (20.0, 0.5), "alone": (21.0,)}).sections[0]) == []


def test_equal_rows_are_drawn(section):
    same = section({"blur": (20.0, 0.0), "sharpen": (20.0, 0.0)})
    assert len(planes(same.sections[0])[0].points) == 2


def test_the_page_has_it_without_a_script_and_says_every_point(section):
    text = page([section()])
    drawn = text[text.index('<details open class="plane">') :].partition("</details>")[0]
    assert drawn.count("<svg") == 2
    for name, (psnr, lpips) in SCORES.items():
        assert drawn.count(f'aria-label="{name}: PSNR {psnr:.2f} dB, LPIPS {lpips:.4f}"') == 2
    assert len(re.findall("marker-end", drawn)) == 2


def test_ticks_are_round_numbers_inside_the_scale():
    ticks = scale_of([17.2, 23.4], 0, 100).ticks
    assert [text for _, text in ticks] == ["18", "20", "22"]
    assert all(0 <= pixel <= 100 for pixel, _ in ticks)


def test_packaged_networks_declare_the_restorer_that_they_start_from():
    whole = suite()
    for name, model in packaged(whole).items():
        assert (model.read().checkpoint.setup.initial or "") == whole.restorers[name].initial, name
