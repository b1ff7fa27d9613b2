"""Weights on this machine: LPIPS's trunks and the models that plugins bring, by their hashes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from restorebench.cli.doctor.finding import Finding, State
from restorebench.cli.doctor.targets import found_module
from restorebench.metrics.hub_file import file_sha256
from restorebench.metrics.lpips.trunks import TRUNKS

if TYPE_CHECKING:
    from restorebench.plugins import Suite

LARGEST = 16 << 20
"""Bytes of a file that is hashed at once."""
_KINDS = {".safetensors", ".md"}
_STATES: dict[str, State] = {"here": "ok", "missing": "missing", "damaged": "broken"}


def examine(found: Suite) -> Iterator[Finding]:
    """LPIPS's trunks, and the weights of packages whose targets are in ``PACKAGE.packaged``."""
    for name, trunk in TRUNKS.items():
        state, detail = trunk.status(LARGEST)
        yield Finding("weights", f"LPIPS trunk {name}", _STATES[state], detail)
    modules = {spec.target.partition(":")[0] for spec in found.restorers}
    ends = ".packaged"
    for package in sorted(m.removesuffix(ends) for m in modules if m.endswith(ends)):
        yield from _packaged(package)


def _packaged(package: str) -> Iterator[Finding]:
    """Whether each file has the hash that the card beside it states."""
    module = found_module(package)
    folder = Path((module and module.origin) or "").parent / "weights"
    if module is None or not folder.is_dir():
        return
    yield stated(package, folder)


def stated(package: str, folder: Path) -> Finding:
    """Whether the models in a folder are those of the cards there."""
    models = sorted({p.with_suffix(".safetensors") for p in folder.iterdir() if p.suffix in _KINDS})
    wrong = [model.name for model in models if not _as_stated(model)]
    if wrong:
        detail = f"{', '.join(wrong)} in {folder}: not the file of its card; install it again"
        return Finding("weights", package, "broken", detail)
    return Finding("weights", package, "ok", f"{len(models)} models, as their cards state")


def _as_stated(model: Path) -> bool:
    card = model.with_suffix(".md")
    if not model.is_file() or not card.is_file():
        return model.is_file()
    return file_sha256(model) in card.read_text(encoding="utf-8")
