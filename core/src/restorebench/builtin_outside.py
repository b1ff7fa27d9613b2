"""The restorers that core provides for networks and programs from outside."""

from __future__ import annotations

from restorebench.specs import RestorerSpec

_PACKAGE = "restorebench.restorers.outside"

OUTSIDE = (
    RestorerSpec(
        name="torch",
        summary="A network of your own (file=NET.py,class=NAME,weights=FILE)",
        target=f"{_PACKAGE}.torch_file:TorchFile",
        needs=("file",),
        isolated=True,
        default=False,
    ),
    RestorerSpec(
        name="torchscript",
        summary="A TorchScript program (file=FILE)",
        target=f"{_PACKAGE}.torchscript:TorchScript",
        needs=("file",),
        isolated=True,
        default=False,
    ),
    RestorerSpec(
        name="onnx",
        summary="An ONNX model, by onnxruntime (file=FILE)",
        target=f"{_PACKAGE}.onnx_model:Onnx",
        needs=("file",),
        isolated=True,
        default=False,
    ),
    RestorerSpec(
        name="spandrel",
        summary="A released network that spandrel recognises by its weights (weights=FILE)",
        target=f"{_PACKAGE}.spandrel_model:Spandrel",
        needs=("weights",),
        isolated=True,
        default=False,
    ),
    RestorerSpec(
        name="command",
        summary='A program that restores files (run="python net.py {input} {output}")',
        target=f"{_PACKAGE}.command:Command",
        needs=("run",),
        default=False,
    ),
)
"""None is in the default benchmark: each needs a file."""
