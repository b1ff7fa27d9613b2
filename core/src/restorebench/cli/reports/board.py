"""The verb `leaderboard`: tables from the store, printed, as files, or live."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer

from restorebench.cli.options import Data, DataRoot, Results, Tasks
from restorebench.cli.output import error, installed, note, warning
from restorebench.cli.reports.board_options import (
    Baselines,
    Disqualified,
    Floor,
    Format,
    Images,
    Output,
    Port,
    PublishedIn,
    RankBy,
    Scores,
    ScoresTable,
    Serve,
    Title,
    Watch,
)
from restorebench.cli.reports.board_output import is_file, renderer, show, write
from restorebench.cli.reports.board_ranking import (
    check_roles,
    check_rule,
    check_scores,
    ranking_of,
    roles_of,
    unranked,
)
from restorebench.cli.reports.tables import GivenTable, Tables
from restorebench.cli.resolve import results_folder, with_data
from restorebench.errors import OptionError, StoreError

EVERY = 1.0
"""Seconds between two looks at a live store."""
UNRANKED = 1
"""Exit status where the rule of ``--rank-by`` ranks nothing in some table; it says why."""
_RENEWED = 3000
"""Milliseconds after which a served page reloads."""
_SERVED = 4
"""Images per data set on a served page, by default."""


def leaderboard(
    results: Results = None,
    task: Tasks = None,
    format_: Format = "terminal",
    output: Output = None,
    images: Images = None,
    serve: Serve = False,
    port: Port = 8765,
    watch: Watch = False,
    rank_by: RankBy = None,
    baseline: Baselines = None,
    floor: Floor = None,
    disqualify: Disqualified = None,
    scores: Scores = None,
    published: PublishedIn = None,
    table: ScoresTable = None,
    title: Title = None,
    data: Data = None,
    data_root: DataRoot = None,
) -> None:
    """Print, write or serve leaderboards of results or of tables."""
    folder = results_folder(results)
    roles = roles_of(baseline, floor, disqualify)
    ranking = ranking_of(folder, rank_by, roles, scores, published)
    known = task if data else None  # a store may have tasks that are not installed
    suite, _ = with_data(installed(), known, None, data, data_root)
    tables = Tables(suite, folder, task or ["*"], ranking, title or "")
    if table is not None:
        if serve or watch or images or results or published:
            msg = "--table reads no store; it excludes --results, --published, --images, --serve "
            raise OptionError(f"{msg}and --watch")
        tables = GivenTable(tables.suite, table, tables.tasks, ranking, tables.title)
    if serve:
        if watch or output:
            msg = "--serve shows a page; it excludes --watch and --output"
            raise OptionError(msg)
        _serve(tables, _SERVED if images is None else images, port)
    elif watch:
        _watch(tables, format_, output, images or 0)
    else:
        _once(tables, format_, output, images or 0)


def _once(tables: Tables, format_: str, out: Path | None, images: int) -> None:
    render = renderer(tables, format_, images, wants_page=out is not None and not is_file(out))
    shown_only = format_ == "terminal" and out is None  # which has one column of intervals
    boards = tables.boards("ranking" if shown_only else "all")
    if not boards:
        raise StoreError(_nothing(tables))
    check_roles(tables.ranking.roles, boards)
    for remark in check_scores(tables.ranking.outside, boards):
        warning(remark)
    check_rule(tables.ranking, boards, tables.suite)
    if out is None or not is_file(out):
        show(render(boards))
    if out is not None:
        write(tables, boards, out, render, images)
    if tables.ranking.rule is not None and (reasons := list(unranked(boards))):
        for reason in reasons:
            error(reason)
        raise typer.Exit(UNRANKED)


def _nothing(tables: Tables) -> str:
    """Why there is no board: no records at all, or none of the chosen tasks."""
    chosen = "" if list(tables.tasks) == ["*"] else f" of {', '.join(tables.tasks)}"
    others = [board.task.name for board in replace(tables, tasks=["*"], title="").boards()]
    hint = f"it has those of {', '.join(others)}" if others else "make some with 'restorebench run'"
    return f"there are no records{chosen} in {tables.folder}; {hint}"


def _watch(tables: Tables, format_: str, out: Path | None, images: int) -> None:
    from restorebench.leaderboard.render.html.live import changes

    if out is None:
        msg = "--watch writes files; name them with --output, or use --serve"
        raise OptionError(msg)
    render = renderer(tables, format_, images, wants_page=not is_file(out))
    try:
        for _ in changes(tables.records, EVERY):
            write(tables, tables.boards(), out, render, images)
    except KeyboardInterrupt:
        return


def _serve(tables: Tables, images: int, port: int) -> None:
    from restorebench.leaderboard.render.html.live import LivePage
    from restorebench.leaderboard.render.html.page import page
    from restorebench.leaderboard.render.html.server import serve

    gallery = tables.gallery(images)
    live = LivePage(tables.records, lambda: page(tables.boards(), gallery, _RENEWED))
    serve(live, port, lambda url: note(f"{url} (stop with Ctrl-C)"))
