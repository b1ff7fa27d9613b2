"""Options that cannot be meant are refused before anything is run."""

from __future__ import annotations

import pytest

from restorebench.errors import OptionError
from restorebench.harness.device import check_device


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--limit=0", "'0' is not a positive whole number"),
        ("--draws=-1", "'-1' is not a positive whole number"),
        ("--split=final", "no data set fits"),
    ],
)
def test_pytest_refuses_what_would_run_nothing(place, option, says):
    done = place.pytest(option)
    assert done.returncode == 4
    assert says in done.stderr
    assert place.lines() == []


@pytest.mark.parametrize("name", ["abacus", "cuda:99", ""])
def test_a_device_that_is_not_here_is_refused(name):
    with pytest.raises(OptionError, match=f"the device '{name}' cannot be used here"):
        check_device(name)


def test_a_run_on_a_device_that_is_not_here_records_nothing(place):
    done = place.restorebench("run", "--device", "abacus")
    assert done.returncode == 2
    assert "restorebench doctor" in done.stderr
    assert place.lines() == []
