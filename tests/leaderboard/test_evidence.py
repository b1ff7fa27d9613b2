"""What boards say beside the means: intervals, tie groups, spreads, costs, images."""

from __future__ import annotations

import math

import numpy as np
import pytest

from restorebench import Cost
from restorebench.leaderboard import Outside, Ranking, Roles, boards, parse_rule, read_outside
from restorebench.leaderboard.ranking.values import Values


def many(kit, label, values, column="sharpness", **changes):
    return [
        kit.record(label, f"{n:03}", scores={column: float(v)}, **changes)
        for n, v in enumerate(values)
    ]


@pytest.fixture
def noisy(kit):
    """Three rows on 20 images: two that differ by noise, one far behind."""
    rng = np.random.default_rng(0)
    base = rng.normal(28, 4, 20)
    shifts = {"first": 3.0, "second": 2.9, "identity": 0.0}
    return [
        r
        for label, shift in shifts.items()
        for r in many(kit, label, base + shift + rng.normal(0, 1, 20))
    ]


@pytest.fixture
def ranked(kit):
    """The only section of the board of some records under a ranking."""

    def make(records, rule=None, **more):
        ranking = Ranking(rule=rule and parse_rule(rule), **more)
        (board,) = boards(records, kit.suite_of(), None, ranking)
        return board.sections[0]

    return make


def test_rows_that_tests_cannot_tell_apart_share_a_tie_group(section, noisy):
    ties = {row.label: row.tie for row in section(noisy).rows}
    assert ties["first"] == ties["second"] != ties["identity"]
    assert section(noisy).rows[1].p_next < 0.05
    assert section(noisy).rows[-1].p_next is None


def test_intervals_hold_their_means(section, noisy):
    for row in section(noisy).rows:
        low, high = row.intervals["sharpness"]
        assert low < row.means["sharpness"] < high


def test_boards_are_the_same_in_every_run(section, noisy):
    assert section(noisy).rows == section(list(reversed(noisy))).rows


def test_four_images_give_no_intervals_and_no_tie_groups(kit, section):
    found = section([*many(kit, "good", [9, 9, 9, 9]), *many(kit, "identity", [1, 1, 1, 1])])
    assert [(row.tie, row.intervals) for row in found.rows] == [(1, {}), (1, {})]
    assert found.undecided
    assert "no intervals below 8 images; with 4 images no paired test can reach" in found.doubt


def test_a_row_without_all_images_has_no_interval_and_no_tie(kit, section, noisy):
    last = section([*noisy, *many(kit, "half", range(10))]).rows[-1]
    assert (last.label, last.intervals, last.tie) == ("half", {}, None)


def test_images_without_any_score_do_not_count(kit, section, noisy):
    absent = [kit.record(label, "x", missing={"sharpness": "empty mask"})
              for label in ("first", "second", "identity")]  # fmt: skip
    with_, without = section([*noisy, *absent]), section(noisy)
    assert [r.intervals for r in with_.rows] == [r.intervals for r in without.rows]
    assert [r.p_next for r in with_.rows] == [r.p_next for r in without.rows]


def test_draws_are_averaged_before_anything(kit, section):
    # the best draw of "lucky" beats "steady" on every image, its mean draw on none
    records = many(kit, "steady", [5.0] * 10)
    for draw, shift in enumerate((-3.0, 0.0, 2.0)):
        records += many(kit, "lucky", [4.5 + shift] * 10, draw=draw)
    rows = section(records).rows
    assert [row.label for row in rows] == ["steady", "lucky"]
    assert rows[1].means["sharpness"] == pytest.approx(4.5 - 1 / 3)


def test_spread_tells_images_from_draws(kit, section):
    # image means 2 and 4, draws ±1 around them: within 4/2, between 2 - 2/2
    found = (("a", 0, 1.0), ("a", 1, 3.0), ("b", 0, 3.0), ("b", 1, 5.0))
    records = [kit.record("net", s, draw=d, scores={"sharpness": v}) for s, d, v in found]
    (row,) = section(records).rows
    assert row.spread["sharpness"] == pytest.approx((1.0, math.sqrt(2)))


def test_costs_are_means_over_images(kit, section):
    records = [
        kit.record("net", sample, draw=draw, cost=Cost(seconds, 10, nfe=nfe, parameters=7))
        for sample, draw, seconds, nfe in (("a", 0, 1.0, 2), ("a", 1, 3.0, 4), ("b", 0, 4.0, 5))
    ]
    cost = section(records).rows[0].cost
    assert (cost.seconds, cost.nfe, cost.parameters, cost.macs) == (3.0, 4.0, 7.0, None)


def test_images_have_the_first_draws_image_and_the_mean_score(kit, section):
    records = [kit.record("net", "a", draw=d, prediction=f"p{d}", scores={"sharpness": float(d)})
               for d in (1, 0)]  # fmt: skip
    found = section([*records, kit.failure("net", "b", "E: no")])
    (image,) = found.images_table
    assert (image.sample, image.label, image.prediction) == ("a", "net", "p0")
    assert (image.input, image.target, image.scores) == ("i", "t", {"sharpness": 0.5})


def test_images_come_sample_by_sample_in_the_order_of_the_rows(kit, section):
    found = section([*kit.scored("identity", 1, 1), *kit.scored("fine", 2, 2)])
    order = [(image.sample, image.label) for image in found.images_table]
    assert order == [("a", "fine"), ("a", "identity"), ("b", "fine"), ("b", "identity")]
    assert found.images_table[-1] == found.images_table[2:][1]


def test_a_rule_over_columns_ranks_and_shows_what_it_sorts_by(kit, ranked):
    records = [kit.record(label, "a", scores={"sharpness": s, "distance": d})
               for label, s, d in (("x", 3, 0.3), ("y", 2, 0.1), ("identity", 1, 0.2))]  # fmt: skip
    found = ranked(records, "rank-sum:sharpness,distance")
    assert [(r.label, r.rank, r.score) for r in found.rows] == [
        ("y", 1, 3.0), ("x", 2, 4.0), ("identity", 3, 5.0)]  # fmt: skip


def test_a_task_may_bring_its_rule(kit):
    from dataclasses import replace

    from restorebench.leaderboard.build import rule_of

    task = kit.suite_of().tasks["deblur"]
    assert rule_of(task) == parse_rule("sharpness")
    assert rule_of(replace(task, ranking="borda:sharpness,distance")).columns[1] == "distance"


def test_a_composite_is_tested_image_by_image(kit, ranked, noisy):
    plain = ranked(noisy).rows
    doubled = ranked(noisy, "composite:2*sharpness").rows
    assert [(r.label, r.tie, r.p_next) for r in plain] == [
        (r.label, r.tie, r.p_next) for r in doubled
    ]


def test_under_several_columns_ahead_in_one_is_enough(kit, ranked):
    rng = np.random.default_rng(0)
    sharp, far = rng.normal(5, 1, 20), rng.normal(3, 1, 20)
    records = [
        kit.record(label, f"{n}", scores={"sharpness": s + up, "distance": d})
        for label, up in (("ahead", 4.0), ("identity", 0.0))
        for n, (s, d) in enumerate(zip(sharp + rng.normal(0, 1, 20), far, strict=True))
    ]
    assert [r.tie for r in ranked(records, "rank-sum:sharpness,distance").rows] == [1, 2]


def test_opinion_scores_from_a_file_rank_and_have_no_ties(kit, ranked, tmp_path):
    file = tmp_path / "mos.csv"
    file.write_text("team,mos,defects-\nfine,7.5,1\nidentity,8.0,\n")
    found = ranked([*kit.scored("fine", 3), *kit.scored("identity", 1)], "mos",
                   outside=read_outside(file))  # fmt: skip
    assert [(r.label, r.rank, r.means["mos"], r.tie) for r in found.rows] == [
        ("identity", 1, 8.0, None), ("fine", 2, 7.5, None)]  # fmt: skip
    assert next((c.title, c.arrow) for c in found.columns) == ("MOS", "↑")
    assert ("DEFECTS", "↓") in [(c.title, c.arrow) for c in found.columns]
    assert "no scores per image" in found.doubt


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("who,mos\nx,1\n", "needs a column of names"),
        ("team\nx\n", "one of numbers"),
        ("team,mos\nx,good\n", "line 2: mos is 'good', not a number"),
        ("team,mos\nx,1\nx,2\n", "line 3: x comes twice"),
    ],
)
def test_a_file_of_opinion_scores_that_is_none_is_refused(tmp_path, text, message):
    (tmp_path / "mos.csv").write_text(text)
    with pytest.raises(ValueError, match=message):
        read_outside(tmp_path / "mos.csv")


def test_a_row_without_an_opinion_score_says_so(kit, ranked):
    outside = Outside(Values.of(["fine"], {"mos": [7.0]}), {"mos": True})
    found = ranked([*kit.scored("fine", 3), *kit.scored("identity", 1)], "mos", outside=outside)
    assert [(r.label, r.rank) for r in found.rows] == [("fine", 1), ("identity", None)]


def test_baselines_and_disqualified_rows_are_listed_without_a_rank(kit, ranked):
    records = [*kit.scored("a", 9), *kit.scored("b", 5), *kit.scored("identity", 1)]
    roles = Roles(frozenset({"identity"}), {"a": "external data"})
    rows = {
        r.label: (r.rank, r.baseline, r.disqualified) for r in ranked(records, roles=roles).rows
    }
    assert rows == {
        "b": (1, False, ""), "identity": (None, True, ""), "a": (None, False, "external data")
    }  # fmt: skip


def test_a_rule_that_does_not_fit_ranks_nothing_and_says_why(kit, ranked):
    found = ranked(kit.scored("fine", 3), "rank-sum:sharpness,beauty")
    assert found.rows[0].rank is None
    assert found.doubt == "not ranked: it ranks by beauty, which is not among the columns " + (
        "(sharpness, seconds, peak_bytes, nfe, parameters, macs)"
    )


def test_rows_can_be_ranked_by_their_cost(kit, ranked):
    records = [kit.record(n, "a", scores={"sharpness": 1.0}, cost=Cost(t))
               for n, t in (("slow", 2.0), ("fast", 1.0))]  # fmt: skip
    assert [row.label for row in ranked(records, "seconds").rows] == ["fast", "slow"]


def test_what_no_row_has_is_why_nothing_is_ranked(kit, ranked):
    missing = {"distance": "no trunk"}
    records = [*kit.scored("a", 1, missing=missing), *kit.scored("b", 2, missing=missing)]
    found = ranked(records, "rank-sum:sharpness,distance")
    assert {row.rank for row in found.rows} == {None}
    assert found.doubt == "not ranked: no row has DISTANCE"
    one = [*kit.scored("a", 1, missing=missing), kit.record("b", "a", scores={"sharpness": 2.0,
           "distance": 3.0})]  # fmt: skip
    assert [row.rank for row in ranked(one, "rank-sum:sharpness,distance").rows] == [1, None]


def test_a_formula_of_each_image_is_not_that_of_the_means(kit, ranked):
    records = [*kit.scored("a", 1, 9), *kit.scored("b", 2.5, 2.5)]
    found = ranked(records, "per-image:clamp(sharpness,0,3)")
    assert [(row.label, row.rank, row.score) for row in found.rows] == [("b", 1, 2.5), ("a", 2, 2)]
    found = ranked(records, "composite:clamp(sharpness,0,3)")
    assert [(row.label, row.score) for row in found.rows] == [("a", 3), ("b", 2.5)]
