"""Every format shows the same cells: headings, texts, digits and footnote marks, one by one."""

from __future__ import annotations

import html
import importlib
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from rich.cells import cell_len
from rich.console import Console

from restorebench import Cost
from restorebench.leaderboard import Outside, Ranking, Roles, boards, parse_rule, terminal
from restorebench.leaderboard.format import superscript
from restorebench.leaderboard.ranking.values import Values

WINS = re.compile(r"<details[^>]*><summary>[^\n]*win rates.*?</details>", re.DOTALL | re.IGNORECASE)
"""The second view of a board, which Markdown and HTML have folded and a terminal apart."""


def challenge(kit):
    """Two data sets: mean ranks of thirds, draws, opinion scores, a disqualified row."""
    records = []
    for dataset, shift in (("waves", 0.0), ("dunes", 3.5)):
        for n in range(9):
            for row, psnr, ssim in (("identity", 12.0, 0.5), ("good", 20.25, 0.75),
                                    ("fair", 18.5, 0.875), ("best", 30.0, 0.96875)):  # fmt: skip
                for draw in range(1 + 2 * (row == "fair")):
                    scores = {"psnr": psnr + shift + (n * 5 % 7) / 8 + draw / 4, "ssim": ssim}
                    scores |= {"psnr_mask": scores["psnr"] - 4, "lab_mae_mask": 40 - psnr}
                    cost = Cost(0.5 + n / 64, 1 << 22, 3, 70_000_000, 9_000_000_000)
                    more = {"dataset": dataset, "dataset_hash": dataset * 6}
                    records.append(
                        kit.record(row, f"image-{n}", scores, draw=draw, cost=cost, **more)
                    )
    mos = Values.of(["good", "fair", "identity"], {"mos": [6.5, 5.25, 2.0]})
    roles = Roles(disqualified={"best": "external data"})
    rule = parse_rule("mean-rank:psnr,ssim,mos")
    ranking = Ranking(rule, roles, Outside(mos, {"mos": True}))
    return boards(records, kit.suite_of(), None, ranking)


@pytest.fixture(scope="module", params=["golden", "challenge"])
def shown(request, kit):
    """What each format makes of some boards."""
    golden = importlib.import_module("golden_kit")
    made = golden.golden_boards() if request.param == "golden" else challenge(kit)
    return lambda form: rendered(kit, form, made)


def rendered(kit, form, made, width=500):
    """Boards in a format; in a terminal of `width`, by default with space for every column."""
    if form != "terminal":
        return WINS.sub("", kit.suite_of().renderers.load(form)(made))
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(terminal(made))
    return captured.get()


# Readers: the text of a report → its tables, each a list of lines of cells, headings first.


def markdown_tables(text):
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.M)
    return [
        [[_from_markdown(cell) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
         for line in block.splitlines() if not line.startswith(("| --", "|--", "| :-"))]
        for block in blocks
    ]  # fmt: skip


def _from_markdown(cell):
    return re.sub(r"\\(.)", r"\1", html.unescape(cell.strip()))


def latex_tables(text):
    found = re.findall(r"\\begin\{tabular\}\{[rlc]+\}\n(.*?)\\end\{tabular\}", text, re.S)
    return [
        [[_from_latex(cell.strip()) for cell in re.split(r"(?<!\\)&", line.removesuffix(r" \\"))]
         for line in block.splitlines() if line.endswith(r"\\")]
        for block in found
    ]  # fmt: skip


LATEX = (
    (r"\\textsuperscript\{([\d,]+)\}", lambda m: superscript(map(int, m[1].split(",")))),
    (r"\\shortstack\[r\]\{(.*?)\\\\(.*)\}", r"\1 \2"),
    (
        r"\\(?:underline|textbf)\{((?:[^{}]|\{\})*)\}",
        lambda m: f"**{m[1]}**" * ("bf" in m[0]) or m[1],
    ),
    (r"\\texttt\{U\+([0-9A-F]+)\}", lambda m: chr(int(m[1], 16))),
    (r"\\[`'^~=u]\{(\w)\}", r"\1"),
    (r"\\boldmath|\$(?=\\\w+\$)|(?<=[a-z])\$", ""),
)
SIGNS = {
    r"\infty": "∞", r"\uparrow": "↑", r"\downarrow": "↓", r"\Delta": "Δ", r"\sigma": "σ",
    "$-$": "−", "--": "–", r"\ldots{}": "…", r"\textless{}": "<", r"\textgreater{}": ">",
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^",
    r"\{": "{", r"\}": "}", r"\&": "&", r"\%": "%", r"\#": "#", r"\_": "_", r"\$": "$",
}  # fmt: skip


def _from_latex(cell):
    cell = cell.replace("$-$", "−")
    for pattern, put in LATEX:
        cell = re.sub(pattern, put, cell)
    signs = "|".join(map(re.escape, SIGNS))
    return re.sub(signs, lambda m: SIGNS[m[0]], cell)


def terminal_tables(text):
    """Tables by the positions that are blank in all of their lines; one for each data set."""
    lines = text.splitlines()
    rules = [n for n, line in enumerate(lines) if "────" in line]
    return [part for n in rules for part in _sections(*_table_around(lines, n))]


def _table_around(lines, rule):
    """The lines of the headings and of the rows: all are as wide as the line between them."""
    above, below = rule, rule + 1
    while above and lines[above - 1].strip():
        above -= 1
    while below < len(lines) and cell_len(lines[below]) == cell_len(lines[rule]):
        below += 1
    whole = [_positions(line) for line in [*lines[above:rule], *lines[rule + 1 : below]]]
    blank = "".join(" " if set(column) == {" "} else "x" for column in zip(*whole, strict=True))
    starts = [found.start() for found in re.finditer(r"(?<=  )x|^ ?x", blank)]
    rows = [
        ["".join(line[a:b]).strip(" ") for a, b in zip(starts, [*starts[1:], None], strict=True)]
        for line in whole
    ]
    heads, body = rows[: rule - above], rows[rule - above :]
    return [" ".join(filter(None, words)) for words in zip(*heads, strict=True)], body


def _positions(line):
    """A character per column of the terminal; nothing in the second one of a wide character."""
    return [part for c in line for part in (c, *[""] * (cell_len(c) - 1))]


def _sections(heads, body):
    parts = [[heads]]
    for row in filter(any, body):
        if not row[0] and not any(row[2:]):
            parts.append([heads])
        else:
            parts[-1].append(row)
    return [part for part in parts if len(part) > 1]


class HtmlTables(HTMLParser):
    """The tables of a page; intervals under a score are details that other formats leave out."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._open: list[str] = []
        self._best = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._open += [] if tag in {"meta", "link", "img", "input"} else [tag]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._best = dict(attrs).get("class") == "best"

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if not {"td", "th"} & set(self._open) or "small" in self._open:
            return
        if "sup" in self._open:
            data = superscript(map(int, data.split()))
        elif self._best and data.strip():
            data = f"**{data}**"
        self.tables[-1][-1][-1] += data


def html_tables(text):
    return [table for table in HtmlTables(text).tables if table]


READERS = {
    "html": html_tables,
    "latex": latex_tables,
    "latex-document": latex_tables,
    "terminal": terminal_tables,
}


def plain(cell):
    """Without emphasis and accents, which not all formats keep, and with simple spaces."""
    letters = unicodedata.normalize("NFD", cell.replace("**", ""))
    return " ".join("".join(c for c in letters if unicodedata.category(c) != "Mn").split())


def by_heading(heads, row):
    """The cells of a row by the words of their headings, whose order is that of their lines."""
    keys = ["-".join(sorted(plain(head).split())) for head in heads]
    assert len(set(keys)) == len(keys) == len(row)
    return dict(zip(keys, map(plain, row), strict=True))


@pytest.mark.parametrize("form", READERS)
def test_every_cell_is_the_same_as_in_markdown(shown, form):
    tables, others = markdown_tables(shown("markdown")), READERS[form](shown(form))
    assert len(others) == len(tables) >= 3
    for (heads, *rows), (other_heads, *other_rows) in zip(tables, others, strict=True):
        assert len(other_rows) == len(rows)
        for row, other_row in zip(rows, other_rows, strict=True):
            cells, other = by_heading(heads, row), by_heading(other_heads, other_row)
            if form == "terminal":  # one table for all data sets: what one lacks is blank there
                assert set(other) >= set(cells)
                assert {other[key] for key in set(other) - set(cells)} <= {"", "–"}
            else:
                assert list(other) == list(cells)
            for key, cell in cells.items():
                assert other[key] == cell or _shortened(other[key], cell), key


def _shortened(cell, whole):
    return len(whole) > 60 and len(cell) == 60 and cell[-1] == "…" and whole.startswith(cell[:-1])


@pytest.mark.parametrize("form", ["html", "latex"])
def test_the_same_cells_are_best_as_in_markdown(shown, form):
    best = [
        [[plain(cell) for cell in row if "**" in cell] for table in tables for row in table]
        for tables in (markdown_tables(shown("markdown")), READERS[form](shown(form)))
    ]
    assert best[0] == best[1]
    assert any(best[0])


@pytest.mark.parametrize("form", ["markdown", *READERS])
def test_a_challenge_has_its_digits_and_all_its_columns(kit, form):
    reader = READERS.get(form, markdown_tables)
    heads, *rows = reader(rendered(kit, form, challenge(kit)))[0]
    cells = {row[1].split()[0]: by_heading(heads, row) for row in rows}
    fair = set(cells["fair"])
    assert fair >= {"score", "%-95", "PSNR-Δ", "images", "draws", "images-σ", "draws-σ", "memory"}
    assert fair >= {"PSNR-mask-↑", "LAB-MAE-mask-↓", "MOS-↑"}
    scores = {name: cells[name]["score"] for name in ("good", "fair", "identity")}
    assert scores == {"good": "1.333", "fair": "1.667", "identity": "3"}


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_a_narrow_terminal_shows_every_column_that_ranks(kit, width):
    text = rendered(kit, "terminal", challenge(kit), width)
    heads = terminal_tables(text)[0][0]
    assert {"PSNR ↑", "SSIM ↑", "MOS ↑", "score"} <= set(heads)
    hidden = re.search(r"Columns hidden \(terminal too narrow\): ([^.]*)\.", text)
    assert hidden
    named = " ".join(hidden[1].split()).split(", ")
    assert not {"PSNR", "SSIM", "MOS"} & set(named)
    assert ("Δ PSNR" in heads) == ("Δ PSNR" not in named)


def test_a_row_without_a_rank_is_never_the_best(kit):
    heads, *rows = markdown_tables(rendered(kit, "markdown", challenge(kit)))[0]
    assert rows[-1][1].startswith("best")  # disqualified, though its scores are the highest
    assert not any("**" in cell for cell in rows[-1])
    assert "**" in rows[0][heads.index("PSNR ↑")]
