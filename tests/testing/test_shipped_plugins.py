"""The plugins that ship are held to the contracts, as `restorebench check` does it."""

from __future__ import annotations

import pytest

from restorebench.plugins import suite
from restorebench.testing.conformance import check_plugin


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bokeh", "dehaze", "shadow", "stereo"])
def test_it_keeps_the_contracts(name):
    assert [str(problem) for problem in check_plugin(suite(), name, samples=2)] == []


@pytest.mark.slow
def test_so_does_what_core_provides():
    assert [str(problem) for problem in check_plugin(suite(), "restorebench", samples=1)] == []
