"""What the plugin declares, through the hooks that any plugin uses."""

from __future__ import annotations

import subprocess
import sys

import restorebench_shadow
from restorebench.data.dataset import Dataset
from restorebench.plugins import Suite, inline
from restorebench.restorers.base import Context

NAMES = {"tasks": 1, "datasets": 2, "restorers": 2}


def suite() -> Suite:
    return Suite([inline(restorebench_shadow, "shadow")])


def test_the_plugin_is_admitted_and_fills_its_hooks() -> None:
    report = next(r for r in suite().reports if r.name == "shadow")
    assert report.error is None
    expected = (*NAMES, "layouts")
    assert report.hooks == tuple(sorted(f"restorebench_{name}" for name in expected))


def test_the_task_is_scored_by_regions_at_native_size() -> None:
    task = suite().tasks["shadow"]
    assert (task.protocol, task.rank_by, task.reference) == (
        "shadow-native-regions",
        "psnr",
        "identity",
    )
    assert (task.views, task.condition, task.resizes) == (1, (), False)


def test_every_data_set_has_the_splits_that_it_declares() -> None:
    installed = suite()
    for name in ("shadow-scenes", "shadow-photos"):
        for split in installed.datasets[name].splits:
            dataset = installed.datasets.load(name)(split)
            assert isinstance(dataset, Dataset)
            assert (dataset.name, dataset.split) == (name, split)
            assert len(dataset) > 0


def test_every_restorer_restores() -> None:
    installed = suite()
    sample = installed.datasets.load("shadow-scenes")("val")["val-0000"].without_target()
    for name in ("illumination-transfer", "colour-transfer"):
        restored = installed.restorers.load(name)().restore(sample, Context("shadow"))
        assert restored.image.shape == sample.target_shape


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys, restorebench_shadow as p;"
        "p.restorebench_tasks(), p.restorebench_datasets(), p.restorebench_restorers();"
        "print(*[m for m in ('torch', 'scipy', 'skimage') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
