"""The texts of a bundle: pages for participants, and a checklist for organisers."""

from __future__ import annotations

from typing import Any

from restorebench.data.layouts.views import image_names
from restorebench.metrics import Protocol
from restorebench.specs import DatasetSpec, TaskSpec
from restorebench.submission.codabench.competition import Competition
from restorebench.submission.readme import TEMPLATE
from restorebench.templates import environment
from restorebench.types import Sample


def overview(competition: Competition, task: TaskSpec) -> str:
    """What it is about."""
    return _render("overview.md", competition=competition, task=task)


def evaluation(task: TaskSpec, protocol: Protocol) -> str:
    """How it is scored, and what a submission must look like."""
    return _render("evaluation.md", task=task, protocol=protocol, readme=TEMPLATE)


def data(dataset: DatasetSpec) -> str:
    """Where the data come from."""
    return _render("data.md", dataset=dataset)


def terms() -> str:
    """A beginning; organisers have rules of their own."""
    return _render("terms.md")


def kit(task: TaskSpec, first: Sample) -> str:
    """The README of a starting kit."""
    views, _, height, width = first.target_shape
    names = image_names(first.id, views)
    return _render("starting_kit.md", task=task, names=names, height=height, width=width)


def organisers(competition: Competition) -> str:
    """What is left to do by hand."""
    return _render("organisers.md", competition=competition)


def _render(name: str, **values: Any) -> str:
    return environment("restorebench.submission.codabench").get_template(name).render(**values)
