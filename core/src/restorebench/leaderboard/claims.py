"""What teams state of their entries: runtime, device, extra data, parameters. Not measured here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from restorebench.leaderboard.board import Claim
from restorebench.leaderboard.format import format_scaled, format_seconds
from restorebench.types import JSON

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "runtime": "runtime [s]",
        "device": "device",
        "extra_data": "extra data",
        "parameters": "parameters",
    }
)
"""The columns of claims and their headings, in their order."""

_HEADINGS = {
    "runtime": re.compile(
        r"(?:runtime|run_time|inference_time|time)(?:_?per_?(?:image|frame|pair|video))?"
        r"_?[(\[]?(?P<unit>s|sec|seconds|ms)?[)\]]?"
    ),
    "device": re.compile(r"device|gpu|hardware|cpu/gpu"),
    "extra_data": re.compile(r"(?:extra|external|additional)_data"),
    "parameters": re.compile(
        r"#?(?:number_of_|num_|n_)?(?:params?|parameters)\.?_?[(\[]?(?P<unit>k|m|g|b)?[)\]]?"
    ),
}
_FACTORS = {"ms": 1e-3, "k": 1e3, "m": 1e6, "g": 1e9, "b": 1e9}


def claim_of(heading: str) -> tuple[str, float] | None:
    """The claim that a column's name stands for, and the factor of its unit; None for a score."""
    for name, pattern in _HEADINGS.items():
        if (found := pattern.fullmatch(heading)) is not None:
            return name, _FACTORS.get(found.groupdict().get("unit") or "", 1.0)
    return None


def number_claim(name: str, value: float) -> Claim:
    """A claim that is a number: seconds, or a count."""
    return Claim(format_seconds(value) if name == "runtime" else format_scaled(value), value)


def claims_of(stated: Mapping[str, JSON]) -> dict[str, Claim]:
    """The claims in a record's fields ``claimed_…``, without that prefix."""
    found: dict[str, Claim] = {}
    for name in ("runtime", "parameters"):
        if isinstance(value := stated.get(name), int | float):
            found[name] = number_claim(name, float(value))
    if isinstance(device := stated.get("device"), str):
        found["device"] = Claim(device)
    elif "cpu" in stated:
        found["device"] = Claim("CPU" if stated["cpu"] else "GPU")
    if "extra_data" in stated:
        found["extra_data"] = Claim("yes" if stated["extra_data"] else "no")
    return {name: found[name] for name in TITLES if name in found}
