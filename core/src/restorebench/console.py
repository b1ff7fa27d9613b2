"""A console for untrusted text: names of files, labels, messages of exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import TextIOWrapper
from typing import IO, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class PlainConsole(Console):
    """Prints text as it is: no markup, no emoji codes, control characters as escapes."""

    def __init__(
        self, file: IO[str] | None = None, *, stderr: bool = False, width: int | None = None
    ) -> None:
        plain: Any = {"highlight": False, "markup": False, "emoji": False}
        super().__init__(file=file, stderr=stderr, width=width, **plain)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Segments without terminal escapes, other than rich's own."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))


def visible(text: str) -> str:
    """`text` with control characters, except tab and newline, written as escapes."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


def escape_unencodable(*streams: object) -> None:
    """Make text streams write an escape for what their encoding lacks, instead of failing."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
