"""Model cards: Markdown from what is in a file of weights, and from nothing else."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from string import Template

from restorebench.training.model_card import tables as card_tables
from restorebench.training.model_card import text as card_text
from restorebench.training.model_card.card_file import CardFile


def card_of(path: Path) -> str:
    """The card of a file that 'restorebench export' has written; `CheckpointError` for another."""
    file = CardFile.read(path)
    template = files(__package__).joinpath("model_card.md").read_text(encoding="utf-8")
    return Template(template).substitute(
        name=file.facts.name,
        opening=card_text.opening(file),
        network=card_tables.network(file),
        scored=card_text.scored(file),
        scores=card_tables.scores(file),
        verdict=card_text.verdict(file),
        training=card_tables.training(file),
        train=card_text.retraining(file),
        values=_values(file),
        use=card_text.usage(file),
        purpose=card_text.purpose(file),
        limits=card_text.limits(file),
        citation=file.facts.citation or "None is named by the recipe.",
        licence=file.facts.licence,
    )


def _values(file: CardFile) -> str:
    """The whole recipes, where they are nowhere else."""
    below, own = file.facts.compressor, file.facts.changes is None
    others = {str(file.origin["recipe"]): file.values} if own else {}
    if below is not None and below["changes"] is None:
        others[below["recipe"]] = json.loads(below["values"])
    texts = {n: json.dumps(v, indent=2, ensure_ascii=False) for n, v in others.items()}
    return "".join(f"\nThe values of `{n}`:\n\n```json\n{t}\n```\n" for n, t in texts.items())
