"""The command line: ``restorebench``."""

from __future__ import annotations

import gc
import sys

COLLECT_EVERY = 10_000
"""New objects between two collections of garbage: imports make many, and all of them stay."""


def main() -> None:
    """The console script; Ctrl-C ends it quietly even while it is still importing."""
    gc.set_threshold(COLLECT_EVERY)
    try:
        from restorebench.allocator import keep_freed_memory
        from restorebench.cli.app import app
        from restorebench.console import escape_unencodable
        from restorebench.threads import wait_briefly_if_busy

        wait_briefly_if_busy()
        keep_freed_memory()
        escape_unencodable(sys.stdout, sys.stderr)
        app()
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        sys.exit(130)
