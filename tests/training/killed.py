"""Trains the toy data set by the recipe in a file; to be killed."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))
import blotch_task

from restorebench.plugins import Suite, inline
from restorebench.training.distributed import ProcessGroup
from restorebench.training.recipe import Recipe
from restorebench.training.run_folder import RunFolder
from restorebench.training.trainer import Trainer

if __name__ == "__main__":
    torch.set_num_threads(1)
    recipe = Recipe.model_validate_json(Path(sys.argv[1]).read_text())
    suite = Suite([inline(blotch_task, "blotches")])
    group = ProcessGroup.from_environment("cpu")
    Trainer(recipe, RunFolder(sys.argv[2]), name="toy", suite=suite, group=group).run()
    group.destroy()
