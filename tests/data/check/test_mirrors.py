"""Every spelling that a layout knows finds the same scenes, whichever it stands beside."""

from __future__ import annotations

from itertools import chain, product
from pathlib import Path

import pytest
from test_broken_copies import layouts

from restorebench.data.layouts.layout import Layout
from restorebench.data.layouts.listing import list_split
from restorebench.testing.fake_copy import identifiers, scene_paths


def touch(folder: Path, pattern: str, key: str) -> None:
    """Empty files of a scene at a pattern."""
    for path in chain(*scene_paths(pattern, key)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()


@pytest.mark.parametrize("name", layouts())
def test_all_spellings_are_found(name: str, tmp_path: Path) -> None:
    layout: Layout = layouts()[name]
    for number, (split, rule) in enumerate(layout.splits.items()):
        for degraded, target in product(rule.degraded, rule.target or [""]):
            folder = tmp_path / str(len(list(tmp_path.iterdir())))
            for key in identifiers(rule, 2, number):
                touch(folder, degraded, key)
                if target:
                    touch(folder, target, key)
            listing = list_split(layout, folder, split)
            assert listing.problems == (), (degraded, target)
            several = "*" in degraded.rpartition("/")[2] or "*" in target.rpartition("/")[2]
            assert len(listing.scenes) == (4 if several else 2), (degraded, target)
