"""``python -m killed_run LINE ALSO command …``: restorebench, or a worker, with an end by SIGKILL.

The process ends before it executes the LINE-th line of the code that writes a store: that of the
store itself, of files that are replaced whole, PNG and removed folders. Between two system
calls nothing changes on disk, so these lines are all the states in which a kill can leave a store,
but for those inside one call. The processes named by ALSO (``12,13`` or ``-``) are killed before.
LINE 0 is an end never reached; how many lines there were is written to $KILL_COUNT then.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

WRITERS = (
    *(f"harness/{name}.py" for name in ("code_memory", "images", "jsonl", "parts", "store")),
    *(f"harness/{name}.py" for name in ("record_group", "record_log")),
    *(f"harness/run/{name}.py" for name in ("jobs", "run_store", "runner")),
    *(f"harness/parquet/{name}.py" for name in ("compaction", "parts", "sorting", "writer")),
    *(f"harness/engines/{name}.py" for name in ("driver", "keeping", "shard", "worker")),
    *("restorebench/atomic.py", "data/images.py"),
    *("PIL/ImageFile.py", "PIL/PngImagePlugin.py", "/shutil.py"),
)
"""How the paths of the code end that writes a store."""


class Countdown:
    """A trace function that ends the process at the `line`-th line of `WRITERS`."""

    def __init__(self, line: int, also: list[int]) -> None:
        self.line, self.also = line, also
        self.seen = 0
        self._writes: dict[CodeType, bool] = {}

    def __call__(self, frame: FrameType, event: str, given: Any) -> Callable[..., Any] | None:
        """Take part in the calls of writers alone."""
        code = frame.f_code
        if code not in self._writes:
            self._writes[code] = code.co_filename.endswith(WRITERS)
        return self._count if self._writes[code] else None

    def _count(self, frame: FrameType, event: str, given: Any) -> Callable[..., Any]:
        if event == "line":
            self.seen += 1
            if self.seen == self.line:
                for process in (*self.also, os.getpid()):
                    os.kill(process, signal.SIGKILL)
        return self._count


def main() -> None:
    """Run the module of the command line under a countdown."""
    line, also, module, *arguments = sys.argv[1:]
    countdown = Countdown(int(line), [] if also == "-" else [int(pid) for pid in also.split(",")])
    sys.argv = [module, *arguments]
    threading.settrace(countdown)
    sys.settrace(countdown)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        if path := os.environ.get("KILL_COUNT"):
            Path(path).write_text(str(countdown.seen))


if __name__ == "__main__":
    main()
