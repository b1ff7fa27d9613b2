"""CSV files as spreadsheets write them: any usual encoding, separator and decimal mark."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from restorebench.console import composed
from restorebench.errors import OptionError

ABSENT = frozenset({"", "-", "–", "—", "n/a", "na", "nan", "none", "null"})
"""Cells, in lower case, that stand for no value."""

_LARGEST = 64 << 20
"""Bytes of a file; a device such as /dev/zero never ends."""
_SEPARATORS = ";\t,"  # of two that are equally frequent in the first line, the first one
_DECIMAL_POINT = re.compile(r"[+-]?[0-9]*\.[0-9]+")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf|∞)")


@dataclass(frozen=True)
class CsvLines:
    """The lines of a CSV file that are not blank: their numbers in the file, and their cells.

    Cells are stripped and in Unicode's form NFC. `comma` says that decimals have a comma, which
    they can where cells are separated by something else.
    """

    path: Path
    lines: tuple[tuple[int, tuple[str, ...]], ...]
    comma: bool = False

    def number(self, cell: str) -> float | None:
        """The number in a cell; None for any other text, of which NaN is one, and 1e400."""
        text = cell.replace("−", "-").lower()
        if self.comma and _DECIMAL_COMMA.match(text):
            text = text.replace(",", ".", 1)
        if not _NUMBER.fullmatch(text):
            return None
        value = float(text.replace("∞", "inf"))
        return None if math.isinf(value) and text[-1].isdigit() else value  # such as 1e400


@dataclass(frozen=True)
class CsvTable:
    """A CSV file whose first line has headings: the columns by heading, `line` of each row."""

    source: CsvLines
    line: tuple[int, ...]
    columns: Mapping[str, tuple[str, ...]]

    def numbers(self, heading: str) -> list[float]:
        """A column of numbers, NaN where a cell is absent (`ABSENT`).

        Raises `OptionError` with the line of the first cell that is anything else.
        """
        found = []
        for line, cell in zip(self.line, self.columns[heading], strict=True):
            value = float("nan") if cell.lower() in ABSENT else self.source.number(cell)
            if value is None:
                msg = f"{self.source.path}, line {line}: {heading} is {cell!r}, not a number"
                raise OptionError(f"{msg}{self._hint(cell)}")
            found.append(value)
        return found

    def _hint(self, cell: str) -> str:
        """What to do where a number is written in another way than the file's."""
        if _NUMBER.fullmatch(cell.lower()):
            return "; it is too large for one"
        if _DECIMAL_COMMA.fullmatch(cell):
            return f"; write it with a point, {cell.replace(',', '.')}"
        return "; leave the cell empty where there is none"


def read_lines(path: Path) -> CsvLines:
    """The lines of a CSV file.

    UTF-8 and UTF-16 (with its mark) are recognised, else the Windows code page 1252 is assumed;
    cells are separated by commas, semicolons or tabs. Raises `OptionError` for another file.
    """
    text = _text(path)
    separator, body = _separator(text)
    # A lone carriage return ends a line too, as `newline=None` has it.
    reader = csv.reader(io.StringIO(body, newline=None), delimiter=separator, strict=False)
    first = text.count("\n", 0, len(text) - len(body))
    if (line := _unclosed(body, separator)) is not None:
        msg = f"{path}, line {first + line}: a quotation mark is never closed"
        raise OptionError(msg)
    try:
        lines = tuple(
            (first + reader.line_num, tuple(map(_stripped, row)))
            for row in reader
            if any(cell.strip() for cell in row)
        )
    except csv.Error as error:
        msg = f"{path}, line {first + reader.line_num}: it cannot be read as CSV: {error}"
        raise OptionError(msg) from error
    cells = [cell for _, row in lines for cell in row]
    comma = separator != "," and not any(map(_DECIMAL_POINT.fullmatch, cells))
    return CsvLines(path, lines, comma)


def _unclosed(body: str, separator: str) -> int | None:
    """The line of a quotation mark that has no second one: its cell is the rest of the file.

    Other marks out of place, which a strict reader refuses too, are read as they stand.
    """
    reader, last = csv.reader(io.StringIO(body, newline=None), delimiter=separator, strict=True), 0
    try:
        for _ in reader:
            last = reader.line_num
    except csv.Error as error:
        return last + 1 if "unexpected end of data" in str(error) else None
    return None


def _stripped(cell: str) -> str:
    """A cell without spaces, and without the apostrophe that marks a text such as ``'=x``."""
    text = cell.strip()
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def read_table(path: Path) -> CsvTable:
    """A CSV file with headings; columns without heading and cells are left out.

    Raises `OptionError` where it cannot be read, has no headings, has one of them twice, or has a
    line with more cells than headings.
    """
    source = read_lines(path)
    if len(source.lines) < 2:
        msg = f"{path} has no lines of values below a line of headings"
        raise OptionError(msg)
    (_, heads), *rows = source.lines
    lines = [(number, _fitted(path, number, cells, len(heads))) for number, cells in rows]
    columns: dict[str, tuple[str, ...]] = {}
    for place, heading in enumerate(heads):
        cells = tuple(row[place] for _, row in lines)
        if not heading and not any(cells):
            continue
        if not heading or heading in columns:
            what = f"the heading {heading!r} is there twice" if heading else "a heading is empty"
            msg = f"{path}: {what} (column {place + 1}); give each column a heading of its own"
            raise OptionError(msg)
        columns[heading] = cells
    return CsvTable(source, tuple(number for number, _ in lines), columns)


def _fitted(path: Path, line: int, cells: Sequence[str], width: int) -> tuple[str, ...]:
    if any(cells[width:]):
        msg = f"{path}, line {line}: it has {len(cells)} cells under {width} headings"
        raise OptionError(f"{msg}; a cell that contains the separator needs quotation marks")
    return (*cells[:width], *[""] * (width - len(cells)))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        msg = f"{path} cannot be read as a CSV file: {error.strerror or error}"
        raise OptionError(msg) from error
    if len(data) > _LARGEST:
        msg = f"{path} has more than {_LARGEST >> 20} MiB, which no table of scores has"
        raise OptionError(msg)
    text = next(_decoded(data))
    if "\0" in text:
        msg = f"{path} is not text; save it as CSV in UTF-8"
        raise OptionError(msg)
    return composed(text)


def _decoded(data: bytes) -> Iterator[str]:
    """The text in the first of the encodings that fits; the last one fits always."""
    utf16 = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ("utf-16" if utf16 else "utf-8-sig", "cp1252"):
        try:
            yield data.decode(encoding)
        except UnicodeDecodeError:
            continue
    yield data.decode("latin-1")


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without the line ``sep=;`` that is for Excel."""
    if (found := re.match(r"sep=(.)\r?\n?", text)) is not None:
        return found[1], text[found.end() :]
    first = next(filter(None, (line.strip() for line in text.splitlines())), "")
    outside = re.sub(r'"[^"]*"', "", first)
    return max(_SEPARATORS, key=outside.count), text
