"""paper.md: every name that it gives is defined in the file beside it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "paper.md"
PLACE = re.compile(r"\[`[^`]+`\]\((\S+\.py)\): ((?:`\w+`(?:, )?)+)")


def defined(path: Path) -> Iterator[str]:
    """The names of a module's functions, classes and constants."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_every_name_is_in_its_file():
    places = PLACE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(places) > 12
    for link, names in places:
        assert set(re.findall(r"\w+", names)) <= set(defined(PAGE.parent / link)), link
