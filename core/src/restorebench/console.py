"""A console for untrusted text: names of files, labels, messages of exceptions."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from io import TextIOWrapper
from typing import IO, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_SURROGATES = re.compile(r"[\ud800-\udfff]+")
_NO_BYTE = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")  # Python keeps bytes as the others
_HIGH_CONTROL = re.compile(r"[\x7f-\x9f]")
_HIGH = re.compile(r"[^\x00-\x7f]")
_MARKS = 30
"""Marks that may follow one letter: UAX #15's stream-safe text, far more than languages need."""
_MANY = re.compile(rf"[\u0300-\U0010ffff]{{{_MARKS + 1},}}")
_ONLY_MARKS = "\u0f73\u0f75\u0f81"  # letters by their class, which decompose into marks alone
_JOINER = "\u034f"


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
    """`text` with what no terminal shows, except tab and newline, written as escapes.

    That are control characters, marks of writing direction, and bytes of file names that are not
    UTF-8 (lone surrogates in Python).
    """
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], legible(text))


def legible(name: str) -> str:
    """The name of a file as text: a byte that is not UTF-8 is written as ``\\xe9``."""
    if name.isascii():
        return name
    whole = _NO_BYTE.sub(lambda found: f"\\u{ord(found[0]):04x}", name)
    return whole.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def composed(text: str) -> str:
    """The text in Unicode's form NFC, in time proportional to its length.

    Sorting the marks of one letter takes the square of their number, so after every 30 of them
    the grapheme joiner is put in, as UAX #15 (13, stream-safe text) has it.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _MANY.sub(lambda found: _with_joiners(found[0]), text))


def _with_joiners(text: str) -> str:
    parts, run = [], 0
    for character in text:
        is_mark = unicodedata.combining(character) or character in _ONLY_MARKS
        run = run + 1 if is_mark else 0
        if run > _MARKS:
            parts.append(_JOINER)
            run = 1
        parts.append(character)
    return "".join(parts)


def json_text(text: str, encoding: str = "utf-8") -> str:
    """JSON that `encoding` can write: it escapes what that lacks, and control characters.

    Bytes of file names that are not UTF-8 become text, as in `legible`.
    """
    text = _SURROGATES.sub(lambda found: legible(found[0]).replace("\\", "\\\\"), text)
    text = _HIGH_CONTROL.sub(_escaped, text)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return _HIGH.sub(_escaped, text)
    return text


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return json.dumps(found[0])[1:-1] if code > 0x7F else f"\\u{code:04x}"


def escape_unencodable(*streams: object) -> None:
    """Make text streams write an escape for what their encoding lacks, instead of failing."""
    for stream in streams:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
