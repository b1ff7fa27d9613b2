"""What `doctor` finds: lines with a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "unchecked", "broken"]


@dataclass(frozen=True)
class Finding:
    """One line: ``broken`` is what the default benchmark needs and cannot use.

    ``unchecked`` is what only an import can decide, and was not imported.
    """

    topic: str
    name: str
    state: State
    detail: str


def tried(topic: str, name: str, check: Callable[[], str], otherwise: State = "broken") -> Finding:
    """A check whose failure is a finding: a broken package may raise anything."""
    try:
        return Finding(topic, name, "ok", check())
    except Exception as error:
        return Finding(topic, name, otherwise, f"{type(error).__name__}: {error}")
