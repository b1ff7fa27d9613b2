"""The restorers that core provides for networks and programs from outside."""

from __future__ import annotations

from restorebench.specs import RestorerSpec

_ROWS = (
    (
        "torch",
        "torch_file:TorchFile",
        "A network of your own (file=NET.py,class=NAME,weights=FILE)",
    ),
    ("torchscript", "torchscript:TorchScript", "A TorchScript program (file=FILE)"),
    ("onnx", "onnx_model:Onnx", "An ONNX model, by onnxruntime (file=FILE)"),
    (
        *("spandrel", "spandrel_model:Spandrel"),
        "A released network that spandrel recognises by its weights (weights=FILE)",
    ),
    (
        *("command", "command:Command"),
        'A program that restores files (run="python net.py {input} {output}",timeout=SECONDS)',
    ),
)

OUTSIDE = tuple(
    RestorerSpec(
        name=name,
        summary=summary,
        target=f"restorebench.restorers.outside.{target}",
        default=False,
    )
    for name, target, summary in _ROWS
)
"""None is in the default benchmark: each needs a file."""
