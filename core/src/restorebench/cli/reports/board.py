"""The verb `leaderboard`: tables from the store, printed, as files, or live."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from restorebench.cli.options import Data, DataRoot, Results, Tasks, results_folder, with_data
from restorebench.cli.output import document, error, installed, note, stdout, warning
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
    check_roles,
    check_rule,
    check_scores,
    ranking_of,
    roles_of,
    unranked,
)
from restorebench.errors import OptionError, StoreError
from restorebench.harness.record_log import RecordLog

if TYPE_CHECKING:
    from restorebench.leaderboard import Board, Ranking
    from restorebench.leaderboard.build import Intervals
    from restorebench.leaderboard.ranking.rules import Rule
    from restorebench.leaderboard.records.reading import Source
    from restorebench.leaderboard.render.html.gallery import Gallery
    from restorebench.plugins import Suite
    from restorebench.specs import TaskSpec

EVERY = 1.0
"""Seconds between two looks at a live store."""
UNRANKED = 1
"""Exit status where the rule of ``--rank-by`` ranks nothing in some table; it says why."""
_RENEWED = 3000
"""Milliseconds after which a served page reloads."""
_SERVED = 4
"""Images per data set on a served page, by default."""


@dataclass(frozen=True)
class Tables:
    """Makes the boards of a store's tasks, from what it holds at that time.

    `title` is that of the only board, or empty for the tasks' own.
    """

    suite: Suite
    folder: Path
    tasks: Sequence[str]
    ranking: Ranking
    title: str = ""

    @property
    def records(self) -> Path:
        """The file of the newest records."""
        return RecordLog(self.folder).path

    def boards(self, intervals: Intervals = "all") -> list[Board]:
        """The boards now; none without records."""
        from restorebench.leaderboard import boards, read_ledger

        if not RecordLog(self.folder).exists():
            return []
        table = read_ledger(self.folder, self._wanted)
        runs = self._provenance().get
        return self._titled(boards(table, self.suite, runs, self.ranking, intervals))

    def gallery(self, images: int) -> Gallery | None:
        """The images of so many images per section."""
        from restorebench.leaderboard.render.html.gallery import Gallery

        return Gallery(self.suite, self.folder, images) if images else None

    def _titled(self, found: list[Board]) -> list[Board]:
        if not self.title:
            return found
        if len(found) > 1:
            names = ", ".join(board.task.name for board in found)
            msg = f"--title is that of one table, and there are {len(found)}: choose a --task of "
            raise OptionError(msg + names)
        return [replace(b, task=replace(b.task, title=self.title)) for b in found]

    def _wanted(self, source: Source) -> bool:
        return any(fnmatchcase(source.task, pattern) for pattern in self.tasks)

    def _provenance(self) -> Mapping[str, Mapping[str, Any]]:
        from restorebench.harness.jsonl import JsonLines
        from restorebench.harness.run_facts import new_runs

        return dict(new_runs(JsonLines(self.folder / "provenance.jsonl")))


@dataclass(frozen=True)
class GivenTable(Tables):
    """Makes the board of a CSV file of scores, `folder`."""

    def boards(self, intervals: Intervals = "all") -> list[Board]:
        """The board; says on stderr what it leaves out, and how it agrees with printed places."""
        from restorebench.leaderboard.score_table import read_score_table
        from restorebench.leaderboard.table_board import agreement, board_of_table

        task, rule = self._task()
        table = read_score_table(self.folder, rule)
        roles, outside = self.ranking.roles, self.ranking.outside
        board = board_of_table(table, self.suite, task, rule, roles, outside)
        if table.ignored:
            note(f"left out, not being numbers: {', '.join(table.ignored)}")
        for column, same, rows in agreement(table, board):
            note(f"the column {column!r} has the same place in {same} of {rows} rows")
        return self._titled([board])

    def _task(self) -> tuple[TaskSpec, Rule]:
        """The task that is chosen, or one named after the file; and the rule."""
        from restorebench.leaderboard.build import rule_of
        from restorebench.leaderboard.ranking.rules import ByColumn
        from restorebench.specs import TaskSpec

        chosen = [] if list(self.tasks) == ["*"] else self.suite.tasks.matching(*self.tasks)
        if len(chosen) > 1 or not (chosen or self.ranking.rule):
            msg = "--table needs --rank-by RULE, or one --task whose rule it takes"
            raise OptionError(msg)
        name = re.sub(r"[^a-z0-9]+", "-", self.folder.stem.lower()).strip("-") or "table"
        about = f"Scores from {self.folder.name}"
        task = TaskSpec(name=name, title=self.folder.stem, summary=about)
        if chosen:
            task = self.suite.tasks[chosen[0]]
        rule = self.ranking.rule or rule_of(task)
        first = rule.column if isinstance(rule, ByColumn) else rule.columns[0]
        return replace(task, rank_by=first), rule


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
    render = _renderer(tables, format_, images, wants_page=out is not None and not _is_file(out))
    shown_only = format_ == "terminal" and out is None  # which has one column of intervals
    boards = tables.boards("ranking" if shown_only else "all")
    if not boards:
        raise StoreError(_nothing(tables))
    check_roles(tables.ranking.roles, boards)
    check_rule(tables.ranking, boards, tables.suite)
    for remark in check_scores(tables.ranking.outside, boards):
        warning(remark)
    if out is None or not _is_file(out):
        _print(render(boards))
    if out is not None:
        _write(tables, boards, out, render, images)
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
    render = _renderer(tables, format_, images, wants_page=not _is_file(out))
    try:
        for _ in changes(tables.records, EVERY):
            _write(tables, tables.boards(), out, render, images)
    except KeyboardInterrupt:
        return


def _serve(tables: Tables, images: int, port: int) -> None:
    from restorebench.leaderboard.render.html.live import LivePage
    from restorebench.leaderboard.render.html.page import page
    from restorebench.leaderboard.render.html.server import serve

    gallery = tables.gallery(images)
    live = LivePage(tables.records, lambda: page(tables.boards(), gallery, _RENEWED))
    serve(live, port, lambda url: note(f"{url} (stop with Ctrl-C)"))


def _renderer(
    tables: Tables, format_: str, images: int, *, wants_page: bool
) -> Callable[[Sequence[Board]], Any]:
    """The renderer, given images if it can take them (a parameter `gallery`)."""
    render: Callable[..., Any] = tables.suite.renderers.load(format_)
    if not images:
        return render
    if "gallery" in inspect.signature(render).parameters:
        gallery = tables.gallery(images)
        return lambda boards: render(boards, gallery=gallery)
    if not wants_page:
        msg = f"the renderer {format_!r} takes no images; use --format html or --output FOLDER"
        raise OptionError(msg)
    return render


def _print(rendered: Any) -> None:
    if isinstance(rendered, str):
        document(rendered)
    else:
        stdout().print(rendered)


def _write(
    tables: Tables,
    boards: Sequence[Board],
    out: Path,
    render: Callable[[Sequence[Board]], Any],
    images: int,
) -> None:
    from restorebench.leaderboard.render.reports import write_report, write_reports

    if _is_file(out):
        rendered = render(boards)
        if not isinstance(rendered, str):
            msg = f"{out} is a file; choose a --format that is text, such as html or markdown"
            raise OptionError(msg)
        written = [write_report(out, rendered)]
    else:
        written = write_reports(boards, out, tables.gallery(images))
    for path in written:
        note(f"wrote {path}")


def _is_file(out: Path) -> bool:
    """Whether `out` is meant as a file: by its suffix, unless there is such a folder."""
    return bool(out.suffix) and not out.is_dir()
