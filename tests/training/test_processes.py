"""Several processes share the places of a batch, and train as one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from restorebench.checkpoints.file import load
from restorebench.errors import OptionError
from restorebench.training.distributed import ProcessGroup
from restorebench.training.run_folder import RunFolder

SCRIPT = Path(__file__).parent / "killed.py"


def test_places_are_dealt_out_once():
    dealt = [ProcessGroup(rank, 2).split(8, 2) for rank in (0, 1)]
    assert sorted(k for parts in dealt for part in parts for k in part) == list(range(8))
    with pytest.raises(OptionError, match="2 processes"):
        ProcessGroup(0, 2).split(3, 1)


def test_one_gpu_is_not_for_two_processes():
    with pytest.raises(OptionError, match="expected cuda: each takes the GPU of its LOCAL_RANK"):
        ProcessGroup(0, 2).device("cuda:1")


@pytest.mark.slow
def test_two_processes_train_as_one(recipe, train, curve, tmp_path):
    """By gloo; sums of gradients are rounded differently, and no more than that."""
    made = recipe(batch=8, accumulate=2, steps=8)
    (tmp_path / "recipe.json").write_text(made.model_dump_json())
    command = [sys.executable, str(SCRIPT), str(tmp_path / "recipe.json"), str(tmp_path / "two")]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
    shared = {**os.environ, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2"}
    both = [subprocess.Popen(command, env={**shared, "RANK": rank}) for rank in ("0", "1")]
    assert [process.wait(300) for process in both] == [0, 0]
    two, one = RunFolder(tmp_path / "two"), train(made, "one")
    np.testing.assert_allclose(*(np.array(curve(run), float) for run in (two, one)), rtol=1e-4)
    ours, theirs = (load(run.final).backbone for run in (two, one))  # the average
    assert all(torch.allclose(ours[key], theirs[key], atol=1e-5) for key in theirs)
