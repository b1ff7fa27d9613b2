"""Ranks, means and differences, by hand."""

from __future__ import annotations

import math

import pytest

from restorebench import Cost


def ranks(section):
    return {row.label: row.rank for row in section.rows}


def means(section, column="sharpness"):
    return {row.label: row.means.get(column) for row in section.rows}


def test_more_is_better_where_the_metric_says_so(kit, section):
    records = [*kit.scored("identity", 1, 3), *kit.scored("fine", 4, 6), *kit.scored("poor", 0, 1)]
    found = section(records)
    assert means(found) == {"fine": 5.0, "identity": 2.0, "poor": 0.5}
    assert ranks(found) == {"fine": 1, "identity": 2, "poor": 3}
    assert [row.label for row in found.rows] == ["fine", "identity", "poor"]


def test_less_is_better_where_the_metric_says_so(kit, section):
    records = [*kit.scored("near", 1, column="distance"), *kit.scored("far", 2, column="distance")]
    assert ranks(section(records, "distance")) == {"near": 1, "far": 2}


def test_equal_means_share_a_rank_and_the_next_is_skipped(kit, section):
    records = [
        *kit.scored("a-first", 5, 5),
        *kit.scored("b-tied", 1, 3),
        *kit.scored("c-tied", 2, 2),
        *kit.scored("d-last", 1, 1),
    ]
    assert ranks(section(records)) == {"a-first": 1, "b-tied": 2, "c-tied": 2, "d-last": 4}


def test_rounding_errors_do_not_break_a_tie(kit, section):
    records = [*kit.scored("sum", 0.1 + 0.2), *kit.scored("literal", 0.3)]
    assert set(ranks(section(records)).values()) == {1}


def test_draws_are_averaged_before_images(kit, section):
    # image a: (1 + 3) / 2 = 2, image b: 5; the mean is 3.5, that of the three draws would be 3
    records = [
        kit.record("noisy", "a", draw=0, scores={"sharpness": 1.0}),
        kit.record("noisy", "a", draw=1, scores={"sharpness": 3.0}),
        kit.record("noisy", "b", draw=0, scores={"sharpness": 5.0}),
    ]
    (row,) = section(records).rows
    assert (row.means["sharpness"], row.images, row.draws) == (3.5, 2, 2)


def test_delta_is_the_difference_to_the_reference_row(kit, section):
    found = section([*kit.scored("identity", 1, 3), *kit.scored("fine", 4, 6)])
    assert {row.label: (row.delta, row.reference) for row in found.rows} == {
        "fine": (3.0, False),
        "identity": (0.0, True),
    }


def test_without_the_reference_there_is_no_delta(kit, section):
    (row,) = section(kit.scored("fine", 4, 6)).rows
    assert row.delta is None


def test_the_reference_with_options_is_another_restorer(kit, section):
    (row,) = section(kit.scored("identity", 1, options={"gamma": 2.2})).rows
    assert not row.reference
    assert row.label == "identity(gamma=2.2)"


def test_the_largest_numbers_have_means_and_no_intervals(kit, section):
    """Their sum overflows, by which both were infinite and equal; so do their squares."""
    high = kit.scored("high", *(3e307 + n * 1e306 for n in range(8)))
    found = section([*kit.scored("low", *[3e307] * 8), *high])
    assert means(found) == pytest.approx({"high": 3.35e307, "low": 3e307})
    assert ranks(found) == {"high": 1, "low": 2}
    assert found.rows[0].delta is None


def test_infinity_stays_infinity_and_comes_first(kit, section):
    found = section([*kit.scored("exact", math.inf, 30), *kit.scored("identity", 20, 20)])
    assert means(found) == {"exact": math.inf, "identity": 20.0}
    assert ranks(found) == {"exact": 1, "identity": 2}
    assert found.rows[0].delta == math.inf


def test_two_exact_restorers_tie_and_differ_by_nothing(kit, section):
    found = section([*kit.scored("exact", math.inf), *kit.scored("identity", math.inf)])
    assert ranks(found) == {"exact": 1, "identity": 1}
    assert [row.delta for row in found.rows] == [0.0, 0.0]


def test_seconds_are_averaged_like_scores_and_absent_without_cost(kit, section):
    timed = [kit.record("timed", s, cost=Cost(t)) for s, t in (("a", 1.0), ("b", 2.0))]
    found = section([*timed, kit.record("untimed", "a", cost=None)])
    assert {r.label: r.seconds for r in found.rows} == {"timed": 1.5, "untimed": None}


def test_options_tell_rows_apart(kit, section):
    records = [*kit.scored("blur", 1), *kit.scored("blur", 2, options={"radius": 3})]
    assert means(section(records)) == {"blur": 1.0, "blur(radius=3)": 2.0}


def test_two_folders_of_one_label_are_not_one_row(kit, section):
    labelled = [
        *kit.scored("folder", 1, options={"label": "Net", "path": "x"}),
        *kit.scored("folder", 2, options={"label": "Net", "path": "y"}),
    ]
    assert len(section(labelled).rows) == 2


def test_an_older_revision_is_left_out(kit, section):
    records = [*kit.scored("net", 9, 9, revision=1), *kit.scored("net", 5, 5, revision=2)]
    assert means(section(records)) == {"net": 5.0}


def test_of_two_records_of_one_restoration_the_last_holds(kit, section):
    before, after = kit.scored("folder", 1, fingerprint="x"), kit.scored("folder", 2)
    assert means(section([*before, *after])) == {"folder": 2.0}


def test_a_column_of_no_installed_metric_ranks_nothing(kit, section, notes):
    records = kit.scored("net", 3, column="beauty")
    assert ranks(section(records, "beauty")) == {"net": None}
    assert any("beauty" in note and "direction is unknown" in note for note in notes(records))


@pytest.mark.parametrize("count", [10_000])
def test_many_records_take_seconds(kit, section, count):
    import time

    record = kit.record
    many = [record(f"r{n % 20}", f"s{n // 20}", scores={"sharpness": n % 7}) for n in range(count)]
    start = time.process_time()
    assert section(many).images == count // 20
    assert time.process_time() - start < 3
