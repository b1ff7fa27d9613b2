"""The way of own-model.md to score somebody's own images, as it is written there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "own-model.md"


@pytest.fixture
def call(tmp_path):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-c", *arguments)
        environment = {**os.environ, "COLUMNS": "160"}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    return run


@pytest.mark.slow
def test_inputs_are_written_out_and_come_back_as_a_row(blocks, call, warm_start, tmp_path):
    written = warm_start.run(("-c", blocks(PAGE)["export.py"]), tmp_path, os.environ)
    assert written.returncode == 0, written.stderr
    shutil.move(tmp_path / "inputs", tmp_path / "outputs")
    program = "from restorebench.cli import main; main()"
    row = ("--restorer", "folder:path=outputs,label=MyNet")
    done = call(program, "run", "--dataset", "dehaze-photos", *row)
    assert done.returncode == 0, done.stderr
    assert "dehaze-photos-MyNet: 4 restored" in done.stderr
    assert "MyNet" in done.stdout
