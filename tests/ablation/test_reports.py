"""Tables and plots: what they show is what was measured."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from restorebench.ablation.axis import Axis, apart, written
from restorebench.ablation.chart import Chart, Line
from restorebench.ablation.curves import Point, losses
from restorebench.ablation.drawing import COLOURS, drawing
from restorebench.ablation.paired import difference
from restorebench.checkpoints.file import load
from restorebench.leaderboard.board import ImageRow, Section
from restorebench.leaderboard.format import format_seconds

SVG = "{http://www.w3.org/2000/svg}"


def words(image, kind: str) -> list:
    return [t for t in image.iter(f"{SVG}text") if t.get("class") == kind]


def number(shown: str) -> float:
    shown = shown.replace("−", "-")
    return float(shown[:-1]) * 1000 if shown.endswith("k") else float(shown)


def reader(image, kind: str, key: str, shift: float, log: bool):
    """From a place to a number, by the ticks that the plot shows."""
    marks = words(image, kind)
    (a, at_a), (b, at_b) = (
        (number(t.text), float(t.get(key)) - shift) for t in (marks[0], marks[-1])
    )
    if log:
        a, b = math.log(a), math.log(b)

    def read(place: float) -> float:
        value = a + (b - a) * (place - at_a) / (at_b - at_a)
        return math.exp(value) if log else value

    return read


def shown(image, log_x: bool = False, log_y: bool = False) -> dict[str, list[tuple]]:
    """The points of each line, read off the drawing."""
    x = reader(image, "x-tick", "x", 0, log_x)
    y = reader(image, "y-tick", "y", 4, log_y)
    found = {}
    for group in image.iter(f"{SVG}g"):
        if group.get("class") == "series":
            (line,) = group.findall(f"{SVG}polyline")
            pairs = [p.split(",") for p in line.get("points").split()]
            found[group.get("data-name")] = [(x(float(a)), y(float(b))) for a, b in pairs]
    return found


def test_the_plot_of_scores_shows_the_numbers_of_the_table(ran, ran_lines):
    whole = ET.fromstring((ran / "scores.svg").read_text())
    charts = whole.findall(f"{SVG}g")
    columns = [c for c in ("psnr", "ssim", "lpips") if ran_lines["sigma-10"][c]]
    assert len(charts) == len(columns) >= 2
    for chart, column in zip(charts, columns, strict=True):
        ((_, points),) = shown(chart).items()
        wanted = [(float(v["value"]), float(v[column])) for v in ran_lines.values()]
        for point, want in zip(points, wanted, strict=True):
            assert point == pytest.approx(want, rel=1e-3)


def test_the_table_shows_the_numbers_of_the_csv(ran, ran_lines):
    table = (ran / "table.md").read_text()
    for name, line in ran_lines.items():
        (row,) = [r for r in table.splitlines() if r.startswith(f"| {name}")]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[1] == f"{float(line['psnr']):.2f}"
        assert cells[2] == "–"  # two images give no interval
        seconds = load(ran / name / "final.safetensors").origin["seconds"]
        assert float(line["training_seconds"]) == seconds
        assert cells[-1] == format_seconds(seconds)
    assert "no intervals below 8 images" in table
    assert "Recipe" in table
    assert "seed 0" in table


def test_scores_are_the_means_of_the_records(noise, ran_lines):
    for name, line in ran_lines.items():
        label = f"noise/{name} (small)"
        scores = [r.scores["psnr"] for r in noise[1] if r.options.get("label") == label]
        assert float(line["psnr"]) == pytest.approx(sum(scores) / 2, rel=1e-12)
        assert line["images"] == "2"


def test_differences_are_paired(noise, ran_lines):
    by_sample = {}
    for record in noise[1]:
        by_sample.setdefault(record.sample, {})[record.options.get("label")] = record.scores["psnr"]
    first, second = (f"noise/sigma-{s} (small)" for s in (10, 30))
    wanted = [scores[second] - scores[first] for scores in by_sample.values()]
    assert float(ran_lines["sigma-30"]["delta"]) == pytest.approx(sum(wanted) / len(wanted))
    assert ran_lines["sigma-10"]["delta"] == ""


def rows_of(gains) -> Section:
    """Two rows over as many images as there are gains, of which the second has more by them."""
    images = [
        ImageRow(f"s{k}", label, {"psnr": 20.0 + 3 * k + gain}, None, "", "")
        for k, second in enumerate(gains)
        for label, gain in (("a", 0.0), ("b", second))
    ]
    return Section("d", "val", "p", "", "", len(gains), (), (), images_table=images)


def test_what_images_share_does_not_widen_the_interval_of_a_difference():
    gains = [0.9, 1.1, 1.0, 0.8, 1.2, 1.05, 0.95, 1.0]
    found = difference(rows_of(gains), "b", "a", "psnr")
    assert found.mean == pytest.approx(1.0)
    assert 0.8 < found.ends[0] < 1.0 < found.ends[1] < 1.2
    assert difference(rows_of(gains[:7]), "b", "a", "psnr").ends is None
    assert difference(rows_of(gains), "b", "absent", "psnr") is None


def test_a_score_that_cannot_be_had_says_why(noise, ran_lines):
    reasons = {reason for r in noise[1] for reason in r.missing.values()}
    if not reasons:
        pytest.skip("LPIPS can be computed here")
    table = (noise[0] / "table.md").read_text()
    assert "LPIPS" in table
    assert ran_lines["sigma-10"]["lpips"] == ""
    assert any(reason[:40] in table.replace("\\", "") for reason in reasons)


def test_training_curves_show_the_validations(ran):
    image = ET.fromstring((ran / "curves.svg").read_text())
    found = shown(image)
    assert set(found) == {"sigma-10", "sigma-30"}
    for name, points in found.items():
        rows = (ran / name / "validation.csv").read_text().splitlines()[1:]
        wanted = [tuple(map(float, row.split(",")[:2])) for row in rows]
        assert [x for x, _ in points] == pytest.approx([2, 4], rel=1e-2)
        assert points == [pytest.approx(w, rel=2e-3) for w in wanted]
    names = [t.text for t in words(image, "name")]
    assert set(names) == {"sigma-10", "sigma-30"}
    before = float(rows[-1].split(",")[2])
    assert any(t.text.endswith(f"; input: {before:.2f}") for t in image.iter(f"{SVG}text"))


def test_loss_curves_show_the_losses(ran):
    found = shown(ET.fromstring((ran / "losses.svg").read_text()), log_y=True)
    for name, points in found.items():
        rows = (ran / name / "log.csv").read_text().splitlines()[1:]
        wanted = [float(row.split(",")[1]) for row in rows]
        assert [y for _, y in points] == pytest.approx(wanted, rel=1e-2)


def test_losses_are_means_over_parts_of_the_run(tmp_path):
    rows = [f"{k},{float(k)},0,0,0" for k in range(1, 121)]
    (tmp_path / "log.csv").write_text("step,loss,lr,gradient,seconds\n" + "\n".join(rows) + "\n")
    found = losses(tmp_path)
    assert len(found) == 40
    assert found[0] == Point(3, 2.0)
    assert found[-1] == Point(120, 119.0)


def chart(points, **options) -> Chart:
    return Chart("t", "x", "y", (Line("a", tuple(points), marked=True),), **options)


def test_intervals_are_drawn_from_end_to_end():
    image = ET.fromstring(drawing([chart([Point(1, 20, 19, 22), Point(2, 30, 28, 31)])]))
    read = reader(image, "y-tick", "y", 4, False)
    bars = [
        line
        for g in image.iter(f"{SVG}g")
        if g.get("class") == "point"
        for line in g.iter(f"{SVG}line")
    ]
    ends = [(read(float(b.get("y1"))), read(float(b.get("y2")))) for b in bars]
    assert ends == [pytest.approx((19, 22), rel=1e-3), pytest.approx((28, 31), rel=1e-3)]


def test_names_are_text_whatever_they_hold():
    nasty = Chart(
        "<b>&", "x", "y", (Line("</text><script>", (Point(0, 1),)), Line("b", (Point(0, 2),)))
    )
    image = ET.fromstring(drawing([nasty]))
    assert words(image, "name")[0].text == "</text><script>"
    assert not list(image.iter(f"{SVG}script"))


@pytest.mark.parametrize(
    "values", [[3.0], [5.0, 5.0], [0.0], [-1.0, 4.0], [1e-9, 2e-9], [float("nan"), 2.0]]
)
def test_any_numbers_have_an_axis(values):
    axis = Axis.over(values, 0, 100)
    assert all(0 <= axis.place(v) <= 100 for v in values if math.isfinite(v))
    assert len(axis.ticks()) >= 2
    assert all(-1e-6 <= axis.place(tick) <= 100 + 1e-6 for tick in axis.ticks())


@pytest.mark.parametrize("values", [[0.02, 0.03], [1, 50], [1e-4, 1e3], [7.0]])
def test_log_axes_have_round_ticks(values):
    axis = Axis.over(values, 0, 100, log=True)
    assert len(axis.ticks()) >= 2
    assert all(-1e-6 <= axis.place(tick) <= 100 + 1e-6 for tick in axis.ticks())


def test_ticks_have_as_many_digits_each():
    assert written([0.7, 0.72]) == ["0.70", "0.72"]
    assert written([0, 200000, 400000]) == ["0", "200k", "400k"]
    assert written([-1, 1]) == ["−1", "1"]


def test_names_at_the_margin_do_not_cover_each_other():
    found = apart([10, 11, 12, 95, 99], 10, 0, 100)
    assert sorted(found) == found
    assert min(b - a for a, b in pairwise(found)) >= 10
    assert (found[0], found[-1]) == (10, 100)


def luminance(colour: str) -> float:
    """WCAG 2, of sRGB."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", COLOURS)
def test_lines_can_be_seen_on_white_and_on_black(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 3
    assert (luminance(colour) + 0.05) / 0.05 >= 3
