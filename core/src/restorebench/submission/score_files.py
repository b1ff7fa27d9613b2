"""Score files as Codabench reads them, and the reports beside them.

Codabench's worker takes ``scores.json`` (flat, name to number) and else ``scores.txt`` (lines
``name: value``); participants may see ``detailed_results.html``.
"""

from __future__ import annotations

import json
import re
from html import escape
from itertools import chain, count
from pathlib import Path

from restorebench.atomic import write_text
from restorebench.submission.report import Report
from restorebench.submission.result import Scored

SCORES_JSON = "scores.json"
SCORES_TXT = "scores.txt"
DETAILS = "detailed_results.html"
REPORT_TXT = "report.txt"
REPORT_JSON = "report.json"
STORE = "results"
"""The folder of records beside those of the submissions."""

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:15px/1.5 system-ui,sans-serif;margin:2em;max-width:70em}"
    "table{border-collapse:collapse}td,th{padding:.2em .8em;border-bottom:1px solid #8886;"
    "text-align:right}td:first-child,th:first-child{text-align:left}.fatal,.error{color:#c33}"
)


def write_scored(folder: Path, scored: Scored) -> None:
    """Write all files of one upload; a rejected one loses the score files that it had."""
    write_report(folder, scored.report)
    for name in (SCORES_JSON, SCORES_TXT, DETAILS):
        (folder / name).unlink(missing_ok=True)
    if not scored.report.accepted:
        return
    numbers = scored.numbers()
    write_text(folder / SCORES_JSON, json.dumps(numbers, indent=1, allow_nan=False) + "\n")
    write_text(folder / SCORES_TXT, "".join(f"{k}: {v!r}\n" for k, v in numbers.items()))
    write_text(folder / DETAILS, details(scored))


def write_report(folder: Path, report: Report) -> None:
    """Write the report for people and for programs."""
    write_text(folder / REPORT_TXT, report.text())
    write_text(folder / REPORT_JSON, json.dumps(report.facts(), indent=1, ensure_ascii=True) + "\n")


def details(scored: Scored) -> str:
    """One page with the scores of every sample; nothing on it is loaded from elsewhere."""
    columns = list(dict.fromkeys(c for record in scored.scored for c in record.scores))
    rows = [
        (record.sample, [record.scores.get(column) for column in columns])
        for record in scored.records
    ]
    means = scored.means()
    rows.append(("mean", [means.get(column) for column in columns]))
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("sample", *columns))
    body = "\n".join(_row(name, values) for name, values in rows)
    findings = "\n".join(
        f'<li class="{f.severity}">{escape(str(f))}</li>' for f in scored.report.findings
    )
    title = f"{escape(scored.label)}: {escape(scored.report.verdict)}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>\n<ul>\n{findings}\n</ul>\n"
        f"<table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></body></html>\n"
    )


def folder_names(labels: list[str]) -> list[str]:
    """A safe folder name for each label, distinct from the others and from `STORE`."""
    taken = {STORE}
    names = []
    for label in labels:
        stem = re.sub(r"[^\w.-]+", "_", label).strip("._-")[:80] or "submission"
        numbered = (f"{stem}-{number}" for number in count(2))
        name = next(n for n in chain([stem], numbered) if n.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _row(name: str, values: list[float | None]) -> str:
    cells = "".join(f"<td>{'–' if v is None else f'{v:.4f}'}</td>" for v in values)
    return f"<tr><td>{escape(name)}</td>{cells}</tr>"
