"""Score files as Codabench reads them, and the reports beside them.

Codabench's worker takes ``scores.json`` (flat, name to number) and else ``scores.txt`` (lines
``name: value``); participants may see ``detailed_results.html``.
"""

from __future__ import annotations

import json
import re
from itertools import chain, count
from pathlib import Path

from restorebench.atomic import write_text
from restorebench.submission.report import Report
from restorebench.submission.result import SubmissionResult
from restorebench.templates import environment

SCORES_JSON = "scores.json"
SCORES_TXT = "scores.txt"
DETAILS = "detailed_results.html"
REPORT_TXT = "report.txt"
REPORT_JSON = "report.json"
STORE = "results"
"""The folder of records beside those of the submissions."""


def write_result(folder: Path, result: SubmissionResult) -> None:
    """Write all files of one upload; a rejected one loses the score files that it had."""
    write_report(folder, result.report)
    for name in (SCORES_JSON, SCORES_TXT, DETAILS):
        (folder / name).unlink(missing_ok=True)
    if not result.report.accepted:
        return
    numbers = result.numbers()
    write_text(folder / SCORES_JSON, json.dumps(numbers, indent=1, allow_nan=False) + "\n")
    write_text(folder / SCORES_TXT, "".join(f"{k}: {v!r}\n" for k, v in numbers.items()))
    write_text(folder / DETAILS, details(result))


def write_report(folder: Path, report: Report) -> None:
    """Write the report for people and for programs."""
    write_text(folder / REPORT_TXT, report.text())
    write_text(folder / REPORT_JSON, json.dumps(report.facts(), indent=1, ensure_ascii=True) + "\n")


def details(result: SubmissionResult) -> str:
    """One page with the scores of every sample; nothing on it is loaded from elsewhere."""
    return (
        environment("restorebench.submission")
        .get_template(DETAILS)
        .render(
            title=f"{result.label}: {result.report.verdict}",
            findings=result.report.findings,
            columns=list(dict.fromkeys(c for record in result.scored for c in record.scores)),
            records=result.records,
            means=result.means(),
        )
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
