"""Ranking rules: those of challenges against their printed tables, ties, absent values, roles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from restorebench.errors import OptionError
from restorebench.leaderboard import Roles, parse_rule
from restorebench.leaderboard.ranking.places import ByColumn, Composite, RankSum, places

PUBLISHED = Path(__file__).parents[2] / "leaderboards" / "published"
BETTER = {"psnr": True, "ssim": True, "lpips": False, "mos": True}


def table(**columns):
    labels = list("abcdefgh")[: len(next(iter(columns.values())))]
    return pd.DataFrame(columns, index=labels, dtype=float)


def ranks(values, rule, roles=None):
    found = places(values, BETTER, parse_rule(rule), roles).rank
    return {label: None if pd.isna(rank) else int(rank) for label, rank in found.items()}


def test_the_dehazing_rule_gives_the_printed_order_of_2024_from_the_values_alone():
    printed = pd.read_csv(PUBLISHED / "ntire2024_dehazing.csv").set_index("team")
    values = printed[["psnr", "ssim", "lpips", "mos"]].sample(frac=1, random_state=0)
    found = places(values, BETTER, parse_rule("ntire-2024-dehazing"))
    assert found.rank.loc[printed.index].tolist() == printed["rank"].tolist()
    assert found.score["USTC-Dehazers"] == 1 + 1 + 7 + 1


def test_the_mos_rule_gives_the_printed_order_of_the_shadow_challenge_with_its_tie():
    printed = pd.read_csv(PUBLISHED / "ntire2024_shadow_perceptual.csv").set_index("team")
    found = places(printed[["mos"]], BETTER, parse_rule("ntire-2024-shadow-perceptual")).rank
    assert found["GGBond"] == found["PSU-Team"] == 5  # both 7.400
    others = printed.drop(index=["GGBond", "PSU-Team"])
    assert found[others.index].tolist() == others["rank"].tolist()


def test_rank_sums_share_average_ranks():
    # PSNR ranks 1.5, 1.5, 3; LPIPS (lower is better) ranks 3, 1, 2
    values = table(psnr=[30, 30, 20], lpips=[0.3, 0.1, 0.2])
    found = places(values, BETTER, parse_rule("rank-sum:psnr,lpips"))
    assert found.score.to_dict() == {"a": 4.5, "b": 2.5, "c": 5.0}
    mean = places(values, BETTER, parse_rule("mean-rank:psnr,lpips"))
    assert mean.score["a"] == 2.25


def test_borda_counts_those_behind_and_half_of_those_beside():
    found = places(table(psnr=[30, 30, 20]), BETTER, parse_rule("borda:psnr"))
    assert found.score.to_dict() == {"a": 1.5, "b": 1.5, "c": 0.0}
    assert found.rank.to_dict() == {"a": 1, "b": 1, "c": 3}


def test_a_composite_is_a_weighted_sum():
    # raindrop removal 2025: PSNR + 10 SSIM - 5 LPIPS
    values = table(psnr=[26, 27], ssim=[0.9, 0.8], lpips=[0.1, 0.3])
    found = places(values, BETTER, parse_rule("composite:psnr+10*ssim-5*lpips"))
    assert found.score.to_dict() == pytest.approx({"a": 34.5, "b": 33.5})


def test_a_tie_break_decides_between_equals_only():
    values = table(psnr=[30, 30, 31], mos=[1, 2, 0])
    assert ranks(values, "column:psnr") == {"a": 2, "b": 2, "c": 1}
    assert ranks(values, "column:psnr,tie=mos") == {"a": 3, "b": 2, "c": 1}


def test_equals_that_a_tie_break_cannot_separate_stay_equal():
    assert ranks(table(psnr=[1, 1], mos=[3, 3]), "column:psnr,tie=mos") == {"a": 1, "b": 1}


def test_a_row_without_a_value_is_unranked_and_does_not_count():
    values = table(psnr=[40, 30, 20], mos=[None, 5, 6])
    assert ranks(values, "rank-sum:psnr,mos") == {"a": None, "b": 1, "c": 1}
    found = places(values, BETTER, parse_rule("rank-sum:psnr,mos"))
    assert found.lacking == {"a": ("mos",)}


def test_or_it_is_last_where_the_rule_says_so():
    # ranks of PSNR 1, 2, 3; of MOS 3, 2, 1: a is last in MOS
    values = table(psnr=[40, 30, 20], mos=[None, 5, 6])
    found = places(values, BETTER, parse_rule("rank-sum:psnr,mos,missing=last"))
    assert found.score.to_dict() == {"a": 4.0, "b": 4.0, "c": 4.0}
    points = places(values, BETTER, parse_rule("borda:mos,missing=last")).score
    assert points.to_dict() == {"a": 0.0, "b": 1.0, "c": 2.0}


def test_baselines_and_disqualified_rows_do_not_change_other_ranks():
    values = table(psnr=[40, 30, 20], lpips=[0.1, 0.3, 0.2])
    roles = Roles(baselines=frozenset("a"), disqualified={"b": "external data"})
    assert ranks(values, "rank-sum:psnr,lpips", roles) == {"a": None, "b": None, "c": 1}
    found = places(values, BETTER, parse_rule("rank-sum:psnr,lpips"), roles)
    assert (found.score["c"], found.why["b"]) == (2.0, "disqualified: external data")


def test_a_row_behind_the_floor_is_unranked():
    # NTIRE 2022 stereo: entries behind PASSRnet are not ranked
    roles = Roles(baselines=frozenset("b"), floor="b")
    assert ranks(table(psnr=[40, 30, 20]), "psnr", roles) == {"a": 1, "b": None, "c": None}


def test_a_floor_without_a_value_is_refused():
    roles = Roles(baselines=frozenset("b"), floor="b")
    values = table(psnr=[40, None, 20])
    with pytest.raises(OptionError, match="its floor, b, has no value in psnr"):
        ranks(values, "psnr", roles)
    assert ranks(values, "rank-sum:psnr,missing=last", roles) == {"a": 1, "b": None, "c": 2}


def test_ranking_by_an_absent_column_is_refused():
    with pytest.raises(OptionError, match="it ranks by mos, which is not among the columns"):
        places(table(psnr=[1]), BETTER, ByColumn("mos"))
    with pytest.raises(OptionError, match="which way is better"):
        places(table(beauty=[1]), BETTER, ByColumn("beauty"))


def test_ranking_no_rows_is_not_an_error():
    roles = Roles(disqualified={"a": "late"})
    assert ranks(table(psnr=[1], ssim=[1]), "rank-sum:psnr,ssim,tie=psnr", roles) == {"a": None}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("psnr", "PSNR"),
        ("rank-sum:psnr,mos,tie=mos", "sum of the ranks in PSNR and MOS, lowest first; ties "
         "broken by MOS"),
        ("borda:psnr,ssim,lpips", "Borda points in PSNR, SSIM and LPIPS, most first"),
        ("composite: psnr + 10*ssim - 5*lpips", "PSNR + 10·SSIM − 5·LPIPS, highest first"),
        ("composite:-lpips", "− LPIPS, highest first"),
    ],
)  # fmt: skip
def test_rules_describe_themselves(text, words):
    assert parse_rule(text).words(str.upper) == words


def test_rules_are_data():
    assert parse_rule("rank-sum:psnr,ssim,missing=last") == RankSum(
        ("psnr", "ssim"), missing="last"
    )
    assert parse_rule("composite:psnr-0.5*ssim") == Composite(((1.0, "psnr"), (-0.5, "ssim")))


@pytest.mark.parametrize(
    "text",
    ["", "psnr,ssim", "rank-sum:", "rank-sum:psnr,psnr", "rank-sum:psnr,best=ssim", "elo:psnr",
     "composite:psnr*10", "composite:psnr+", "rank-sum:psnr,missing=first", "column:a,b"],
)  # fmt: skip
def test_an_invalid_rule_is_refused_with_the_possible_forms(text):
    with pytest.raises(OptionError, match=r"rule|column|missing|sum"):
        parse_rule(text)
