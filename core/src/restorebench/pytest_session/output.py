"""Lines of our own between those of pytest."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import pytest

from restorebench.console import visible


def say(config: pytest.Config, line: str) -> None:
    """Write a line, below what pytest has begun."""
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is None:
        return
    if reporter._tw.width_of_current_line:
        reporter._tw.line()
    reporter._tw.line(visible(line))


def uncaptured(config: pytest.Config) -> AbstractContextManager[None]:
    """Let what is printed meanwhile appear, whatever pytest captures."""
    capture = config.pluginmanager.getplugin("capturemanager")
    return nullcontext() if capture is None else capture.global_and_fixture_disabled()
