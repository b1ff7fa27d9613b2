"""The typer application: its verbs in groups, and what becomes of errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer

from restorebench.cli import (
    backbones,
    card,
    check,
    compact,
    convert,
    listing,
    new,
    plan,
    plugin_list,
    run,
    weights,
)
from restorebench.cli.challenges import bundle, rules, score
from restorebench.cli.datasets import datasets
from restorebench.cli.doctor import doctor
from restorebench.cli.reports import board, compare, fid, identify
from restorebench.cli.restore import restore
from restorebench.cli.training import ablate, export, train
from restorebench.cli.verbs import ListedVerbs, Verb, Verbs, help_text

VERBS: Mapping[str, Sequence[Callable[..., None]]] = {
    "Benchmark": (
        *(run.run, plan.plan, listing.tasks, listing.restorers),
        *(listing.metrics, listing.protocols),
    ),
    "Reports": (board.leaderboard, compare.compare, identify.identify, fid.fid),
    "Challenges": (score.score, bundle.bundle, rules.rules),
    "Networks": (
        *(restore.restore, convert.convert, card.card, backbones.backbones),
        *(listing.sdes, listing.solvers, listing.compressors, listing.guides),
    ),
    "Training": (train.train, train.recipes, export.export, ablate.ablate),
    "About": (plugin_list.plugins, check.check, compact.compact, doctor.doctor),
}
"""The commands by the group in which ``--help`` shows them."""


app = typer.Typer(
    cls=Verbs,
    name="restorebench",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(given: bool) -> None:
    if given:
        from restorebench import __version__

        typer.echo(f"restorebench {__version__}")
        raise typer.Exit


@app.callback()
def _restorebench(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A plugin-based, multi-task benchmark suite for image restoration."""


for group, verbs in VERBS.items():
    for verb in verbs:
        app.command(cls=Verb, help=help_text(verb), rich_help_panel=group)(verb)
app.add_typer(datasets.datasets, name="datasets", cls=ListedVerbs, rich_help_panel="Benchmark")
app.add_typer(new.new, name="new", cls=Verbs, rich_help_panel="About")
app.add_typer(weights.weights, name="weights", cls=Verbs, rich_help_panel="Networks")
