"""An ONNX model as a restorer, by onnxruntime."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from restorebench.errors import ImageError, OptionError
from restorebench.restorers.base import Context
from restorebench.restorers.outside.costs import NetworkCosts
from restorebench.restorers.outside.files import digest_of, existing_file
from restorebench.restorers.outside.network import Network
from restorebench.restorers.plan.plan import Limits
from restorebench.types import Restoration, Sample

_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(uint8)": np.uint8}


class Onnx:
    """The model in `file`, of one input ``(N, 3, H, W)``; other options are those of `Network`.

    A model of a fixed size is given tiles of that size with `tile` and `halo`. On ``cuda`` it runs
    where onnxruntime has that provider. Raises `OptionError` where onnxruntime is not installed,
    where the file is absent or no model, and where the model has several inputs.
    """

    def __init__(self, file: str = "", label: str = "", **options: Any) -> None:
        self.label = label
        path = existing_file("onnx", "file", file)
        self._session = _Session(path)
        self._network = Network(self._session, **options, digest=digest_of([path]))

    def restore(self, sample: Sample, context: Context) -> Restoration:
        """The model's output; see `Network`."""
        self._session.open(context.device)
        return self._network.restore(sample, context)

    def costs(self, limits: Limits) -> NetworkCosts:
        """The plans that there are within limits; see `Network`."""
        return self._network.costs(limits)

    def fingerprint(self, sample_id: str, views: int) -> str:
        """A hash of the file."""
        return self._network.fingerprint(sample_id, views)


class _Session:
    """A session of onnxruntime, called as a network is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._run: Callable[..., Any] = _not_open
        self._device = ""
        self.open("cpu")

    def open(self, device: str) -> None:
        if device == self._device:
            return
        runtime = _onnxruntime()
        expected = "CUDAExecutionProvider" if device.startswith("cuda") else "CPUExecutionProvider"
        if expected not in runtime.get_available_providers():
            msg = (
                f"onnxruntime has no {expected} here; install onnxruntime-gpu, or use --device cpu"
            )
            raise OptionError(msg)
        try:
            session = runtime.InferenceSession(str(self._path), providers=[expected])
        except Exception as error:  # onnxruntime's own types share no base
            msg = f"{self._path} is not an ONNX model that onnxruntime reads: {error}"
            raise OptionError(msg) from error
        inputs = session.get_inputs()
        if len(inputs) != 1 or inputs[0].type not in _TYPES:
            names = ", ".join(f"{one.name} {one.type}" for one in inputs)
            msg = f"{self._path} has the inputs {names}; expected one tensor of images"
            raise OptionError(msg)
        self._input, self._run, self._device = inputs[0], session.run, device

    def __call__(self, x: Tensor) -> Any:
        given = x.cpu().numpy().astype(_TYPES[self._input.type])
        try:
            found = self._run(None, {self._input.name: given})
        except Exception as error:
            shape = " × ".join(map(str, self._input.shape))
            msg = f"{self._path} cannot take images {given.shape}; its input is {shape}: {error}"
            raise ImageError(msg) from error
        tensors = [torch.from_numpy(np.asarray(one, np.float32)) for one in found]
        return tensors[0] if len(tensors) == 1 else tensors


def _not_open(*arguments: object) -> Any:
    msg = "the session is not open"
    raise RuntimeError(msg)


def _onnxruntime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        msg = f"the restorer 'onnx' needs onnxruntime: pip install 'restorebench[onnx]' ({error})"
        raise OptionError(msg) from error
    return onnxruntime
