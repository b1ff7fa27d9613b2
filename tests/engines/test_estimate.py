"""What a plan would take, from the records that there are."""

from __future__ import annotations

import pytest

from restorebench.harness.estimate import estimates, least_seconds
from restorebench.harness.plan import Selection, plan
from restorebench.harness.run import Runner, Settings


def found(suite, store, settings=None, restorer="identity"):
    cells = plan(suite, Selection(restorers=(restorer,)))
    return estimates(Runner(suite, store, settings), cells)


def test_a_plan_counts_what_is_stored_and_takes_its_seconds(suite, store):
    (before,) = found(suite, store)
    assert (before.units, before.stored, before.each, before.seconds) == (24, 0, None, None)
    runner = Runner(suite, store, Settings(limit=6))
    records = [o.record for o in runner.run(before.cell)]
    (after,) = found(suite, store)
    assert (after.stored, after.open, after.source) == (6, 18, "data set")
    mean = sum(r.cost.seconds for r in records) / 6
    assert after.each == pytest.approx(mean)
    assert after.seconds == pytest.approx(18 * mean)
    assert least_seconds([after], 4) == pytest.approx(18 * mean / 4)
    assert least_seconds([after], 100) == pytest.approx(mean)


def test_what_failed_or_has_another_seed_is_to_be_run(suite, store):
    (cell,) = plan(suite, Selection(restorers=("failing",)))
    failed = sum(o.record.error is not None for o in Runner(suite, store).run(cell))
    (after,) = found(suite, store, restorer="failing")
    assert after.open == failed > 0
    (other,) = found(suite, store, Settings(seed=1), restorer="failing")
    assert other.open == other.units
    (fresh,) = found(suite, store, Settings(fresh=True), restorer="failing")
    assert fresh.open == fresh.units
