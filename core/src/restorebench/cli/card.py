"""The verb `card`: the model card of weights that came with a plugin, or of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from restorebench.cli import completion
from restorebench.cli.options import AsJson
from restorebench.cli.output import emit, installed
from restorebench.errors import OptionError
from restorebench.restorers.packaged import SUFFIX, Packaged, packaged

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="A restorer that brings its weights, or a file that 'export' wrote.",
        autocompletion=completion.restorer_names,
    ),
]
PathOnly = Annotated[bool, typer.Option("--path", help="Print where the weights are instead.")]


def card(name: Name = None, path: PathOnly = False, as_json: AsJson = False) -> None:
    """Show the model card of a restorer that brings its weights; --json prints its facts.

    Without a NAME: list the restorers that have one.
    """
    if name is None:
        names = list(packaged(installed()))
        emit(names) if as_json else typer.echo("\n".join(names))
        return
    where = Path(name) if name.endswith(SUFFIX) else None
    if path:
        typer.echo(str(where or _restorer(name).path))
    elif as_json:
        emit(_facts(where or _restorer(name).path))
    else:
        typer.echo(_restorer(name).card if where is None else _rendered(where), nl=False)


def _restorer(name: str) -> Packaged:
    suite = installed()
    suite.restorers[name]  # raises with the nearest names
    known = packaged(suite)
    if name not in known:
        there = f"those that do are {', '.join(known)}" if known else "none here does"
        msg = f"the restorer {name!r} brings no weights of its own, so it has no card; {there}"
        raise OptionError(msg)
    return known[name]


def _facts(file: Path) -> dict[str, Any]:
    from restorebench.training.model_card.card_file import CardFile

    return CardFile.read(file).to_dict()


def _rendered(file: Path) -> str:
    from restorebench.training.model_card.render import card_of

    return card_of(file)
