"""The verb `card`: the model card of packaged weights, or of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from restorebench.cli import completion
from restorebench.cli.options import AsJson
from restorebench.cli.output import emit, installed
from restorebench.errors import OptionError
from restorebench.registry import nearest

if TYPE_CHECKING:
    from restorebench.restorers.packaged import Packaged

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="A restorer with packaged weights, or a file written by 'export'.",
        autocompletion=completion.restorer_names,
    ),
]
PathOnly = Annotated[bool, typer.Option("--path", help="Print the path of the weights instead.")]


def card(name: Name = None, path: PathOnly = False, as_json: AsJson = False) -> None:
    """Show the model card of packaged weights.

    Without a NAME, list the restorers that have one. --json prints a card's facts.
    """
    from restorebench.restorers.packaged import SUFFIX, packaged

    if name is None:
        names = list(packaged(installed()))
        emit(names) if as_json else typer.echo("\n".join(names))
        return
    where = Path(name) if name.endswith(SUFFIX) else None
    if path:
        typer.echo(str(where or _restorer(name).path))
    elif as_json:
        from restorebench.training.model_card.card_file import CardFile

        emit(CardFile.read(where or _restorer(name).path).to_dict())
    elif where is None:
        typer.echo(_restorer(name).card, nl=False)
    else:
        from restorebench.training.model_card.render import card_of

        typer.echo(card_of(where), nl=False)


def _restorer(name: str) -> Packaged:
    from restorebench.restorers.packaged import packaged

    suite = installed()
    suite.restorers[name]  # raises with the nearest names
    known = packaged(suite)
    if name not in known:
        msg = f"the restorer {name!r} has no packaged weights, so no card; {nearest('', known)}"
        raise OptionError(msg)
    return known[name]
