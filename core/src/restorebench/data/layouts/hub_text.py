"""Texts of data sets of Hugging Face: ``hub:ORG/NAME,split=test,degraded=lq,target=gt``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from restorebench.errors import OptionError
from restorebench.registry import nearest
from restorebench.specs import DatasetSpec, TaskSpec

PREFIX = "hub:"
FIELDS = ("id", "degraded", "target", "mask", "depth", "condition")
"""What a sample has, by the keys that name its columns."""
KEYS = (*FIELDS, "split", "config", "revision", "scale", "name", "task")
EXAMPLE = "hub:ORG/NAME,split=test,degraded=lq,target=gt"


@dataclass(frozen=True)
class HubText:
    """What such a text says; `columns` are those of each field, two for two views.

    `place` is a data set of the Hub, or a local folder or file of parquet, Arrow or images.
    """

    place: str
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def split(self) -> str:
        """The split, ``test`` by default."""
        return self.facts.get("split", "test")

    @property
    def scale(self) -> int | None:
        """Target pixels per input pixel, where they are stated."""
        return int(self.facts["scale"]) if "scale" in self.facts else None

    @property
    def name(self) -> str:
        """What the data set is called: as stated, else by its place."""
        last = Path(self.place).name.removesuffix(".parquet").lower()
        return self.facts.get("name") or "-".join(re.findall(r"[a-z0-9]+", last)) or "hub"


def parse_hub(text: str) -> HubText:
    """A text that begins with ``hub:``; `OptionError` says what is not understood."""
    place, *parts = text.removeprefix(PREFIX).split(",")
    facts: dict[str, str] = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if key not in KEYS or not equals:
            msg = f"{part!r} in {text!r} is not KEY=VALUE; {nearest(key, KEYS)} (such as {EXAMPLE})"
            raise OptionError(msg)
        if key in facts or not value:
            msg = f"{key} in {text!r} is {'there twice' if key in facts else 'empty'}"
            raise OptionError(msg)
        facts[key] = value
    if not place or "=" in place:
        msg = f"{text!r} names no data set; write such as {EXAMPLE}"
        raise OptionError(msg)
    if not facts.get("scale", "1").isdecimal() or facts.get("scale") == "0":
        msg = f"scale is {facts['scale']!r} in {text!r}; expected a whole number such as 4"
        raise OptionError(msg)
    columns = {key: tuple(facts.pop(key).split("+")) for key in FIELDS if key in facts}
    return HubText(place, columns, facts)


def hub_spec(text: str, task: TaskSpec, name: str = "") -> DatasetSpec:
    """The data set that a text means, called `name`; nothing is opened or looked up.

    Its scale is 1 where nothing else is stated and `task` never resizes.
    """
    found = parse_hub(text)
    text = text if found.scale or task.resizes else f"{text},scale=1"
    name = name or found.name
    return DatasetSpec(
        name=name,
        task=task.name,
        summary=f"{found.place}, of Hugging Face datasets",
        splits=(found.split,),
        target="restorebench.data.tables.hub:open_hub",
        options=(("source", text), ("name", name)),
        default=False,
    )
