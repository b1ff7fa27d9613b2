"""A competition as plain data, and its ``competition.yaml``.

Codabench's own names for keys, version 2 of its bundles; see docs.codabench.org, "Yaml structure".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import yaml  # type: ignore[import-untyped]

from restorebench.metrics import Protocol
from restorebench.plugins import Suite

COMMAND = "python3 /app/program/scoring.py /app/input/ /app/output/"
"""The command by which Codabench runs a scoring program, with its own paths."""


@dataclass(frozen=True)
class Phase:
    """A stage of a competition, scored on one split; `start` and `end` are in UTC."""

    name: str
    split: str
    summary: str
    start: datetime
    end: datetime
    per_day: int
    in_all: int

    @property
    def key(self) -> str:
        """Its name in paths."""
        return self.name.lower()


@dataclass(frozen=True)
class Competition:
    """A data set, its phases in order, and the container image in which it is scored."""

    dataset: str
    phases: tuple[Phase, ...]
    title: str
    docker_image: str


def usual_phases(splits: tuple[str, ...], start: datetime, days: int, final: int) -> list[Phase]:
    """Development on ``val`` (else ``test``) for `days`, then `final` days on ``test``.

    As NTIRE has it: many tries while methods are made, few on the set that ranks.
    """
    middle = start + timedelta(days=days)
    first = "val" if "val" in splits else "test"
    about = "Scores are shown at once; use them to find out what works."
    last = "The ranking is made of this phase alone."
    return [
        Phase("Development", first, about, start, middle, per_day=10, in_all=1000),
        Phase("Final", "test", last, middle, middle + timedelta(days=final), per_day=3, in_all=10),
    ]


def competition_yaml(competition: Competition, suite: Suite, protocol: Protocol) -> str:
    """The file that describes a bundle's other files to Codabench."""
    facts: dict[str, Any] = {
        "version": 2,
        "title": competition.title,
        "description": suite.tasks[suite.datasets[competition.dataset].task].summary,
        "image": "logo.png",
        "registration_auto_approve": False,
        "enable_detailed_results": True,
        "docker_image": competition.docker_image,
        "terms": "pages/terms.md",
        "pages": [
            {"title": title, "file": f"pages/{title.lower()}.md"}
            for title in ("Overview", "Evaluation", "Data")
        ],
        "tasks": [_task(at, phase) for at, phase in enumerate(competition.phases)],
        "solutions": [_solution(at, phase) for at, phase in enumerate(competition.phases)],
        "phases": [_phase(at, phase) for at, phase in enumerate(competition.phases)],
        "leaderboards": [_leaderboard(competition, suite, protocol)],
    }
    text: str = yaml.safe_dump(facts, sort_keys=False, allow_unicode=True, width=100)
    return text


def _task(at: int, phase: Phase) -> dict[str, Any]:
    return {
        "index": at,
        "name": f"{phase.name} ({phase.split})",
        "description": phase.summary,
        "is_public": False,
        "reference_data": f"reference_{phase.key}",
        "scoring_program": "scoring_program",
    }


def _solution(at: int, phase: Phase) -> dict[str, Any]:
    return {
        "index": at,
        "name": f"Sample submission ({phase.name})",
        "description": "What the reference restorer makes of the inputs",
        "tasks": [at],
        "path": f"sample_submission_{phase.key}.zip",
    }


def _phase(at: int, phase: Phase) -> dict[str, Any]:
    return {
        "index": at,
        "name": phase.name,
        "description": phase.summary,
        "start": f"{phase.start:%Y-%m-%d %H:%M:%S}",
        "end": f"{phase.end:%Y-%m-%d %H:%M:%S}",
        "max_submissions_per_day": phase.per_day,
        "max_submissions": phase.in_all,
        "auto_migrate_to_this_phase": False,
        "tasks": [at],
        "starting_kit": f"starting_kit_{phase.key}.zip",
    }


def _leaderboard(competition: Competition, suite: Suite, protocol: Protocol) -> dict[str, Any]:
    first = suite.tasks[suite.datasets[competition.dataset].task].rank_by
    names = sorted(protocol.measures, key=lambda name: name != first)
    columns = [_column(name, suite, protocol) for name in names]
    runtime = {"title": "Runtime [s]", "key": "runtime", "sorting": "asc", "precision": 3}
    return {
        "index": 0,
        "title": "Results",
        "key": "results",
        "submission_rule": "Force_Last",
        "columns": [{"index": at, **column} for at, column in enumerate([*columns, runtime])],
    }


def _column(name: str, suite: Suite, protocol: Protocol) -> dict[str, Any]:
    metric = suite.metrics[protocol.measures[name].metric]
    return {
        "title": name.replace("_", " ").upper(),
        "key": name,
        "sorting": "desc" if metric.higher_is_better else "asc",
        "precision": metric.digits,
    }
