"""``python -m restorebench``: the command line."""

from __future__ import annotations

from restorebench.cli import main

if __name__ == "__main__":
    main()
