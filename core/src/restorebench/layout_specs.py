"""Layout files of plugins as specs of data sets; only names are read until one is used."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from restorebench.errors import PluginError
from restorebench.specs import DatasetSpec

OPEN_LAYOUT = "restorebench.data.tables.open_layout:open_layout"
"""The target of every data set that is a layout; its option ``layout`` says which."""
LAB_FILE = "restorebench.toml"
"""The file in the working folder that has a lab's own data sets."""


def layout_specs(places: Iterable[object]) -> Iterator[DatasetSpec]:
    """A spec for each TOML file of `places`, which are such files or folders of them.

    Raises `PluginError`, which names the place, where there is no layout.
    """
    for place in places:
        path = Path(str(place))
        files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
        if not files:
            msg = f"{path} holds no layouts (*.toml)"
            raise PluginError(msg)
        yield from map(_spec, files)


def _spec(path: Path) -> DatasetSpec:
    try:
        facts: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return DatasetSpec(
            name=facts["name"],
            task=facts["task"],
            summary=facts.get("summary", ""),
            splits=tuple(facts["splits"]),
            licence=facts.get("terms", ""),
            citation=facts.get("citation", ""),
            target=OPEN_LAYOUT,
            options=(("layout", str(path)),),
            default=False,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        msg = f"the layout {path} cannot be used: {what}"
        raise PluginError(msg) from error
