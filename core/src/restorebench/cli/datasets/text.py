"""What `datasets show` says of a data set, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_FIELDS = ("degraded", "target", "mask", "depth")


def description(facts: Mapping[str, Any]) -> Iterator[str]:
    """The lines about a data set, from its facts."""
    yield " · ".join(filter(None, [facts["name"], facts["task"], facts.get("title")]))
    yield facts["summary"]
    yield _place(facts)
    for key, label in (("licence", "terms"), ("obtain", "to get it"), ("citation", "citation")):
        if facts.get(key):
            yield f"{label}: {facts[key]}"
    if size := facts.get("size"):
        yield f"images: {size[0]}×{size[1]}"
    if "layout" not in facts:
        yield f"splits: {', '.join(facts['splits'])}"
    for name, split in facts.get("layout", {}).items():
        yield from _split(name, split)


def _place(facts: Mapping[str, Any]) -> str:
    if source := dict(facts.get("options", ())).get("source"):
        return f"a table of Hugging Face datasets: {source}"
    if "layout" not in facts:
        return "{distribution} {version} makes its samples".format(**facts["provider"])
    if facts["place"] is not None:
        return f"here: {facts['place']}"
    names = " or ".join(f"DIR/{name}" for name in facts["folders"]) or "DIR"
    return f"not on this machine: put it into {names} and give --data-root DIR"


def _split(name: str, split: Mapping[str, Any]) -> Iterator[str]:
    whole = f"{split['count']:,} samples" if split["count"] else ""
    there = f"{split['samples']:,} here" if "samples" in split else ""
    counts = ", ".join(filter(None, [whole, there]))
    yield f"{name}: {counts}" if counts else f"{name}:"
    for field in _FIELDS:
        if split[field]:
            yield f"  {field:<9} {' or '.join(split[field])}"
    if split["only"]:
        yield f"  {'only':<9} {_some(split['only'])}"
    if rule := split["condition"]:
        parts = [*rule["file"], *map(str, rule["numbers"]), rule["reader"]]
        yield f"  condition {' '.join(filter(None, parts))}"
    if split.get("first"):
        yield f"  such as   {' · '.join(split['first'])}"
    yield from (f"  problem   {line}" for line in split.get("problems", ()))
    yield from (f"  note      {line}" for line in split.get("notes", ()))


def _some(texts: Sequence[str]) -> str:
    return ", ".join(texts[:8]) + (", …" if len(texts) > 8 else "")
