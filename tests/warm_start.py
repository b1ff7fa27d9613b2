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


class Started:
    """A command that runs: its process, and what it has printed once it has ended."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        file_bytes: int | None = None,
    ) -> None:
        _serve()
        self.command = command
        self._streams = tempfile.TemporaryDirectory()
        self._out, self._err = (Path(self._streams.name, name) for name in ("out", "err"))
        where = (str(folder), dict(environment), str(self._out), str(self._err), file_bytes)
        self.process = SERVER.Process(target=_command, args=(tuple(command), *where))
        self.process.start()

    def wait(self, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Its end; it is killed after `timeout` seconds, which raises `TimeoutExpired`."""
        self.process.join(timeout)
        if (status := self.process.exitcode) is None:
            self.process.kill()
            self.process.join()
            raise subprocess.TimeoutExpired(self.command, timeout)
        printed = [path.read_text() if path.exists() else "" for path in (self._out, self._err)]
        self._streams.cleanup()
        return subprocess.CompletedProcess(self.command, status, *printed)


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
    return Started(command, folder, environment, file_bytes).wait(timeout)


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
