"""The plugin as the suite sees it: through its hooks, and without anything heavy."""

from __future__ import annotations

import subprocess
import sys

import restorebench_bokeh
from restorebench.plugins import Suite, discover, inline


def suite() -> Suite:
    return Suite([inline(restorebench_bokeh, "bokeh")])


def test_it_registers_through_its_hooks() -> None:
    loaded = suite()
    assert loaded.failures == ()
    assert loaded.tasks["bokeh"].protocol == "ntire-rgb"
    assert loaded.tasks["bokeh"].reference == "identity"
    assert {"bokeh-scenes", "bokeh-photos"} <= set(loaded.datasets.names("bokeh-*"))
    assert "bokeh" in loaded.restorers["lens-blur"].tasks


def test_its_entry_point_is_found() -> None:
    (source,) = (each for each in discover() if each.name == "bokeh")
    assert source.provider.distribution == "restorebench-bokeh"
    assert source.load() is restorebench_bokeh


def test_every_target_can_be_loaded() -> None:
    loaded = suite()
    for name in ("bokeh-scenes", "bokeh-photos"):
        assert loaded.datasets.load(name)("val").name == name
    assert hasattr(loaded.restorers.load("lens-blur")(), "restore")


def test_every_number_of_the_condition_that_has_a_unit_states_it() -> None:
    units = {field.name: field.unit for field in suite().tasks["bokeh"].condition}
    assert units == {
        "source-f-number": "",
        "target-f-number": "",
        "focal-length": "mm",
        "focus-distance": "m",
        "disparity": "px",
    }


def test_listing_it_imports_nothing_heavy() -> None:
    code = (
        "import sys, restorebench_bokeh as b\n"
        "b.restorebench_tasks(), b.restorebench_datasets(), b.restorebench_restorers()\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('torch', 'scipy', 'skimage')"
        " or m.startswith('restorebench_bokeh.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
