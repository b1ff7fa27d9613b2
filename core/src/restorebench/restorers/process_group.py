"""Processes that lead a group of their own: how they are ended, and what ended them."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started, and wait for it.

    It must have been begun with ``start_new_session=True``.
    """
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def signal_name(number: int) -> str:
    """Such as ``SIGKILL``; the number itself where it has no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
