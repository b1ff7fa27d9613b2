"""The process of one restorer: ``python -m restorebench.harness.isolation.worker READ WRITE``."""

from __future__ import annotations

import sys
import traceback
from functools import partial
from typing import Any

import numpy as np

from restorebench.allocator import keep_freed_memory
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.harness.cost import measured
from restorebench.harness.isolation.wire import Message, receive, send, unpacked
from restorebench.plugins import Suite, suite
from restorebench.restorers.base import Context, Fingerprinted, Restorer, Trained
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.out_of_memory import explained

_MOST = 1 << 40


def main() -> None:
    """Make the restorer that the first message names, then restore until the pipe ends."""
    read, write = map(int, sys.argv[1:3])
    keep_freed_memory()
    first = receive(read, 0, None).values
    restorer = _answered(write, partial(_made, suite(), first))
    while restorer is not None:
        try:
            message = receive(read, _MOST, None)
        except EOFError:
            return
        ask = _fingerprint if message.values["ask"] == "fingerprint" else _restored
        _answered(write, partial(ask, restorer, message))


def _made(found: Suite, values: dict[str, Any]) -> tuple[Message, Restorer]:
    restorer = make_restorer(found, values["name"], **values["options"])
    trained = restorer.trained_on if isinstance(restorer, Trained) else TrainedOn()
    facts = {"fingerprinted": isinstance(restorer, Fingerprinted), **trained.origin()}
    return Message(facts, {}), restorer


def _fingerprint(restorer: Any, message: Message) -> tuple[Message, Restorer]:
    text = restorer.fingerprint(message.values["id"], message.values["views"])
    return Message({"fingerprint": text}, {}), restorer


def _restored(restorer: Restorer, message: Message) -> tuple[Message, Restorer]:
    sample, context = unpacked(message), Context(**message.values["context"])
    with explained(*sample.degraded.shape[2:]):
        action = partial(restorer.restore, sample, context)
        made, seconds, peak = measured(action, context.device)
    counts = {name: getattr(made, name) for name in ("nfe", "parameters", "macs")}
    plain = {k: int(v) if isinstance(v, np.integer) else v for k, v in counts.items()}
    values = {"seconds": seconds, "peak": peak, **plain}
    return Message(values, {"image": np.asarray(made.image)}), restorer


def _answered(write: int, action: Any) -> Restorer | None:
    """Send what an action gives; what it raises is sent as text, and None is returned."""
    try:
        message, restorer = action()
    except KeyboardInterrupt:
        raise
    except (Exception, SystemExit) as error:
        text = {"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()}
        send(write, text, {}, None)
        return None
    send(write, message.values, message.arrays, None)
    return restorer  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
