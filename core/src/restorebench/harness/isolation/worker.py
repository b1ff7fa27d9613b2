"""The process of one restorer: ``python -m restorebench.harness.isolation.worker READ WRITE``."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from restorebench.allocator import keep_freed_memory
from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.harness.cost import restored
from restorebench.harness.isolation.wire import Message, context_of, receive, send, unpacked
from restorebench.plugins import Suite, suite
from restorebench.restorers.base import Fingerprinted, Trained
from restorebench.restorers.factory import make_restorer
from restorebench.restorers.plan.plan import Limits, Size
from restorebench.restorers.plan.planned import Planned, Planner

_MOST = 1 << 40


def main() -> None:
    """Make the restorer that the first message names, then restore until the pipe ends."""
    read, write = map(int, sys.argv[1:3])
    keep_freed_memory()
    first = receive(read, 0, None).values
    planner = _answered(write, partial(_made, suite(), first))
    while planner is not None:
        try:
            message = receive(read, _MOST, None)
        except EOFError:
            return
        _answered(write, partial(_ASKS[message.values["ask"]], planner, message))


def _made(found: Suite, values: dict[str, Any]) -> tuple[Message, Planner]:
    restorer = make_restorer(found, values["name"], **values["options"])
    trained = restorer.trained_on if isinstance(restorer, Trained) else TrainedOn()
    facts = {
        "fingerprinted": isinstance(restorer, Fingerprinted),
        "planned": isinstance(restorer, Planned),
        **trained.origin(),
    }
    return Message(facts, {}), Planner(restorer, Limits(**values["limits"]))


def _fingerprint(planner: Planner, message: Message) -> tuple[Message, Planner]:
    restorer: Any = planner.restorer
    text = restorer.fingerprint(message.values["id"], message.values["views"])
    return Message({"fingerprint": text}, {}), planner


def _plan(planner: Planner, message: Message) -> tuple[Message, Planner]:
    planner.device = message.values["device"]
    found = planner.plan(Size(*message.values["size"]))
    return Message({"plan": asdict(found)}, {}), planner


def _restored(planner: Planner, message: Message) -> tuple[Message, Planner]:
    sample, context = unpacked(message), context_of(message.values["context"])
    (made, seconds, peak), plan = restored(planner, sample, context)
    counts = {name: getattr(made, name) for name in ("nfe", "parameters", "macs")}
    plain = {k: int(v) if isinstance(v, np.integer) else v for k, v in counts.items()}
    values = {"seconds": seconds, "peak": peak, "plan": asdict(plan), **plain}
    return Message(values, {"image": np.asarray(made.image)}), planner


_ASKS: Mapping[str, Any] = MappingProxyType(
    {"fingerprint": _fingerprint, "plan": _plan, "restore": _restored}
)


def _answered(write: int, action: Any) -> Planner | None:
    """Send what an action gives; what it raises is sent as text, and None is returned."""
    try:
        message, planner = action()
    except KeyboardInterrupt:
        raise
    except (Exception, SystemExit) as error:
        text = {"error": f"{type(error).__name__}: {error}", "traceback": traceback.format_exc()}
        send(write, text, {}, None)
        return None
    send(write, message.values, message.arrays, None)
    return planner  # type: ignore[no-any-return]


if __name__ == "__main__":
    main()
