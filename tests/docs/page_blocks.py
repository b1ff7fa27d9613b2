"""The code blocks of a page, what kind each is, and the commands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"(?:^<!-- (?P<note>.*?) -->\n)?^```(?P<language>[\w-]*)\n(?P<text>.*?)^```$", re.M | re.S
)
FILE = re.compile(r"# ([\w./-]+\.\w+)\n")
SHELL = {"", "bash", "console", "sh"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the comment right above it."""

    language: str
    text: str
    note: str
    line: int

    @property
    def file(self) -> str | None:
        """The path in the block's first line, where it is a file that the reader writes."""
        named = FILE.match(self.text) if self.language in {"python", "toml"} else None
        return named[1] if named else None

    @property
    def is_shell(self) -> bool:
        """Whether it holds commands, or what they print."""
        return self.language in SHELL

    def commands(self) -> Iterator[str]:
        """Each command with its comment; of a console, the lines after a prompt alone."""
        text = self.text.replace("\\\n", " ")
        for line in text.splitlines():
            if self.language == "console" or "$ " in text[:2]:
                if line.startswith("$ "):
                    yield line.removeprefix("$ ")
            elif line.strip():
                command, mark, comment = line.partition("#")
                yield from (f"{one} {mark}{comment}".strip() for one in command.split("; "))


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(m["language"], m["text"], m["note"] or "", text[: m.start("text")].count("\n"))
        for m in FENCE.finditer(text)
    ]
