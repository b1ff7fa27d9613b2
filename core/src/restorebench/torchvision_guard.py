"""Importing torchvision where its compiled half does not fit the installed torch."""

from __future__ import annotations

import importlib
import logging
import sys
from typing import Any

_log = logging.getLogger("restorebench")
_MISFIT = "operator torchvision::nms does not exist"

_DECLARED: list[Any] = []
"""The libraries of declared operators; torch forgets the operators when they are collected."""


def ensure_torchvision() -> None:
    """Make ``import torchvision`` work; call it before importing lpips, pyiqa or timm.

    A package index's torchvision is built for CUDA. Beside a CPU build of torch its compiled
    operators are not loaded, and the import then fails while it registers a Python implementation
    for one that does not exist (pytorch/vision issue 9085). Nothing that a metric or a backbone
    needs is compiled there, so the operators are declared, without an implementation, and the
    import is tried again. Afterwards models and transforms work; `torchvision.ops.nms` and
    `torchvision.io` do not. This is logged (INFO), once: the import succeeds from then on.

    Does nothing where torchvision imports; any other failure of the import is raised.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if _MISFIT not in str(error):
            raise
        _forget("torchvision")
        _declare_operators()
        importlib.import_module("torchvision")
        _log.info("%s; torchvision is used without its compiled operators", error)


def _forget(package: str) -> None:
    """Drop the half-imported modules of `package`, so that the next import starts afresh."""
    for name in [n for n in sys.modules if n == package or n.startswith(f"{package}.")]:
        del sys.modules[name]


def _declare_operators() -> None:
    make_library: Any = importlib.import_module("torch.library").Library
    library = make_library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _DECLARED.append(library)
