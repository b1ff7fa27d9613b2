"""troubleshooting.md: each message that it quotes is in the source, but for what varies."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
QUOTED = re.findall(r"^### `(.*)`$", PAGE, re.MULTILINE)
JOINED = re.compile(r'"\s*\n\s*f?"')
"""Where a text goes on in the next line."""


@cache
def source() -> str:
    """The code of core and plugins, with each of its texts in one line."""
    files = [*ROOT.glob("core/src/**/*.py"), *ROOT.glob("plugins/*/src/**/*.py")]
    text = "\n".join(JOINED.sub("", file.read_text(encoding="utf-8")) for file in files)
    return text.replace("{{", "{").replace("}}", "}")


@pytest.mark.parametrize("message", QUOTED)
def test_a_quoted_message_is_in_the_source(message):
    """… stands for what varies; each part between is there as it is quoted."""
    parts = [part.strip(" .;:,") for part in message.split("…")]
    parts = [part for part in parts if len(part) > 2]
    assert parts
    assert [part for part in parts if part not in source()] == []


def test_there_are_enough_of_them():
    assert 20 <= len(QUOTED) <= 40
    assert len(set(QUOTED)) == len(QUOTED)
