"""The scoring program of a Codabench competition: ``scoring.py INPUT OUTPUT``.

``INPUT/res`` is the submission, unpacked; ``INPUT/ref`` the reference (targets, masks and
``reference.json``). Scores go to ``OUTPUT``. A rejected submission ends with status 1 and the
report on stderr, where Codabench shows it to the participant.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from restorebench.errors import RestorebenchError
from restorebench.plugins import suite
from restorebench.submission.judge import SubmissionScorer
from restorebench.submission.reference.folder import FolderReference
from restorebench.submission.score_files import write_result

OK, REJECTED, MISUSED = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Score one submission; the exit status."""
    if len(arguments) != 2:
        print("usage: scoring.py INPUT OUTPUT", file=sys.stderr)
        return MISUSED
    source, output = map(Path, arguments)
    try:
        reference = FolderReference(suite(), source / "ref")
        if not (source / "res").is_dir():
            msg = f"{source / 'res'} is not there; the submission must be unpacked into it"
            raise RestorebenchError(msg)
        result = SubmissionScorer(suite(), reference).score(source / "res", "submission")
    except RestorebenchError as error:  # the organisers' side: reference, protocol, metric
        print(f"the scoring program cannot work: {error}", file=sys.stderr)
        return MISUSED
    write_result(output, result)
    report = result.report
    print(report.text(), file=sys.stdout if report.accepted else sys.stderr, end="")
    for name, value in result.numbers().items() if report.accepted else ():
        print(f"{name}: {value:g}")
    return OK if report.accepted else REJECTED
