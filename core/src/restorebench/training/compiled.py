"""`torch.compile` for training: the same network and weights, in other machine code."""

from __future__ import annotations

import torch
from torch import nn

from restorebench.errors import OptionError

_METHODS = ("encode", "posterior", "decode")
"""The methods that a compressor's losses call; a backbone is called itself."""


def compile_network(network: nn.Module) -> None:
    """Compile `network` when it is first called; its state dict keeps its keys."""
    network.compile(dynamic=False)
    for name in _METHODS:
        if hasattr(network, name):
            setattr(network, name, torch.compile(getattr(network, name), dynamic=False))


def check_compiler(device: str) -> None:
    """Raise `OptionError` where one line cannot be compiled for `device`."""
    try:
        torch.compile(lambda x: x * x + 1)(torch.ones(8, device=device))
    except Exception as error:  # no compiler, one that fails, another system: torch has many kinds
        reason = str(error).strip().partition("\n")[0]
        msg = (
            f"--compile: torch.compile does not work here ({type(error).__name__}: {reason}); it "
            "needs a C++ compiler such as g++ for a CPU (CXX names another), and Triton for a GPU. "
            "Training without --compile needs neither"
        )
        raise OptionError(msg) from error
