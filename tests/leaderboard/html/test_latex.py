"""LaTeX: tables that compile, whatever a team is called."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from restorebench.leaderboard.render.latex import document, latex
from restorebench.leaderboard.render.latex_escape import escape, escape_note

PDFLATEX = shutil.which("pdflatex")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("50% & more_#1", r"50\% \& more\_\#1"),
        (r"C:\x {y} $z$", r"C:\textbackslash{}x \{y\} \$z\$"),
        ("a~b^c", r"a\textasciitilde{}b\textasciicircum{}c"),
        ("<b>|", r"\textless{}b\textgreater{}\textbar{}"),
        ("a--b ,,c", "a-{}-b ,{},c"),
        ("β-VAE ×4", r"$\beta$-VAE $\times$4"),
        ("Çelik Åse Łukasz", "Çelik Åse Łukasz"),
        ("Nguyễn", r"Nguy\^{e}n"),
        ("Ａ１", "A1"),
        ("清", r"\texttt{U+6E05}"),
        ("−1.5 ∞", r"$-$1.5 $\infty$"),
        ("two\nlines\u202e", "two lines"),
    ],
)
def test_names_are_set_as_they_are(name, shown):
    assert escape(name) == shown


def test_a_long_path_may_be_broken():
    assert escape_note("see /weights/of/the/network/file_1.pth now").count(r"\allowbreak{}") == 7
    assert r"\allowbreak" not in escape_note("and/or")


def body(text, number=1):
    return re.findall(r"\\midrule\n(.*?)\\bottomrule", text, re.S)[number].splitlines()


def test_the_best_is_bold_and_the_second_underlined(contest):
    first, second, third, *_ = body(latex(contest))
    assert re.search(r"AlphaHaze & A & \\textbf\{24\.\d\d\}", first)
    assert re.search(r"& \\underline\{24\.\d\d\}", second)
    assert r"\textbf" not in third + second
    assert r"\underline" not in third + first


def test_an_infinite_best_is_bold_too(contest):
    assert r"\textbf{\boldmath$\infty$}" in body(latex(contest), 0)[0]


def test_the_caption_has_protocol_pixels_and_notes(contest):
    captions = re.findall(r"\\caption\[.*", latex(contest))
    assert r"Protocol told (\texttt{aaaaaaaaaaaa}), pixels \texttt{dddddddddddd}." in captions[1]
    assert r"put w\_50\%.pth into /weights." in captions[1]
    assert r"\textless{}b\textgreater{}bold" in captions[0]
    assert "Tie: neighbours that share a letter" in captions[1]


def test_every_row_has_as_many_cells_as_the_table_columns(contest):
    text = latex(contest)
    columns = [len(spec) for spec in re.findall(r"\\begin\{tabular\}\{([rlc]+)\}", text)]
    for number, count in enumerate(columns):
        assert {len(re.split(r"(?<!\\)&", line)) for line in body(text, number)} == {count}


def test_tables_are_for_a_document_of_ones_own(contest):
    assert r"\documentclass" not in latex(contest)
    assert document(contest).startswith(r"\documentclass")
    assert document(contest).endswith("\\end{document}\n")


@pytest.mark.slow
@pytest.mark.skipif(PDFLATEX is None, reason="pdflatex is not installed")
def test_the_document_compiles(contest, tmp_path):
    hard = "\n\n".join(escape(chr(c) * 2) for c in [*range(32, 0x500), *range(0x1E00, 0x2300)])
    text = document(contest).replace("\\end{document}", hard + "\n\\end{document}")
    (tmp_path / "report.tex").write_text(text, encoding="utf-8")
    command = [PDFLATEX, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape"]
    done = subprocess.run([*command, "report.tex"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode(errors="replace")[-1500:]
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    assert "Overfull" not in (tmp_path / "report.log").read_text(errors="replace")
