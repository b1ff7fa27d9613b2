"""Boards as LaTeX: a booktabs table per section, the best bold and the second best underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from restorebench.leaderboard import format as text
from restorebench.leaderboard.board import LABEL, Board, Column, Overall, PublishedRow, Row, Section
from restorebench.leaderboard.render.costs import costs_of
from restorebench.leaderboard.render.highlight import Highlight, highlight, tie_letters
from restorebench.leaderboard.render.latex_escape import escape, escape_note
from restorebench.leaderboard.render.legend import legend, ranked_by

_LONGEST = 60
"""Characters of a name that are shown; a table is not made small for a longer one."""
_WIDE = 9
"""Columns from which a table is set smaller."""

_FITTED = r"\ifdim\wd0>\linewidth\resizebox{\linewidth}{!}{\usebox0}\else\usebox0\fi"
"""The table in ``\\box0``, made smaller where it is wider than the page."""

_HEAD = r"""\documentclass[10pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{booktabs}
\usepackage{graphicx}
\usepackage[margin=2cm]{geometry}
\setlength{\emergencystretch}{3em}
\begin{document}
"""


@dataclass(frozen=True)
class _Field:
    """A column: how it is aligned, its heading, and its cell in each row."""

    align: str
    heading: str
    cells: Sequence[str]


def latex(boards: Sequence[Board]) -> str:
    r"""All boards as tables for a document of one's own: see its first line for what that needs."""
    return "\n".join(_tables(boards))


def document(boards: Sequence[Board]) -> str:
    """All boards as a document that pdflatex compiles as it is."""
    parts: list[str] = []
    for board in boards:
        heading = f"\\section*{{{escape(board.task.title)}}}\n{_lead(board)}\n"
        parts += [heading, *_board_tables(board), "\\clearpage\n"]
    body = "\n".join(parts) or "There are no records yet: run the benchmark first.\n"
    return f"{_HEAD}\n{body}\n\\end{{document}}\n"


def _tables(boards: Sequence[Board]) -> Iterator[str]:
    yield "% Needs \\usepackage[T1]{fontenc} and the packages booktabs, graphicx and textcomp.\n"
    for board in boards:
        yield from _board_tables(board)


def _board_tables(board: Board) -> Iterator[str]:
    for number, section in enumerate(board.sections, 1):
        fields = list(_fields(board, section))
        lines = [[f.cells[n] for f in fields] for n in range(len(section.rows))]
        yield _table(
            _caption(board, section),
            f"tab:{board.task.name}-{number}",
            fields,
            [*lines, *_published(section, len(fields), _scored_from(fields))],
        )
    if board.overall is not None:
        yield _overall(board, board.overall)


def _table(caption: str, label: str, fields: Sequence[_Field], lines: Iterable[object]) -> str:
    size = "\\footnotesize" if len(fields) > _WIDE else "\\small"
    body = [line if isinstance(line, str) else _line(line) for line in lines]  # type: ignore[arg-type]
    return "\n".join(
        (
            "\\begin{table}[htbp]",
            f"\\centering{size}\\setlength{{\\tabcolsep}}{{4pt}}",
            "\\renewcommand{\\arraystretch}{1.1}",
            "\\setlength{\\abovecaptionskip}{0pt}\\setlength{\\belowcaptionskip}{6pt}",
            caption,
            f"\\label{{{label}}}",
            f"\\sbox0{{\\begin{{tabular}}{{{''.join(f.align for f in fields)}}}",
            "\\toprule",
            _line([f.heading for f in fields]),
            "\\midrule",
            *body,
            "\\bottomrule",
            "\\end{tabular}}%",
            _FITTED,
            "\\end{table}\n",
        )
    )


def _line(cells: Sequence[str]) -> str:
    return " & ".join(cells) + " \\\\"


def _fields(board: Board, section: Section) -> Iterator[_Field]:
    rows = section.rows
    letters = {} if section.undecided else tie_letters(section)
    yield _Field("r", "\\#", [_rank(row) for row in rows])
    yield _Field("l", "Restorer", [_name(row) for row in rows])
    if letters:
        ties = [letters.get(row.tie, "") if row.tie is not None else "" for row in rows]
        yield _Field("c", "Tie", ties)
    if any(row.score is not None for row in rows):
        yield _Field("r", "Score", [_score(row) for row in rows])
    for column in section.columns:
        found = highlight(section, column)
        yield _Field("r", _heading(section, column), [_cell(row, column, found) for row in rows])
        if column.name == board.task.rank_by and any(column.name in r.intervals for r in rows):
            yield _Field("r", "95\\,\\% interval", [_interval(row, column) for row in rows])
    for cost in costs_of(section):
        if cost.name != "peak_bytes":
            yield _Field("r", escape(cost.title), [escape(cost.shown(cost.value(r))) for r in rows])


def _heading(section: Section, column: Column) -> str:
    """Title and arrow, in two lines where the title has two words."""
    first, space, last = (escape(part) for part in column.title.rpartition(" "))
    end = f"{last} {escape(column.arrow)}".strip() + _marks(section.notes.get(column.name, ()))
    return f"\\shortstack[r]{{{first}\\\\{end}}}" if space else end


def _rank(row: Row) -> str:
    return escape(text.ABSENT if row.rank is None else str(row.rank))


def _score(row: Row) -> str:
    return escape(text.ABSENT if row.score is None else f"{row.score:g}")


def _name(row: Row) -> str:
    kind = " (ref.)" if row.reference else " (baseline)" if row.baseline else ""
    struck = f" (disqualified: {escape(row.disqualified)})" if row.disqualified else ""
    name = escape(text.shortened(row.label, _LONGEST))
    return name + kind + struck + _marks(row.notes.get(LABEL, ()))


def _cell(row: Row, column: Column, found: Highlight) -> str:
    shown = escape(text.number(row.means.get(column.name), column.digits))
    if found.is_best(row, column):
        shown = f"\\textbf{{{_bold(shown)}}}"
    elif found.is_second(row, column):
        shown = f"\\underline{{{shown}}}"
    return shown + _marks(row.notes.get(column.name, ()))


def _bold(shown: str) -> str:
    return f"\\boldmath{shown}" if shown.startswith("$") else shown


def _interval(row: Row, column: Column) -> str:
    if column.name not in row.intervals:
        return escape(text.ABSENT)
    return " -- ".join(
        escape(text.number(end, column.digits)) for end in row.intervals[column.name]
    )


def _marks(numbers: Iterable[int]) -> str:
    raised = ",".join(map(str, numbers))
    return f"\\textsuperscript{{{raised}}}" if raised else ""


def _caption(board: Board, section: Section) -> str:
    short = f"{escape(section.dataset)}, {escape(section.split)}"
    protocol, pixels = (text.short(h) for h in (section.protocol_hash, section.dataset_hash))
    parts = [
        f"{escape(board.task.title)}: {short}, {section.images} images.",
        _lead(board),
        f"Protocol {escape(section.protocol)} (\\texttt{{{escape(protocol)}}}),"
        f" pixels \\texttt{{{escape(pixels)}}}.",
    ]
    parts += map(_sentence, legend(board, section))
    parts += [f"{_marks([n])}\\,{_sentence(board.footnotes[n - 1])}" for n in _used(section)]
    return f"\\caption[{{{short}}}]{{{' '.join(parts)}}}"


def _sentence(note: str) -> str:
    return escape_note(note[:1].upper() + note[1:]).rstrip(".") + "."


def _lead(board: Board) -> str:
    return f"Ranked by {escape(ranked_by(board))}."


def _used(section: Section) -> list[int]:
    """The footnotes of a section's rows and columns."""
    notes = [*section.notes.values(), *(n for row in section.rows for n in row.notes.values())]
    return sorted({number for numbers in notes for number in numbers})


def _scored_from(fields: Sequence[_Field]) -> dict[str, int]:
    """Where each heading stands."""
    return {field.heading: place for place, field in enumerate(fields)}


def _published(section: Section, width: int, places: dict[str, int]) -> Iterator[str]:
    """Rows of papers, in a block of their own below the ranked ones."""
    if not section.published:
        return
    yield "\\midrule"
    yield f"\\multicolumn{{{width}}}{{l}}{{\\emph{{Published, not ranked here}}}} \\\\"
    for row in section.published:
        cells = [""] * width
        cells[1] = escape(row.method) + _origin(row)
        for column in section.columns:
            place = places.get(_heading(section, column))
            if place is not None and column.name in row.means:
                cells[place] = escape(text.number(row.means[column.name], column.digits))
        yield _line(cells)


def _origin(row: PublishedRow) -> str:
    return f" [{escape(row.source)}{'' if row.protocol_known else '; protocol unknown'}]"


def _overall(board: Board, overall: Overall) -> str:
    rows = overall.rows
    fields = [
        _Field("r", "\\#", [str(row.rank) for row in rows]),
        _Field("l", "Restorer", [escape(row.label) for row in rows]),
        _Field("r", "mean rank", [f"{row.mean_rank:.2f}" for row in rows]),
        _Field("r", "Borda", [f"{row.borda:g}" for row in rows]),
    ]
    title = f"{escape(overall.title)}: ranks over {len(overall.sections)} data sets."
    lines = [[f.cells[n] for f in fields] for n in range(len(rows))]
    return _table(f"\\caption{{{title}}}", f"tab:{board.task.name}-overall", fields, lines)
