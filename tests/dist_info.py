"""Distributions that tests lay out as pip would, without building a wheel."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def write_dist_info(site: Path, name: str, plugins: Iterable[str], version: str = "1.0") -> Path:
    """The metadata of an installed distribution, whose `plugins` read ``toy = toy_task``."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text("\n".join(["[restorebench]", *plugins, ""]))
    return info
