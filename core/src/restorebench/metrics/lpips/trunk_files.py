"""Files of trunks: torchvision's checkpoints, and pickles of NumPy arrays in flax's layout."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from restorebench.errors import ChecksumError

if TYPE_CHECKING:
    from torch import Tensor

Array: TypeAlias = npt.NDArray[np.float32]

_ALLOWED = {
    ("numpy.core.multiarray", "_reconstruct"): "numpy._core.multiarray",
    ("numpy._core.multiarray", "_reconstruct"): "numpy._core.multiarray",
    ("numpy", "ndarray"): "numpy",
    ("numpy", "dtype"): "numpy",
}
"""All that a pickle of arrays needs; nothing else is allowed, so reading one runs no code."""


class _ArrayUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            msg = f"it holds {module}.{name}, which is not a NumPy array"
            raise pickle.UnpicklingError(msg)
        return super().find_class(_ALLOWED[module, name], name)


def read_flax(path: Path, layers: Sequence[int]) -> dict[str, Tensor]:
    """What `flax_arrays` reads, as tensors."""
    import torch

    return {name: torch.from_numpy(value) for name, value in flax_arrays(path, layers).items()}


def flax_arrays(path: Path, layers: Sequence[int]) -> dict[str, Array]:
    """The convolutions ``*_0/Conv_i`` as torchvision's ``features.layers[i]``, float32.

    Kernels are turned from (kh, kw, in, out) into (out, in, kh, kw). Raises `ChecksumError` where
    the file is damaged or holds anything but such arrays.
    """
    try:
        with path.open("rb") as file:
            tree = _ArrayUnpickler(file).load()
        (trunk,) = (tree[name] for name in tree if not name.startswith("NetLinLayer"))
        state = {}
        for i, layer in enumerate(layers):
            kernel, bias = (np.asarray(trunk[f"Conv_{i}"][k], np.float32) for k in _PARTS)
            own = np.ascontiguousarray(kernel.transpose(3, 2, 0, 1))
            state[f"features.{layer}.weight"] = own
            state[f"features.{layer}.bias"] = bias.copy()
    except Exception as error:  # pickle raises whatever a damaged stream leads it to
        msg = f"{path} cannot be read as weights of a network: {error}; install it again"
        raise ChecksumError(msg) from error
    return state


_PARTS = ("kernel", "bias")


def read_torch(path: Path) -> dict[str, Tensor]:
    """The convolutions of torchvision's checkpoint; its classifier is left out."""
    import torch

    state = torch.load(path, map_location="cpu", weights_only=True)
    return {name: value for name, value in state.items() if name.startswith("features.")}


def tensors_sha256(state: Mapping[str, Tensor]) -> str:
    """`arrays_sha256` of tensors."""
    return arrays_sha256({name: value.detach().float().numpy() for name, value in state.items()})


def arrays_sha256(state: Mapping[str, Array]) -> str:
    """A hash of names, shapes and float32 values, in the order of the names."""
    digest = hashlib.sha256()
    for name in sorted(state):
        value = np.ascontiguousarray(state[name], "<f4")
        digest.update(f"{name}:{','.join(map(str, state[name].shape))};".encode())
        digest.update(value.data)
    return digest.hexdigest()
