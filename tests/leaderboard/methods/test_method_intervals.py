"""Intervals of the board over all tasks: over images and data sets, the same on every machine."""

from __future__ import annotations

import numpy as np
import pytest

from restorebench.leaderboard.methods.bootstrap import drawn

RNG = np.random.default_rng(3)
NOISE = {name: RNG.normal(0, 1, 12) for name in ("hills", "towns", "roads")}


def contest(kit, gains):
    """Net is above identity by a gain of each data set and noise of each image."""
    records = []
    for dataset, gain in gains.items():
        net = "rain-net" if dataset == "roads" else "fog-net"
        records += kit.scored("identity", dataset, *np.full(12, 20.0))
        records += kit.scored(net, dataset, *(20.0 + gain + NOISE[dataset]))
    return records


@pytest.fixture
def net(kit, over_all):
    def make(**gains):
        return next(r for r in over_all(contest(kit, gains)).rows if r.method == "net")

    return make


def test_the_interval_holds_the_estimate_and_is_the_same_again(net):
    gains = {"hills": 3, "towns": 3, "roads": 3}
    row = net(**gains)
    low, high = row.intervals["skill"]
    assert low < row.skill < high
    assert high - low < 0.1
    assert row.intervals["mean_rank"] == (1, 1)
    assert net(**gains).intervals == row.intervals


def test_data_sets_that_disagree_widen_it(net):
    alike = net(hills=3, towns=3, roads=3).intervals["skill"]
    apart = net(hills=0.5, towns=5.5, roads=3).intervals["skill"]
    assert apart[1] - apart[0] > 2 * (alike[1] - alike[0])


def test_a_place_that_is_not_certain_has_an_interval(net):
    low, high = net(hills=0.1, towns=-0.1, roads=0.0).intervals["mean_rank"]
    assert low == 1 < 1.5 < high


def test_few_images_have_none(kit, over_all):
    assert all(not row.intervals for row in over_all(kit.plain_records()).rows)


def test_the_order_of_records_does_not_matter(kit, over_all):
    records = contest(kit, {"hills": 1, "towns": 2, "roads": 3})
    first, again = over_all(records), over_all(records[::-1])
    assert [r.method for r in first.rows] == [r.method for r in again.rows]
    for row, other in zip(first.rows, again.rows, strict=True):
        assert row.intervals["skill"] == pytest.approx(other.intervals["skill"])


@pytest.mark.parametrize("images", [40, 1000])
def test_a_resample_has_each_image_once_on_average(images):
    """Few and many images are drawn differently, by the same distribution."""
    counts = drawn(images, np.random.default_rng(1), 400) * images
    assert (counts.sum(1).round(9) == images).all()
    assert counts.mean() == pytest.approx(1)
    assert counts.var() == pytest.approx(1 - 1 / images, rel=0.03)
    assert np.corrcoef(counts[:, 0], counts[:, 1])[0, 1] == pytest.approx(-1 / images, abs=0.15)
