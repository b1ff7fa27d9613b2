"""Weights: safetensors, and what PyTorch pickles."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile

import torch
from safetensors.torch import save

from readers.reader import Reader, of_file, placed
from restorebench.checkpoints.file import load
from restorebench.checkpoints.pth import read_state


def tensors() -> dict[str, torch.Tensor]:
    return {"backbone.a": torch.zeros(2, 3), "backbone.b": torch.ones(2, dtype=torch.bfloat16)}


def checkpoints() -> list[bytes]:
    """Files without the length of their header, which `read_checkpoint` adds."""
    setup = {"backbone": {"name": "nafnet", "width": 8}, "steps": 2}
    text = json.dumps({"format": 2, "setup": setup, "origin": {"source": "x"}})
    return [save(tensors(), {"restorebench": text})[8:], save(tensors())[8:]]


def read_checkpoint(data: bytes) -> None:
    end = max(0, len(data) - sum(value.nbytes for value in tensors().values()))
    load(placed("a.safetensors", struct.pack("<Q", end) + data))


def pickles() -> list[bytes]:
    stream = io.BytesIO()
    torch.save({"params_ema": tensors(), "step": 3, "module.x": [1.5, None, (True,)]}, stream)
    with zipfile.ZipFile(stream) as archive:
        inner = next(n for n in archive.namelist() if n.endswith("data.pkl"))
        return [archive.read(inner), pickle.dumps({"a": 1}, 2)]


def read_pickle(data: bytes) -> None:
    """The pickle inside PyTorch's zip archive, beside storages that fit the seeds."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/data/0", bytes(24))
        archive.writestr("archive/data/1", bytes(4))
        archive.writestr("archive/version", b"3\n")
        archive.writestr("archive/byteorder", b"little")
    read_state(placed("a.pth", stream.getvalue()))


def weights() -> list[bytes]:
    stream, old = io.BytesIO(), io.BytesIO()
    torch.save(tensors(), stream)
    torch.save(tensors(), old, _use_new_zipfile_serialization=False)
    return [stream.getvalue(), old.getvalue()]


READERS = (
    Reader("safetensors", checkpoints, read_checkpoint),
    Reader("pickle", pickles, read_pickle),
    Reader("pth", weights, of_file("b.pth", read_state)),
)
