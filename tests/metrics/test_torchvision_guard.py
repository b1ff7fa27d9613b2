"""torchvision imports whether or not its compiled half fits torch; each case in a process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

USES = """
import sys
from restorebench.torchvision_guard import ensure_torchvision
ensure_torchvision()
import torchvision
first = torchvision
ensure_torchvision()
assert sys.modules["torchvision"] is first
"""


def python(code: str, path=None) -> subprocess.CompletedProcess[str]:
    inherited = os.environ.get("PYTHONPATH", "")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(path or ""), inherited]))}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=env, capture_output=True, text=True
    )


@pytest.fixture
def torchvision_that(tmp_path):
    """Put a torchvision with this content before the installed one."""

    def write(content: str):
        (tmp_path / "torchvision").mkdir()
        (tmp_path / "torchvision" / "__init__.py").write_text(content)
        return tmp_path

    return write


def test_it_says_once_that_operators_are_missing(torchvision_that):
    """The first import fails as that of a CUDA build does beside a CPU build of torch."""
    site = torchvision_that(
        "import torch\n"
        "if not hasattr(torch.ops.torchvision, 'nms'):\n"
        "    raise RuntimeError('operator torchvision::nms does not exist')\n"
    )
    run = python("import logging\nlogging.basicConfig(level=logging.INFO)\n" + USES, site)
    assert run.returncode == 0, run.stderr
    assert run.stderr.count("torchvision is used without its compiled operators") == 1


@pytest.mark.slow
def test_models_and_transforms_work_with_the_installed_pair():
    run = python(
        USES
        + "import torch; from torchvision.transforms import v2\n"
        + "x = torchvision.models.squeezenet1_1()(torch.zeros(1, 3, 64, 64))\n"
        + "assert x.shape == (1, 1000)\n"
        + "assert v2.CenterCrop(4)(torch.zeros(3, 9, 9)).shape == (3, 4, 4)\n"
        + "import lpips\n"
    )
    assert run.returncode == 0, run.stderr


def test_a_healthy_torchvision_is_only_imported(torchvision_that):
    run = python(USES + "assert 'torch' not in sys.modules", torchvision_that("healthy = True"))
    assert run.returncode == 0, run.stderr


def test_another_failure_is_raised_as_it_is(torchvision_that):
    run = python(USES, torchvision_that("raise RuntimeError('no space left')"))
    assert run.stderr.rstrip().endswith("RuntimeError: no space left")


def test_a_misfit_that_declaring_operators_does_not_mend_is_raised(torchvision_that):
    message = "operator torchvision::nms does not exist"
    run = python(USES, torchvision_that(f"raise RuntimeError({message!r})"))
    assert run.stderr.rstrip().endswith(f"RuntimeError: {message}")
