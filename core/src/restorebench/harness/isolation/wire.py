"""Messages between a run and the process of a restorer: plain values and arrays, no pickles."""

from __future__ import annotations

import json
import os
import select
import struct
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from restorebench.restorers.base import Context
from restorebench.restorers.plan.plan import Plan
from restorebench.types import Sample

Arrays = Mapping[str, NDArray[Any]]
"""The arrays of a message, by what they are called."""

_LENGTH = struct.Struct("<Q")
_LARGEST_HEADER = 1 << 22
_PIECE = 1 << 20


class Message(NamedTuple):
    """Plain values that JSON can hold, and arrays."""

    values: dict[str, Any]
    arrays: dict[str, NDArray[Any]]


class SilenceError(Exception):
    """The other side took or gave nothing in time."""


def send(pipe: int, values: Mapping[str, Any], arrays: Arrays, seconds: float | None) -> None:
    """Write a message; `SilenceError` after `seconds`, `BrokenPipeError` without a reader."""
    shapes = {name: [array.dtype.str, array.shape] for name, array in arrays.items()}
    header = json.dumps({**values, "arrays": shapes}).encode()
    end = _end(seconds)
    for part in (_LENGTH.pack(len(header)), header):
        _write(pipe, memoryview(part), end)
    for array in arrays.values():
        _write(pipe, np.ascontiguousarray(array).data.cast("B"), end)


def receive(pipe: int, most: int, seconds: float | None) -> Message:
    """Read a message whose arrays have at most `most` bytes.

    Raises `SilenceError` after `seconds`, `EOFError` where the other side has ended, and
    `ValueError` for what is not a message.
    """
    end = _end(seconds)
    (length,) = _LENGTH.unpack(_read(pipe, _LENGTH.size, end))
    if length > _LARGEST_HEADER:
        msg = "not a message"
        raise ValueError(msg)
    values = json.loads(bytes(_read(pipe, length, end)))
    listed = values.pop("arrays")
    shapes = {name: (np.dtype(kind), tuple(shape)) for name, (kind, shape) in listed.items()}
    sizes = {name: kind.itemsize * int(np.prod(shape)) for name, (kind, shape) in shapes.items()}
    if sum(sizes.values()) > most:
        msg = f"a message of {sum(sizes.values())} bytes, where {most} are expected"
        raise ValueError(msg)
    arrays = {
        name: np.frombuffer(_read(pipe, sizes[name], end), kind).reshape(shape)
        for name, (kind, shape) in shapes.items()
    }
    return Message(values, arrays)


def packed(sample: Sample) -> Message:
    """A sample without its target, as a message."""
    given = {"degraded": sample.degraded, "condition": sample.condition}
    given |= {"mask": sample.mask} if sample.mask is not None else {}
    given |= {"depth": sample.depth} if sample.depth is not None else {}
    return Message({"id": sample.id, "scale": sample.scale, "meta": dict(sample.meta)}, given)


def unpacked(message: Message) -> Sample:
    """The sample of a message, in arrays of its own."""
    values: dict[str, Any] = {key: message.values[key] for key in ("id", "scale", "meta")}
    values |= {name: array.copy() for name, array in message.arrays.items()}
    return Sample(**values)


def context_of(values: Mapping[str, Any]) -> Context:
    """The context whose fields a message has."""
    plan = values["plan"]
    return Context(**{**values, "plan": None if plan is None else Plan(**plan)})


def _end(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds


def _left(end: float | None) -> float | None:
    if end is None:
        return None
    if (left := end - time.monotonic()) <= 0:
        raise SilenceError
    return left


def _write(pipe: int, data: memoryview, end: float | None) -> None:
    os.set_blocking(pipe, False)
    while data:
        if not select.select([], [pipe], [], _left(end))[1]:
            raise SilenceError
        data = data[os.write(pipe, data[:_PIECE]) :]


def _read(pipe: int, size: int, end: float | None) -> bytearray:
    data = bytearray()
    while len(data) < size:
        if not select.select([pipe], [], [], _left(end))[0]:
            raise SilenceError
        if not (piece := os.read(pipe, min(size - len(data), _PIECE))):
            raise EOFError
        data += piece
    return data
