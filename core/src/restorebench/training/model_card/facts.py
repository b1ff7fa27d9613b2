"""The facts of a model card beyond a checkpoint's setup and the origin of its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from restorebench.checkpoints.file import Checkpoint, load, sha256
from restorebench.checkpoints.setup import Setup
from restorebench.errors import CheckpointError
from restorebench.plugins import Suite
from restorebench.specs import TaskSpec
from restorebench.training.data.split import training_split
from restorebench.training.model_card.evaluation import Evaluation
from restorebench.training.model_card.recipe_diff import changes
from restorebench.training.recipe import Recipe
from restorebench.types import JSON

KEY = "card"
"""The key of `Checkpoint.origin` under which the facts stand, as JSON."""

LICENCE = "Apache-2.0"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of a card.

    `task` and its `title`; `data` describes the training set, and `images` how many of its
    `split` there are; `reads`: the network's inputs beside the degraded image; `changes` from
    the shipped recipe (None: it is not a shipped one); `compressor`: the origin of a frozen
    compressor, with its ``changes``.
    """

    name: str
    task: str
    title: str
    summary: str
    citation: str
    data: str
    split: str
    images: int
    reads: tuple[str, ...]
    changes: tuple[str, ...] | None
    compressor: Mapping[str, Any] | None
    evaluation: Evaluation
    licence: str = LICENCE

    @classmethod
    def of(cls, checkpoint: Checkpoint, where: str) -> Facts:
        """Those in a checkpoint; `CheckpointError` if 'restorebench export' has not written it."""
        if (text := checkpoint.origin.get(KEY)) is None:
            msg = f"{where} holds no model card; 'restorebench export' makes one of a finished run"
            raise CheckpointError(msg)
        return TypeAdapter(cls).validate_json(str(text))


def subject(recipe: Recipe, setup: Setup, suite: Suite) -> dict[str, Any]:
    """What is restored, and what the network was trained on, as fields of `Facts`."""
    spec, data = suite.datasets[recipe.data.name], recipe.data
    task, split = suite.tasks[spec.task], training_split(suite, data)
    return {
        "task": task.name,
        "title": task.title,
        "summary": recipe.summary,
        "citation": recipe.citation,
        "data": spec.summary,
        "split": data.train if isinstance(data.train, str) else " + ".join(data.train),
        "images": min(len(split), data.max_samples or len(split)),
        "reads": _reads(setup, task, suite),
    }


def compressor_origin(
    recipe: Recipe, origin: Mapping[str, JSON], given: Path | None
) -> dict[str, Any] | None:
    """The origin of the frozen compressor's weights, and its changes; None if there are none.

    It stands in the compressor's own file, `given` or where the recipe has it. Raises
    `CheckpointError` where that is absent or another file than the one that was trained with.
    """
    if (digest := origin.get("compressor_sha256")) is None:
        return None
    named = recipe.compressor.get("weights") if isinstance(recipe.compressor, dict) else None
    path = given or Path(str(named)).expanduser()
    if not path.is_file() or sha256(path) != digest:
        msg = f"{path} is not there, or not the compressor that the run was trained with"
        raise CheckpointError(f"{msg} (SHA-256 {digest}); name that file with --compressor")
    found = dict(load(path).origin)
    if "values" not in found:
        msg = f"{path} does not say by which recipe it was trained"
        raise CheckpointError(msg)
    values = Recipe.model_validate_json(str(found["values"])).model_dump(mode="json")
    return {**found, "changes": changes(values, str(found["recipe"]))}


def _reads(setup: Setup, task: TaskSpec, suite: Suite) -> tuple[str, ...]:
    places = range(len(task.condition)) if setup.condition is None else setup.condition
    numbers = [task.condition[place] for place in places]
    named = [f"{n.name} ({n.unit})" if n.unit else n.name for n in numbers]
    initial = (
        [] if setup.initial is None else [f"the answer of {setup.initial}, which it goes on from"]
    )
    return (*initial, *named, *(f"{g} ({suite.guides[g].summary})" for g in setup.guides))
