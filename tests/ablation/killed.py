"""Runs the study in a file on the toy data set; to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "training"))
import blotch_task

from restorebench.ablation.folders import SuiteFolder
from restorebench.ablation.study import Study
from restorebench.ablation.suite import Ablations
from restorebench.ablation.trials import trials
from restorebench.harness.engines.engine import LocalEngine
from restorebench.harness.run import Runner
from restorebench.harness.store import Store
from restorebench.plugins import Suite, inline

CHANGES = {"steps": 40, "monitor.checkpoint_minutes": 0, "monitor.validate_every": 1000}

if __name__ == "__main__":
    torch.set_num_threads(1)
    study = Study.model_validate_json(Path(sys.argv[1]).read_text())
    out = Path(sys.argv[2])
    runner = Runner(Suite([inline(blotch_task, "blotches")]), Store(out.with_name("killed-store")))
    suite = Ablations(SuiteFolder(out), LocalEngine(runner))
    with suite.folder.claimed():
        suite.run("noise", study, trials("noise", study, "small", CHANGES))
