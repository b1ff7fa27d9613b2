"""Intervals, ties, draws, costs and overall tables in Markdown, in a terminal and as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from restorebench import Cost
from restorebench.leaderboard import boards
from restorebench.leaderboard.render.csv_format import csv as as_csv
from restorebench.leaderboard.render.markdown import markdown
from restorebench.leaderboard.render.terminal import plain


@pytest.fixture
def twenty(kit):
    """Three rows on 20 images of two data sets; two of them differ by noise only."""
    rng = np.random.default_rng(0)
    cost = Cost(2.0, 23_500_000, nfe=100, parameters=76_608_000, macs=63_180_000_000)
    records = []
    for dataset in ("streets", "trees"):
        base = rng.normal(28, 4, 20)
        for label, shift in (("first", 3.0), ("second", 2.9), ("identity", 0.0)):
            values = base + shift + rng.normal(0, 1, 20)
            records += [
                kit.record(label, f"{n:02}", dataset=dataset, scores={"sharpness": v}, cost=cost)
                for n, v in enumerate(values)
            ]
    return records


@pytest.fixture
def three(kit, twenty):
    return boards(twenty, kit.suite_of())


def rows_of(text, label):
    lines = [line.strip("| ").split("|") for line in text.splitlines() if f" {label} " in line]
    return [[cell.strip() for cell in line] for line in lines]


def test_markdown_shows_intervals_and_ties(three):
    text = markdown(three)
    first, second, identity = (rows_of(text, n)[0] for n in ("first", "second", "identity (ref)"))
    assert (first[2], second[2], identity[2]) == ("A", "A", "")
    (row,) = (row for row in three[0].sections[0].rows if row.label == "first")
    low, high = row.intervals["sharpness"]
    assert first[4] == f"{low:.2f} … {high:.2f}"
    assert "95 %: bootstrap interval" in text
    assert "neighbours that share a letter" in text


def test_costs_are_shown_with_powers_of_a_thousand(three):
    first = rows_of(markdown(three), "first")[0]
    assert first[-5:] == ["2.00", "23.5 MB", "100", "76.6 M", "63.2 G"]


def test_the_terminal_gives_up_costs_before_scores_and_fits(three):
    text = plain(three)
    assert max(map(len, text.splitlines())) <= 100
    assert "…" in text
    assert "Ranked by SHARPNESS (ac), higher is better." in text


def test_draws_show_both_deviations(kit):
    rng = np.random.default_rng(0)
    records = [kit.record("net", f"{n}", draw=d, scores={"sharpness": v})
               for n in range(9) for d, v in enumerate(rng.normal(5, 1, 4))]  # fmt: skip
    (board,) = boards(records, kit.suite_of())
    text = markdown([board])
    assert "σ images" in text
    assert f" {board.sections[0].rows[0].spread['sharpness'][1]:.2f} " in text


def test_a_score_that_sorts_is_shown(kit):
    from restorebench.leaderboard import Ranking, parse_rule

    records = [kit.record(n, "a", scores={"sharpness": s, "distance": 1.0})
               for n, s in (("x", 2.0), ("identity", 1.0))]  # fmt: skip
    rule = parse_rule("rank-sum:sharpness,distance")
    text = markdown(boards(records, kit.suite_of(), None, Ranking(rule)))
    assert "Ranked by sum of the ranks in SHARPNESS and DISTANCE, lowest first;" in text
    assert rows_of(text, "x")[0][:4] == ["1", "x", "?", "2.5"]


def test_csv_has_the_statistics_in_full(three):
    line = next(csv.DictReader(io.StringIO(as_csv(three))))
    row = three[0].sections[0].rows[0]
    ends = (float(line["sharpness_low"]), float(line["sharpness_high"]))
    assert ends == row.intervals["sharpness"]
    assert (line["tie"], float(line["p_next"])) == ("1", row.p_next)
    assert float(line["sharpness_sd_images"]) == row.spread["sharpness"][0]
    assert (line["kind"], line["macs"], line["nfe"]) == ("run", "63180000000.0", "100.0")
    assert "sharpness_sd_draws" not in line  # nobody has several draws


def test_the_overall_table_has_mean_ranks_and_borda_points(kit):
    ranks = {"x": (1, 1), "y": (2, 3), "identity": (3, 2)}
    records = [
        kit.record(label, "a", dataset=f"set-{n}", scores={"sharpness": -float(rank)})
        for label, found in ranks.items()
        for n, rank in enumerate(found)
    ]
    records += kit.scored("only-here", 9, dataset="set-0")
    (board,) = boards(records, kit.suite_of())
    assert [(r.label, r.rank, r.mean_rank, r.borda) for r in board.overall.rows] == [
        ("x", 1, 1.0, 4.0), ("identity", 2, 2.5, 1.0), ("y", 2, 2.5, 1.0)]  # fmt: skip
    assert board.overall.rows[1].ranks == {"set-0": 3.0, "set-1": 2.0}
    assert "Deblurring · overall" in markdown([board])
    assert "Deblurring · overall" in plain([board])


def test_one_data_set_has_no_overall_table_and_counts_once(kit):
    (board,) = boards([*kit.scored("x", 1), *kit.scored("y", 2)], kit.suite_of())
    assert board.overall is None
    both = ({}, {"protocol_hash": "b"})
    again = [r for more in both for n, v in (("x", 1), ("y", 2)) for r in kit.scored(n, v, **more)]
    (board,) = boards(again, kit.suite_of())
    assert (len(board.sections), board.overall) == (2, None)


def test_a_terminal_shows_the_same_with_intervals_of_the_ranking_column_alone(kit, twenty):
    records = [
        replace(r, scores={**r.scores, "contrast": 2 * r.scores["sharpness"]}) for r in twenty
    ]
    every, few = (boards(records, kit.suite_of(), intervals=of) for of in ("all", "ranking"))
    assert plain(few) == plain(every)
    assert " … " in plain(few)
    columns = [{c for r in b[0].sections[0].rows for c in r.intervals} for b in (every, few)]
    assert columns == [{"sharpness", "contrast"}, {"sharpness"}]
