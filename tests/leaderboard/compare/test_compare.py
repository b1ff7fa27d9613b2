"""`compare`: B less A over the images of both."""

from __future__ import annotations

import math

import numpy as np
import pytest

from restorebench.errors import OptionError, UnknownNameError
from restorebench.leaderboard.compare.comparing import compare
from restorebench.leaderboard.compare.conditions import Condition
from restorebench.types import Cost


@pytest.fixture
def compared(kit, suite):
    """The only comparison of records of the restorers ``a`` and ``b``."""

    def run(*parts, **options):
        (found,) = compare([r for part in parts for r in part], suite, "a", "b", **options)
        return found

    return run


def test_differences_are_b_less_a(kit, compared):
    found = compared(kit.records("a", [20.0, 30.0]), kit.records("b", [21.0, 33.0]))
    (psnr,) = found.columns
    assert (psnr.a, psnr.b, psnr.mean, psnr.images) == (25.0, 27.0, 2.0, 2)
    assert [(i.sample, i.difference["psnr"]) for i in found.images] == [("000", 1.0), ("001", 3.0)]


def test_an_interval_and_a_p_value(kit, compared):
    a = np.random.default_rng(1).normal(25, 5, 40)
    gain = np.random.default_rng(2).normal(0.5, 0.2, 40)
    (psnr,) = compared(kit.records("a", a), kit.records("b", a + gain)).columns
    # Student's interval of these gains, ± 2.02 standard errors, is near that of the bootstrap
    half = 2.02 * gain.std(ddof=1) / math.sqrt(40)
    assert psnr.low == pytest.approx(gain.mean() - half, abs=0.03)
    assert psnr.high == pytest.approx(gain.mean() + half, abs=0.03)
    assert psnr.p < 0.001


def test_pairing_finds_what_two_means_would_not(kit, compared):
    a = np.random.default_rng(3).normal(25, 5, 12)
    better = compared(kit.records("a", a), kit.records("b", a + 0.1)).columns[0]
    shuffled = compared(kit.records("a", a), kit.records("b", np.roll(a, 5) + 0.1)).columns[0]
    assert better.p < 0.001 < 0.05 < shuffled.p
    assert better.mean == pytest.approx(shuffled.mean)


def test_few_images_have_no_interval(kit, compared):
    (psnr,) = compared(kit.records("a", [1.0, 2.0]), kit.records("b", [2.0, 3.0])).columns
    assert psnr.low is None
    assert psnr.p == 0.5  # of the four flips, two reach as far: all plus and all minus


def test_draws_are_averaged_per_image(kit, compared):
    b = kit.records("b", [22.0]) + kit.records("b", [24.0], draw=1)
    assert compared(kit.records("a", [20.0]), b).columns[0].mean == 3.0


def test_equal_images_of_both_do_not_differ(kit, compared):
    found = compared(kit.records("a", [math.inf, 30.0]), kit.records("b", [math.inf, 31.0]))
    assert found.columns[0].mean == 0.5
    won = compared(kit.records("a", [20.0, 30.0]), kit.records("b", [math.inf, 31.0]))
    assert (won.columns[0].mean, won.columns[0].low) == (math.inf, None)


def test_infinities_of_both_signs_have_no_mean(kit, compared):
    mixed = [math.inf, -math.inf, 3.0]
    found = compared(kit.records("a", mixed), kit.records("b", mixed))
    assert math.isnan(found.columns[0].a)
    assert found.columns[0].mean == 0.0


def test_costs_are_ratios_over_the_compared_images(kit, compared):
    a = kit.records("a", [1.0], cost=Cost(2.0, nfe=10))
    (seconds,) = compared(a, kit.records("b", [1.0], cost=Cost(3.0))).costs
    assert (seconds.name, seconds.ratio) == ("seconds", 1.5)  # B has no network evaluations


def test_the_worst_and_the_best_are_never_the_same_image(kit, compared):
    found = compared(kit.records("a", [0.0] * 3), kit.records("b", [3.0, 1.0, 2.0]))
    worst, best = found.extremes(3)
    assert [image.sample for image in worst] == ["001", "002"]
    assert [image.sample for image in best] == ["000"]


def test_other_images_are_refused_unless_the_common_ones_are_asked_for(kit, compared):
    a, b = kit.records("a", [1.0, 2.0, 3.0]), kit.records("b", [2.0, 3.0])
    with pytest.raises(OptionError, match=r"3 images .* b has 2, .* \(002 not\).* --common"):
        compared(a, b)
    found = compared(a, b, common=True)
    assert (len(found.images), found.left_out) == (2, ("002",))


def test_an_image_that_failed_is_not_compared(kit, compared):
    b = [kit.record("b", "000", 2.0), kit.record("b", "001", 0.0, scores={}, error="no luck")]
    with pytest.raises(OptionError, match="001 not"):
        compared(kit.records("a", [1.0, 2.0]), b)
    assert compared(kit.records("a", [1.0, 2.0]), b, common=True).left_out == ("001",)


def test_a_column_that_one_lacks_on_an_image_is_refused(kit, compared):
    a = [kit.record("a", f"00{n}", 1.0, scores={"psnr": 1.0, "ssim": 0.5}) for n in range(2)]
    b = [
        kit.record("b", "000", 1.0, scores={"psnr": 1.0, "ssim": 0.6}),
        kit.record("b", "001", 1.0, missing={"ssim": "no weights"}),
    ]
    with pytest.raises(OptionError, match="ssim: a has it for 2 images of stripes and b for 1"):
        compared(a, b)
    images = {d.column.name: d.images for d in compared(a, b, common=True).columns}
    assert images == {"psnr": 2, "ssim": 1}


def test_scores_of_different_protocols_do_not_compare(kit, compared):
    other = kit.records("b", [1.0], protocol_hash="q" * 16)
    with pytest.raises(OptionError, match="another protocol hash"):
        compared(kit.records("a", [1.0]), other)


def test_unknown_restorers_get_suggestions(kit, suite):
    records = [*kit.records("bicubic", [1.0]), *kit.records("other", [1.0])]
    with pytest.raises(UnknownNameError, match="did you mean 'bicubic'"):
        compare(records, suite, "bicubc", "other")


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("psnr < 0.6", True),
        ("psnr < -0.1", False),
        ("psnr.low<0.4", False),
        ("psnr.high >= .5", True),
        ("psnr.p < 1e-2", True),
        ("psnr.min < 0.5", True),
        ("psnr.max > 0.6", False),
        ("seconds.ratio > 1.5", True),
        ("seconds.ratio <= 1.5", False),
    ],
)
def test_conditions(kit, compared, text, holds):
    gains = [0.45, 0.5, 0.55] * 4
    b = kit.records("b", gains, cost=Cost(2.0))
    assert Condition.parse(text).holds(compared(kit.records("a", [0.0] * 12), b)) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("psnr", "write COLUMN"),
        ("psnr < 0.1 or True", "write COLUMN"),
        ("__import__('os') < 1", "write COLUMN"),
        ("psnr == 1", "write COLUMN"),
        ("psnr < nan", "write COLUMN"),
        ("psnr.lo < 1", "did you mean 'low'"),
    ],
)
def test_invalid_conditions(text, said):
    with pytest.raises(OptionError, match=said):
        Condition.parse(text)


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("psnrr < 1", UnknownNameError, "did you mean 'psnr'"),
        ("seconds > 1", UnknownNameError, "written seconds.ratio"),
        ("nfe.ratio > 1", UnknownNameError, "'nfe' is not known of both"),
        ("psnr.low < 1", OptionError, "too few"),
    ],
)
def test_a_condition_that_cannot_be_checked_does_not_pass(kit, compared, text, error, said):
    found = compared(kit.records("a", [1.0, 2.0]), kit.records("b", [2.0, 3.0]))
    with pytest.raises(error, match=said):
        Condition.parse(text).holds(found)
