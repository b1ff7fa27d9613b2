"""The verb `convert`: authors' weights as a checkpoint of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from restorebench.cli.key_value import key_value
from restorebench.cli.options import Overwrite, output
from restorebench.cli.output import installed, note, result
from restorebench.errors import CheckpointError

Old = Annotated[Path, typer.Argument(metavar="OLD.pth", help="The file that the authors released.")]
Options = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="KEY=VALUE",
        help="What weights do not tell: intro_skip=true, local_pool=256, heads=6, prefix=net, "
        "wrapper=params, compressor=FILE, "
        "path.max_sigma=30, scale=4, steps=100, reference_compat=true, …",
    ),
]
New = Annotated[Path | None, output("FILE", "By default OLD.safetensors, beside the original.")]


def convert(
    old: Old, options: Options = None, output: New = None, overwrite: Overwrite = False
) -> None:
    """Convert an author's released weights to safetensors.

    Knows IR-SDE, Refusion, NAFNet, NAFSSR, Restormer and DiT. The network is recognised by its
    weights. How it is used is taken from its authors' public configuration and printed: check it,
    and give what differs as KEY=VALUE.
    """
    from restorebench.checkpoints.file import save
    from restorebench.checkpoints.published import convert as converted

    new = output or old.with_suffix(".safetensors")
    if new.exists() and not overwrite:
        msg = f"{new} exists; replace it with --overwrite, or name another file with -o"
        raise CheckpointError(msg)
    suite = installed()
    checkpoint = converted(old, suite, dict(map(key_value, options or [])))
    save(new, checkpoint, suite)
    if read := checkpoint.origin.get("read"):
        note(f"read: {read}")
    for key, value in checkpoint.setup.to_dict().items():
        note(f"{key}: {_shown(value)}")
    result(new)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{k} = {v}" for k, v in value.items() if k != "name")
        return f"{value['name']} ({inner})" if inner else str(value["name"])
    return str(value)
