"""A restorer in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import weakref
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import NamedTuple

from restorebench.checkpoints.trained_on import TrainedOn
from restorebench.errors import OptionError, RestorerError
from restorebench.harness.isolation.wire import Message, SilenceError, packed, receive, send
from restorebench.restorers.base import Context
from restorebench.restorers.last_lines import LastLines
from restorebench.restorers.plan.memory import resident
from restorebench.restorers.plan.plan import Limits, Plan, Size
from restorebench.restorers.process_group import kill_group, signal_name
from restorebench.types import JSON, Restoration, Sample

_STARTING = 300.0
"""Seconds for imports and weights."""


class Measured(NamedTuple):
    """A restoration, what `harness.cost.measured` measures of it, and the plan in the end."""

    restoration: Restoration
    seconds: float
    peak: int | None
    plan: Plan


class Isolated:
    """The restorer `name` with `options`, in another process of this Python.

    A restoration that takes longer than `seconds` (None: as long as it likes), ends its process, or
    is ended by the system raises `RestorerError`; the next one begins a new process. The process
    has the sample without its target, and what it prints is kept for errors only. Plans are made
    there, within `limits`, if it is `planned`. Raises `OptionError` where the restorer cannot be
    made, or the system has no pipes to pass on.
    """

    def __init__(
        self,
        name: str,
        options: Mapping[str, JSON],
        seconds: float | None = None,
        limits: Limits | None = None,
    ) -> None:
        if os.name != "posix":
            msg = "restorers are isolated on POSIX systems only; run without --isolate"
            raise OptionError(msg)
        self.name, self.options, self.seconds = name, dict(options), seconds
        self.limits = limits or Limits()
        self._process: _Process | None = None
        try:
            facts = self._started().values
        except RestorerError as error:
            raise OptionError(str(error).removeprefix("OptionError: ")) from error
        self._fingerprinted = bool(facts["fingerprinted"])
        self.planned = bool(facts["planned"])
        self._trained_on = TrainedOn.of(facts)

    @property
    def trained_on(self) -> TrainedOn:
        """What its weights were trained on, as far as it says so."""
        return self._trained_on

    def plan(self, size: Size, device: str) -> Plan:
        """How an image of that size is worked on; raises what `Planner.plan` raises, as text."""
        values = {"ask": "plan", "size": size, "device": device}
        return Plan(**self._asked(Message(values, {}), 0, _STARTING).values["plan"])

    def measured(self, sample: Sample, context: Context) -> Measured:
        """A restoration, measured in its process."""
        given = packed(sample)
        values = {**given.values, "ask": "restore", "context": asdict(context)}
        views, channels, height, width = sample.target_shape
        most = 64 + 16 * views * channels * height * width  # four times what it should be
        found = self._asked(Message(values, given.arrays), most, self.seconds)
        counts = {name: found.values[name] for name in ("nfe", "parameters", "macs")}
        made = Restoration(found.arrays["image"], **counts)
        seconds, peak, plan = (found.values[name] for name in ("seconds", "peak", "plan"))
        return Measured(made, seconds, peak, Plan(**plan))

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """A restoration; see the class."""
        return self.measured(sample, context).restoration

    def fingerprint(self, sample_id: str, views: int) -> str:
        """That of the restorer, ``""`` where it has none."""
        if not self._fingerprinted:
            return ""
        values = {"ask": "fingerprint", "id": sample_id, "views": views}
        return str(self._asked(Message(values, {}), 0, _STARTING).values["fingerprint"])

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def _started(self) -> Message:
        """Begin a process; what it says of the restorer."""
        self._process = _Process()
        weakref.finalize(self, self._process.close)
        memory = self.limits.memory and max(1, self.limits.memory - resident())
        limits = asdict(replace(self.limits, memory=memory))
        values = {"name": self.name, "options": self.options, "limits": limits}
        return self._exchanged(Message(values, {}), 0, _STARTING)

    def _asked(self, message: Message, most: int, seconds: float | None) -> Message:
        if self._process is None:
            self._started()
        return self._exchanged(message, most, seconds)

    def _exchanged(self, message: Message, most: int, seconds: float | None) -> Message:
        process = self._process
        assert process is not None
        try:
            found = process.exchange(message, most, seconds)
        except (SilenceError, EOFError, BrokenPipeError, ValueError, KeyboardInterrupt) as error:
            ended = isinstance(error, EOFError | BrokenPipeError)
            status = process.wait_for_end() if ended else None
            self.close()
            if isinstance(error, KeyboardInterrupt):
                raise
            late = f"it was stopped after {seconds:g} s" if seconds else "it hung"
            why = late if isinstance(error, SilenceError) else _ending(error, status)
            msg = f"the process of {self.name!r}: {why}{process.said()}"
            raise RestorerError(msg) from error
        if (text := found.values.get("error")) is not None:
            self.close()
            raise RestorerError(str(text), str(found.values.get("traceback", "")))
        return found


class _Process:
    """A worker and the pipes to it."""

    def __init__(self) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        command = [sys.executable, "-m", "restorebench.harness.isolation.worker"]
        self._process = subprocess.Popen(
            [*command, str(theirs_in), str(theirs_out)],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        assert self._process.stdout is not None
        self._lines = LastLines(self._process.stdout)
        self._open = True

    def exchange(self, message: Message, most: int, seconds: float | None) -> Message:
        """Send a message and wait for the next one."""
        send(self._out, message.values, message.arrays, seconds)
        return receive(self._in, most, seconds)

    def close(self) -> None:
        """Kill it and all that it started."""
        if not self._open:
            return
        self._open = False
        kill_group(self._process)
        os.close(self._in)
        os.close(self._out)
        self._lines.join()

    def wait_for_end(self) -> int | None:
        """The exit status of a process that is ending; None if it goes on."""
        try:
            return self._process.wait(5)
        except subprocess.TimeoutExpired:
            return None

    def said(self) -> str:
        """The end of what it printed."""
        return self._lines.text()


def _ending(error: BaseException, status: int | None) -> str:
    """How a process ended, in words."""
    if isinstance(error, ValueError):
        return f"it sent something else than a restoration ({error})"
    if status is None:
        return "it closed its pipe in the middle of its work"
    if status >= 0:
        return f"it ended with exit status {status} in the middle of its work"
    name = signal_name(-status)
    more = ", which the system sends where memory runs out" if name == "SIGKILL" else ""
    return f"it was ended by signal {name}{more}"
