"""The golden reports: one in each form, from the records in ``tests/vectors/golden``.

``python tests/leaderboard/html/golden_kit.py`` writes them anew; look at what changed before
you keep it. With ``--records`` it writes the records as well.
"""

from __future__ import annotations

import sys
from pathlib import Path

from report_kit import contest, extras, suite_of

from restorebench.harness.jsonl import checked
from restorebench.harness.record_json import encode
from restorebench.leaderboard import (
    Board,
    Published,
    Ranking,
    boards,
    read_ledger,
)
from restorebench.leaderboard.board import Check, PublishedRow, PublishedTable
from restorebench.leaderboard.render.terminal import plain

FOLDER = Path(__file__).parents[2] / "vectors" / "golden"
FORMS = {
    "markdown": "report.md",
    "csv": "report.csv",
    "json": "report.json",
    "latex": "tables.tex",
    "latex-document": "report.tex",
    "html": "report.html",
    "terminal": "report.txt",
    "wins": "wins.txt",
}
RUN = {
    "packages": {"numpy": "2.4.6"},
    "plugins": {"restorebench": "0.1.0"},
    "python": "3.11.7",
    "git": {"commit": "0123456789abcdef", "dirty": False},
}
PUBLISHED = Published(
    (
        PublishedTable(
            task="fog",
            dataset="waves",
            title="Waves",
            columns=("psnr", "ssim"),
            rows=(
                PublishedRow(
                    "Older & Wiser",
                    {"psnr": 21.5, "ssim": 0.75},
                    "A. Author, 2020",
                    caveat="One of 12 images is <lost>.",
                    check=Check({"psnr": 21.501, "ssim": 0.5}, ("psnr",), "12 images, & a half"),
                ),
                PublishedRow(
                    "<b>Newer</b>",
                    {"psnr": 23.25},
                    "B. Author, 2024",
                    needs="their code",
                    second_hand="quoted by C. Author",
                ),
            ),
            source="A paper",
        ),
    )
)


def golden_boards() -> list[Board]:
    """The boards of the records."""
    records = read_ledger(FOLDER)
    return boards(records, suite_of(), {"run-1": RUN}.get, Ranking(published=PUBLISHED))


def reports() -> dict[str, str]:
    """The text of each report by its file's name."""
    tables, suite = golden_boards(), suite_of()
    made = {file: suite.renderers.load(form) for form, file in FORMS.items()}
    screens = {"report.txt", "wins.txt"}  # what rich prints
    return {n: plain(tables, form) if n in screens else form(tables) for n, form in made.items()}


def write_records() -> None:
    """Write the records of the contest."""
    lines = [checked(dict(sorted(encode(r).items()))).decode() for r in contest() + extras()]
    text = "\n".join(lines) + "\n"
    (FOLDER / "records.jsonl").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    if "--records" in sys.argv:
        write_records()
    for name, text in reports().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
