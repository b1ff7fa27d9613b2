"""Work that is begun once, whatever the scheduler does when its worker dies.

A scheduler that a run begins itself gives up what was lost (``allowed-failures`` is 0), so that the
driver decides. Somebody's own sends it to other workers, three times by default: each of them could
die of the same image before the driver hears of it. So the scheduler knows what is begun.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class BegunBeforeError(Exception):
    """The worker that had begun this work is lost."""


def submit_once(client: Any, function: Callable[..., T], *given: Any) -> Any:
    """A future of `function`, which raises `BegunBeforeError` where its worker was lost."""
    key = f"{function.__name__}-{uuid.uuid4().hex}"
    return client.submit(_begin, key, function, *given, key=key, retries=0)


def forget(client: Any, future: Any) -> None:
    """Let the scheduler forget that the work of a future was begun."""
    with suppress(OSError):  # a scheduler that is gone, which is said elsewhere
        _event(future.key, client).clear()


def _begin(key: str, function: Callable[..., T], *given: Any) -> T:
    begun = _event(key)
    if begun.is_set():
        raise BegunBeforeError
    begun.set()
    return function(*given)


def _event(key: str, client: Any = None) -> Any:
    """A flag that the scheduler keeps; on a worker it finds its own client."""
    import distributed

    made: Any = distributed.Event
    return made(key, client)
