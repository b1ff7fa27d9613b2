"""`torch.compile`: the same run, but for rounding; refused where nothing can be compiled."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from restorebench.checkpoints.file import load
from restorebench.errors import OptionError
from restorebench.training.compiled import check_compiler

pytestmark = pytest.mark.slow
PROGRAM = "from restorebench.cli import main; main()"


@pytest.mark.filterwarnings("ignore")  # PyTorch's own
def test_a_compiled_run_is_the_same_run(diffusion, train, curve):
    try:
        check_compiler("cpu")
    except OptionError as error:
        if "No working C++ compiler" in str(error):
            pytest.skip(str(error))
        raise
    runs = [train(diffusion(), name, compiled=name == "compiled") for name in ("eager", "compiled")]
    eager, compiled = (np.array(curve(run), float) for run in runs)
    np.testing.assert_allclose(compiled, eager, rtol=1e-4)
    ours, theirs = (run.load()["updates"] for run in runs)
    assert list(ours["network"]) == list(theirs["network"])
    assert list(ours["ema"]) == list(theirs["ema"])
    assert list(load(runs[0].final).backbone) == list(load(runs[1].final).backbone)


def test_without_a_compiler_the_run_does_not_begin(tmp_path):
    command = ["train", "dehaze-regression-compact", "--compile", "--output", str(tmp_path / "run")]
    absent = {"CXX": "/nowhere/c++", "TORCHINDUCTOR_CACHE_DIR": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *command],
        env={**os.environ, **absent, "COLUMNS": "400"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2, done.stderr
    assert "torch.compile does not work here" in done.stderr
    assert "Training without --compile needs neither" in done.stderr
    assert not (tmp_path / "run").exists()
