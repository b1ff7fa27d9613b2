"""Tables and plots: what they show is what was measured."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET

import pytest

from restorebench.ablation.curves import Point, losses
from restorebench.ablation.figure import COLOURS, panels, show_names, style, svg
from restorebench.ablation.paired import difference
from restorebench.ablation.plots import PLOTS, draw_scores
from restorebench.ablation.results import StudyResult, TrialResult
from restorebench.ablation.scored_study import ScoredStudy
from restorebench.ablation.trials import trials
from restorebench.checkpoints.file import load
from restorebench.errors import OptionError
from restorebench.leaderboard.board import ImageRow, Section
from restorebench.leaderboard.format import format_seconds

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def plotted(noise, toys, study):
    """The figure of a kind of plot of the study."""
    found = findings(*noise, study())

    def draw(kind: str):
        with style():
            return PLOTS[kind](ScoredStudy.of(found, toys))

    return draw


def findings(folder, records, made) -> StudyResult:
    """What the study has found, put together from its folder and its records."""
    entries = []
    for trial in trials("noise", made, "small"):
        own = tuple(r for r in records if r.options.get("label") == trial.label)
        entries.append(TrialResult(trial, folder / trial.run, records=own))
    return StudyResult("noise", made, tuple(entries), len(entries), ())


def points(axes) -> dict[str, list[tuple]]:
    """The points of each line on the axes."""
    return {line.get_label(): list(map(tuple, line.get_xydata())) for line in axes.lines}


def texts(svg: str) -> set[str]:
    return {"".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{SVG}text")}


@pytest.mark.slow
def test_the_plot_of_scores_shows_the_numbers_of_the_table(plotted, ran_lines):
    columns = [c for c in ("psnr", "ssim", "lpips") if ran_lines["sigma-10"][c]]
    figure = plotted("scores")
    assert len(figure.axes) == len(columns) >= 2
    for axes, column in zip(figure.axes, columns, strict=True):
        (found,) = points(axes).values()
        assert found == [(float(v["value"]), float(v[column])) for v in ran_lines.values()]


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
    expected = [scores[second] - scores[first] for scores in by_sample.values()]
    assert float(ran_lines["sigma-30"]["delta"]) == pytest.approx(sum(expected) / len(expected))
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


def test_training_curves_show_the_validations(ran, plotted):
    (axes,) = plotted("curves").axes
    found = points(axes)
    assert set(found) == {"sigma-10", "sigma-30"}
    for name, shown in found.items():
        rows = (ran / name / "validation.csv").read_text().splitlines()[1:]
        assert shown == [tuple(map(float, row.split(",")[:2])) for row in rows]
        assert [x for x, _ in shown] == [2, 4]
    before = float(rows[-1].split(",")[2])
    assert axes.get_title("left").endswith(f"(input: {before:.2f} dB)")


def test_loss_curves_show_the_losses(ran, plotted):
    (axes,) = plotted("losses").axes
    assert axes.get_yscale() == "log"
    for name, shown in points(axes).items():
        rows = (ran / name / "log.csv").read_text().splitlines()[1:]
        assert [y for _, y in shown] == [float(row.split(",")[1]) for row in rows]


def test_losses_are_means_over_parts_of_the_run(tmp_path):
    rows = [f"{k},{float(k)},0,0,0" for k in range(1, 121)]
    (tmp_path / "log.csv").write_text("step,loss,lr,gradient,seconds\n" + "\n".join(rows) + "\n")
    found = losses(tmp_path)
    assert len(found) == 40
    assert found[0] == Point(3, 2.0)
    assert found[-1] == Point(120, 119.0)


def test_intervals_are_drawn_from_end_to_end():
    with style():
        _, (axes,) = panels(1)
        draw_scores(axes, [Point(1, 20, 19, 22), Point(2, 30), Point(3, 30, 28, 31)])
    bars = [[tuple(end) for end in bar.get_segments()[0]] for bar in axes.collections]
    assert bars == [[(1, 19), (1, 22)], [(3, 28), (3, 31)]]


def test_plots_are_the_same_bytes_again(ran, plotted):
    for kind in PLOTS:
        with style():
            again = svg(plotted(kind))
        assert again == (ran / f"{kind}.svg").read_text()
        assert "dc:date" not in again


def test_names_are_text_whatever_they_hold():
    names = {"</text><script>", "$x^2$ & <b>"}
    with style():
        figure, (axes,) = panels(1)
        for name in names:
            axes.plot([0, 1], [0, 1], label=name)
        show_names(axes)
        made = svg(figure)
    assert names < texts(made)
    assert "<script" not in made


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch, run, study):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(OptionError, match=re.escape("pip install 'restorebench[plots]'")):
        run(study())


def luminance(colour: str) -> float:
    """WCAG 2, of sRGB."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", COLOURS)
def test_lines_can_be_seen_on_white_and_on_black(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 3
    assert (luminance(colour) + 0.05) / 0.05 >= 3
