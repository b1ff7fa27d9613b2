"""The command line: ``restorebench``."""

from __future__ import annotations

import sys


def main() -> None:
    """The console script; Ctrl-C ends it quietly even while it is still importing."""
    try:
        from restorebench.allocator import keep_freed_memory
        from restorebench.cli.app import app
        from restorebench.console import escape_unencodable

        keep_freed_memory()
        escape_unencodable(sys.stdout, sys.stderr)
        app()
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        sys.exit(130)
