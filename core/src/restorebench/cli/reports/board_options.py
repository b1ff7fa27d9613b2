"""The options of the verb `leaderboard`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from restorebench.cli import completion
from restorebench.cli.options import images, option, output

Format: TypeAlias = Annotated[
    str,
    option(
        "--format",
        "FORMAT",
        "terminal, wins, markdown, csv, json, latex, latex-document, html, or a plugin's.",
        autocompletion=completion.renderer_names,
    ),
]
Output: TypeAlias = Annotated[
    Path | None,
    output("PATH", "A folder for all reports; or a file (with a suffix) in the given --format."),
]
Images: TypeAlias = Annotated[
    int | None, images("Images per data set in HTML pages; by default 4 with --serve, else 0.", 0)
]
Serve: TypeAlias = Annotated[
    bool, typer.Option("--serve", help="Serve the page on 127.0.0.1, updated during a run.")
]
Port: TypeAlias = Annotated[
    int, option("--port", "N", "The port of --serve; 0 for any.", min=0, max=65535)
]
Watch: TypeAlias = Annotated[
    bool, typer.Option("--watch", help="Write --output again whenever records are added.")
]
RankBy: TypeAlias = Annotated[
    str | None,
    option(
        "--rank-by",
        "RULE",
        "A column or a rule, such as rank-sum:psnr,ssim,lpips; by default the task's.",
    ),
]
Baselines: TypeAlias = Annotated[
    list[str] | None, option("--baseline", "ROW", "List this row unranked (repeatable).")
]
Floor: TypeAlias = Annotated[
    str | None, option("--floor", "ROW", "A baseline; rows that rank behind it lose their rank.")
]
Disqualified: TypeAlias = Annotated[
    list[str] | None, option("--disqualify", "ROW=REASON", "Disqualify this row (repeatable).")
]
Scores: TypeAlias = Annotated[
    Path | None, option("--scores", "FILE", "A CSV file of further columns, such as restorer,mos.")
]
ScoresTable: TypeAlias = Annotated[
    Path | None,
    option("--table", "FILE", "Rank a CSV file of scores, one row per team; no store is read."),
]
Title: TypeAlias = Annotated[
    str | None, option("--title", "TEXT", "The table's title; by default the task's.")
]
PublishedIn: TypeAlias = Annotated[
    Path | None,
    option(
        "--published",
        "DIR",
        "A folder of published tables; by default 'published' beside the store.",
    ),
]
