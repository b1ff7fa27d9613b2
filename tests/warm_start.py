"""Run a Python command in a process that has imported the heavy packages already.

A new interpreter needs seconds to import torch, pandas and ours; a fork of a server that has done
so needs none. In all else it is a process of its own: memory, environment, folder, streams, limits
and exit status. tests/docs starts the same commands cold.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import forkserver
from pathlib import Path

PRELOADED = (
    "pytest",
    "torch",
    "pandas",
    "scipy.stats",
    "skimage.metrics",
    "restorebench.cli.app",
    "restorebench.pytest_session",
    "restorebench.restorers.diffusion",
    "restorebench.submission.check",
    "warm_imports",
)
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(list(PRELOADED))


def _serve() -> None:
    """Start the server where it finds ``warm_imports.py``."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parent), before]))
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    file_bytes: int | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run ``python`` with the arguments `command` (``-m module …`` or ``-c code …``) in `folder`.

    Files that it writes end at `file_bytes`, as on a full disk.
    """
    _serve()
    with tempfile.TemporaryDirectory() as streams:
        out, err = Path(streams, "out"), Path(streams, "err")
        arguments = (tuple(command), str(folder), dict(environment), str(out), str(err), file_bytes)
        process = SERVER.Process(target=_command, args=arguments)
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(command, timeout)
        return subprocess.CompletedProcess(
            command, process.exitcode, out.read_text(), err.read_text()
        )


def _command(
    command: tuple[str, ...],
    folder: str,
    environment: dict[str, str],
    out: str,
    err: str,
    file_bytes: int | None,
) -> None:
    for stream, path in ((sys.stdout, out), (sys.stderr, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = ["", *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    if file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    switch, what, *arguments = command
    sys.argv = [switch, *arguments]
    if switch == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(what, {"__name__": "__main__"})
