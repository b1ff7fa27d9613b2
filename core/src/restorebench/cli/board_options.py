"""The options of the verb `leaderboard`, and what its ranking is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from restorebench.cli import completion
from restorebench.errors import OptionError

if TYPE_CHECKING:
    from restorebench.leaderboard import Ranking

Format: TypeAlias = Annotated[
    str,
    typer.Option(
        "--format",
        help="terminal, markdown, csv, json, latex, latex-document, html, or a plugin's form.",
        autocompletion=completion.renderer_names,
    ),
]
Out: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="A folder, into which all reports are written as well; or a file (with a suffix), "
        "into which goes what --format gives.",
    ),
]
Pictures: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--pictures",
        min=0,
        help="Images per data set whose pictures go into HTML pages; 4 with --serve, else 0.",
    ),
]
Serve: TypeAlias = Annotated[
    bool, typer.Option("--serve", help="Show the page on 127.0.0.1, renewed while a run goes on.")
]
Port: TypeAlias = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="The port of --serve; 0 for any.")
]
Watch: TypeAlias = Annotated[
    bool, typer.Option("--watch", help="Write the files of --out again as records come.")
]
RankBy: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--rank-by", help="A rule, such as ssim or rank-sum:psnr,ssim,lpips; else the task's own."
    ),
]
Baselines: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--baseline", help="A row that is listed without a place; may be repeated."),
]
Disqualified: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--disqualify", metavar="ROW=REASON", help="A row that has lost its place."),
]
Scores: TypeAlias = Annotated[
    Path | None,
    typer.Option("--scores", help="A CSV file with more columns, such as restorer,mos."),
]
PublishedIn: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--published", help="A folder of published tables; else 'published' beside the store."
    ),
]


def ranking_of(
    results: Path,
    rank_by: str | None,
    baselines: list[str] | None,
    disqualified: list[str] | None,
    scores: Path | None,
    published: Path | None,
) -> Ranking:
    """What the options ask for; raises `OptionError` for what cannot be read."""
    from restorebench.leaderboard import (
        Outside,
        Published,
        Ranking,
        Roles,
        parse_rule,
        published_folder,
        read_outside,
        read_published,
    )

    folder = published or published_folder(results)
    struck = dict(map(_struck, disqualified or ()))
    return Ranking(
        rule=parse_rule(rank_by) if rank_by else None,
        roles=Roles(frozenset(baselines or ()), struck),
        outside=read_outside(scores) if scores else Outside(),
        published=read_published(folder) if folder else Published(),
    )


def _struck(text: str) -> tuple[str, str]:
    label, equals, reason = text.partition("=")
    if not (label and equals and reason):
        msg = f"--disqualify {text!r}: write the row and the reason as ROW=REASON"
        raise OptionError(msg)
    return label, reason
