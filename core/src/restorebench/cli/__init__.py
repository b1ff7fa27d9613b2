"""The command line: ``restorebench``."""

from __future__ import annotations


def main() -> None:
    """The console script; the commands import what they need when they run."""
    from restorebench.cli.app import app

    app()
