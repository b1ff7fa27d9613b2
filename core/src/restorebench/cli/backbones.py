"""The verb `backbones`: what networks there are, and what each costs at a size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any

import typer

from restorebench.cli.options import AsJson, option
from restorebench.cli.output import emit, installed, print_table, result
from restorebench.cli.progress import track
from restorebench.errors import OptionError, PluginError, UnknownNameError

if TYPE_CHECKING:
    from restorebench.plugins import Suite

Size = Annotated[str, option("--size", "HxW", "The size of the image or latent it reads.")]
Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="NAME", help="FAMILY or FAMILY/SIZE (shell patterns); all by default."),
]


def backbones(names: Names = None, size: Size = "256x256", as_json: AsJson = False) -> None:
    """List the backbones with their parameters and multiply-adds."""
    height, width = _size(size)
    suite = installed()
    chosen = [tuple((name + "/*").split("/")[:2]) for name in names or ()]
    found: list[dict[str, Any]] = []
    for name in suite.backbones.matching(*(family for family, _ in chosen)):
        sizes = [size for family, size in chosen if fnmatchcase(name, family)] or ["*"]
        found += _facts(suite, name, sizes, height, width)
    if not found:
        msg = f"no size matches {' '.join(names or ())}; a family alone lists its sizes"
        raise UnknownNameError(msg)
    if as_json:
        emit(found)
        return
    columns = ("backbone", "size", "reads", "parameters", "MACs", "provided by")
    print_table(columns, map(_line, found), folds=("provided by",))
    result(f"MACs: multiply-adds of one call at {height}×{width}, of all views of one sample")


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)[x×](\d+)", text)
    if not match or "0" in (numbers := (match[1].lstrip("0") or "0", match[2].lstrip("0") or "0")):
        msg = f"--size is {text!r}; expected HEIGHTxWIDTH, such as 256x256"
        raise OptionError(msg)
    return int(numbers[0]), int(numbers[1])


def _facts(
    suite: Suite, name: str, patterns: Sequence[str], height: int, width: int
) -> list[dict[str, Any]]:
    """One entry for each size of a family that matches; one with an error if it does not load."""
    from restorebench.checkpoints.parts import backbone_family

    provider = str(suite.backbones.provider(name))
    try:
        family = backbone_family(suite, name)
    except PluginError as error:
        return [{"name": name, "size": None, "error": str(error), "provider": provider}]
    matching = [
        (size, config)
        for size, config in family.sizes.items()
        if any(fnmatchcase(size, pattern) for pattern in patterns)
    ]
    return [
        {"name": name, "size": key, "provider": provider, "citation": family.citation}
        | {"config": config.to_dict()}
        | _cost(family, config, height, width)
        for key, config in track(matching, name, len(matching))
    ]


def _cost(family: Any, config: Any, height: int, width: int) -> dict[str, Any]:
    """Counted by shapes on PyTorch's meta device: no weight is made, nothing is computed."""
    import torch

    from restorebench.backbones.cost import cost_of

    with torch.device("meta"):
        network = family.build(config)
    cost, inputs = cost_of(network, height, width), network.inputs
    facts = {"parameters": cost.parameters, "macs": cost.macs, "height": height, "width": width}
    reads = {"channels": inputs.channels, "views": inputs.views, "timed": inputs.timed}
    more = {"condition": inputs.condition_dim, "upscale": inputs.upscale}
    return {**facts, **reads, **more, "error": None}


def _line(fact: dict[str, Any]) -> Sequence[str]:
    if fact["error"]:
        return [fact["name"], "broken", "", "", "", f"{fact['provider']}: {fact['error']}"]
    reads = [f"{fact['channels']} ch.", "2 views" if fact["views"] == 2 else ""]
    reads += [f"K = {fact['condition']}" if fact["condition"] else ""]
    reads += [f"×{fact['upscale']}" if fact["upscale"] > 1 else ""]
    reads += ["time" if fact["timed"] else ""]
    counts = (f"{fact['parameters'] / 1e6:.2f} M", _macs(fact["macs"]))
    return [fact["name"], fact["size"], ", ".join(filter(None, reads)), *counts, fact["provider"]]


def _macs(count: int) -> str:
    return f"{count / 1e12:.2f} T" if count >= 1e12 else f"{count / 1e9:.2f} G"
