"""``restorebench`` whose workers are killed twice: before the first range is collected, and after.

When the first range is finished, all workers are killed before its result is fetched; the next ones
are killed as soon as they have work, which is that range once more.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread
from typing import Any

from restorebench.cli import main
from restorebench.harness.engines import driver

collected = driver._Run._collected
killed: set[int] = set()


def kill_workers(client: Any) -> None:
    found = set(client.run(os.getpid, on_error="ignore").values()) - killed
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    killed.update(found)


def kill_the_next(client: Any) -> None:
    while len(killed) == 2:
        time.sleep(0.05)
        with suppress(Exception):  # of a worker that comes or goes just then
            if any(client.processing().values()):
                kill_workers(client)


def after_a_loss(run: Any, future: Any) -> Iterator[Any]:
    client = run._connection.client
    if not killed:
        kill_workers(client)
        Thread(target=kill_the_next, args=(client,), daemon=True).start()
    yield from collected(run, future)


if __name__ == "__main__":
    driver._Run._collected = after_a_loss  # type: ignore[method-assign]
    main()
