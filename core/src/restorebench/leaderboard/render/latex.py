"""Boards as LaTeX: a booktabs table per section, the best bold and the second best underlined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from restorebench.leaderboard.board import Board, Section
from restorebench.leaderboard.format import short_hash, shortened
from restorebench.leaderboard.methods.board import method_board
from restorebench.leaderboard.render.latex_escape import escape, escape_note
from restorebench.leaderboard.render.legend import about, ranked_by
from restorebench.leaderboard.render.method_table import method_table
from restorebench.leaderboard.render.papers import overall_table, published_beside
from restorebench.leaderboard.render.ranking_table import ranking_table
from restorebench.leaderboard.render.table import Cell, Table, TableColumn

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


def latex(boards: Sequence[Board]) -> str:
    r"""All boards as tables to include in a document; the first line lists what they need."""
    needs = "% Needs \\usepackage[T1]{fontenc} and the packages booktabs, graphicx and textcomp.\n"
    tables = (table for board in boards for table in _board_tables(board))
    return "\n".join([needs, *_methods(boards), *tables])


def document(boards: Sequence[Board]) -> str:
    """All boards as a document that pdflatex compiles as it is."""
    parts = [*_methods(boards)]
    for board in boards:
        heading = f"\\section*{{{escape(board.task.title)}}}\n{_lead(board)}\n"
        parts += [heading, *_board_tables(board), "\\clearpage\n"]
    body = "\n".join(parts) or "There are no records yet: run the benchmark first.\n"
    return f"{_HEAD}\n{body}\n\\end{{document}}\n"


def _methods(boards: Sequence[Board]) -> Iterator[str]:
    found = method_board(boards)
    if found is not None:
        table = method_table(found)
        yield _float(table, _noted(table.title, table.notes), "tab:all-tasks")


def _board_tables(board: Board) -> Iterator[str]:
    for number, section in enumerate(board.sections, 1):
        label = f"tab:{board.task.name}-{number}"
        found = ranking_table(board, [section])
        yield _float(found, _caption(board, section, found), label)
        if section.published:
            published = published_beside(section)
            title = f"{board.task.title}: {published.title}"
            yield _float(published, _noted(title, published.notes), f"{label}-published")
    if board.overall is not None:
        title = f"{board.overall.title}: ranks over {len(board.overall.sections)} data sets."
        label = f"tab:{board.task.name}-overall"
        yield _float(overall_table(board.overall), _plain_caption(title), label)


def _float(table: Table, caption: str, label: str) -> str:
    size = "\\footnotesize" if len(table.columns) > _WIDE else "\\small"
    return "\n".join(
        (
            "\\begin{table}[htbp]",
            f"\\centering{size}\\setlength{{\\tabcolsep}}{{4pt}}",
            "\\renewcommand{\\arraystretch}{1.1}",
            "\\setlength{\\abovecaptionskip}{0pt}\\setlength{\\belowcaptionskip}{6pt}",
            caption,
            f"\\label{{{label}}}",
            f"\\sbox0{{{_tabular(table)}}}%",
            _FITTED,
            "\\end{table}\n",
        )
    )


def _tabular(table: Table) -> str:
    lines = (map(_cell, row.cells, table.columns) for row in table.rows)
    return "\n".join(
        (
            f"\\begin{{tabular}}{{{''.join('l' if c.left else 'r' for c in table.columns)}}}",
            "\\toprule",
            _line(map(_heading, table.columns)),
            "\\midrule",
            *map(_line, lines),
            "\\bottomrule",
            "\\end{tabular}",
        )
    )


def _line(cells: Iterable[str]) -> str:
    text = " & ".join(cells)
    guard = "{}" if text.startswith("[") else ""  # else it is the option of the line before
    return f"{guard}{text} \\\\"


def _heading(column: TableColumn) -> str:
    """Title and arrow, in two lines where the title has two words."""
    first, space, last = column.title.rpartition(" ")
    end = escape(f"{last} {column.arrow}".strip()) + _marks(column.marks)
    return f"\\shortstack[r]{{{escape(first)}\\\\{end}}}" if space else end


def _cell(cell: Cell, column: TableColumn) -> str:
    shown = escape(shortened(cell.text, _LONGEST)) if column.left else escape(cell.text)
    shown += "".join(f" ({escape(tag)})" for tag in cell.tags)
    if cell.emphasis == "best":
        shown = f"\\textbf{{{_bold(shown)}}}"
    elif cell.emphasis == "second":
        shown = f"\\underline{{{shown}}}"
    return shown + _marks(cell.marks)


def _bold(shown: str) -> str:
    return f"\\boldmath{shown}" if shown.startswith("$") else shown


def _marks(numbers: Iterable[int]) -> str:
    raised = ",".join(map(str, numbers))
    return f"\\textsuperscript{{{raised}}}" if raised else ""


def _caption(board: Board, section: Section, table: Table) -> str:
    *short, size = map(escape, about(section))
    protocol, pixels = map(short_hash, (section.protocol_hash, section.dataset_hash))
    origin = (
        f"Protocol {escape(section.protocol)} (\\texttt{{{escape(protocol)}}}),"
        f" pixels \\texttt{{{escape(pixels)}}}."
    )
    parts = [
        f"{escape(board.task.title)}: {', '.join((*short, size))}.",
        _lead(board),
        *([origin] if section.has_images else []),
        *map(_sentence, table.notes),
        *(f"{_marks([n])}\\,{_sentence(note)}" for n, note in table.footnotes.items()),
    ]
    return f"\\caption[{{{', '.join(short)}}}]{{{' '.join(parts)}}}"


def _noted(title: str, notes: Sequence[str]) -> str:
    """A caption of a title and sentences; the list of tables has the title alone."""
    whole = " ".join([f"{escape(title)}.", *map(_sentence, notes)])
    return f"\\caption[{{{escape(title)}}}]{{{whole}}}"


def _plain_caption(title: str) -> str:
    return f"\\caption{{{escape(title)}}}"


def _sentence(note: str) -> str:
    return escape_note(note[:1].upper() + note[1:]).rstrip(".") + "."


def _lead(board: Board) -> str:
    return f"Ranked by {escape(ranked_by(board))}."
