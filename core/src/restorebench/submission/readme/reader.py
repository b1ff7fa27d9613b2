"""Reading a readme: lines in any order, each understood or mentioned in a warning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType

from restorebench.submission.archive.finding import Finding, UploadError, shown
from restorebench.submission.readme.contradictions import contradictions
from restorebench.submission.readme.extra_data import used_extra_data
from restorebench.submission.readme.labels import PLAIN, kind_of, legend_of, squeezed
from restorebench.submission.readme.readme import NAME, TEMPLATE, Readme
from restorebench.submission.readme.values import QUANTITIES, Quantity

_BULLET = re.compile(r"^\W*(?:\d+\s*[.)]\s*)?\W*")
_SEPARATED = re.compile(r"[/|#,;]|or|and")
_SHORT = 40
"""Characters of what still reads as a device or a data set, not as a sentence."""


def parse_readme(data: bytes) -> Readme:
    """Read the file; raises a fatal `UploadError` where it is not text."""
    reader = _Reader()
    for line in decode_text(data).splitlines():
        reader.take(line)
    return reader.readme()


def decode_text(data: bytes) -> str:
    """UTF-8 or UTF-16 with its mark, else Windows' Western code page; a `UploadError` if binary."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} and "\0" not in (
        text := data.decode("utf-16", "replace")
    ):
        return text
    control = sum(b < 32 and b not in b"\t\n\r\f" for b in data)
    if b"\0" in data or control > 3 + len(data) / 100:
        raise UploadError("is binary, not text", f"write the four lines: {TEMPLATE!r}", "fatal")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


class _Reader:
    """Takes lines in any order; a label counts the first time."""

    def __init__(self) -> None:
        self._found: dict[str, str | float | bool] = {}
        self._seen: set[str] = set()
        self._others: dict[str, str] = {}
        self._text: list[str] | None = None
        self._notes: list[str] = []

    def take(self, raw: str) -> None:
        """Read the next line."""
        line = _BULLET.sub("", raw.replace("：", ":"), count=1).strip()
        label, colon, value = (part.strip() for part in line.partition(":"))
        kind = kind_of(label) if colon else None
        if "otherdescription" in squeezed(label):
            self._text = [value]
        elif kind is not None and kind not in PLAIN:
            self._keep(kind, label, value.rpartition(":")[2].strip())
        elif self._text is not None:  # the description's further lines, and those that others add
            self._text.append(raw.strip())
            if kind is not None and kind not in self._seen and _is_short(kind, label, value):
                self._keep_plain(kind, label, value)
        elif kind is not None:
            self._keep_plain(kind, label, value)
        elif line and (colon or self._seen):  # else a sentence before the first label
            self._notes.append(f"this line is not understood: {shown(line)!r}")

    def _keep_plain(self, kind: str, label: str, value: str) -> None:
        """A line whose label has no choices."""
        if self._twice(kind, label):
            return
        if kind in QUANTITIES:
            self._keep_quantity(kind, label, value)
        elif kind != "plain-extra":
            self._found[kind] = shown(value)
        elif (given := used_extra_data(value)) is None:
            self._notes.append(f"{shown(label)}: {shown(value)!r} is neither yes nor no")
        else:
            self._found["extra"] = given

    def _keep_quantity(self, kind: str, label: str, value: str) -> None:
        """A number, from right behind the label or from behind a further colon, alone there."""
        found = QUANTITIES[kind](label, value)
        before, colon, last = value.rpartition(":")
        if found.value is None and colon and not re.search(r"(?<![\w.])[0-9]", before):
            other = QUANTITIES[kind](label, last.strip())
            if other.value is not None:
                left = f"{shown(before.strip())!r} is left of the {kind}"
                found = Quantity(other.value, f"{left}; {other.note}" if other.note else left)
        if found.note:
            self._notes.append(found.note)
        if found.value is not None:
            self._found[kind] = found.value

    def _twice(self, kind: str, label: str) -> bool:
        known = kind in self._seen
        self._seen.add(kind)
        if known:
            self._notes.append(f"{shown(label)!r} is there twice; the first one counts")
        return known

    def _keep(self, kind: str, label: str, value: str) -> None:
        """A line with a choice, such as ``CPU[1] / GPU[0]``."""
        if kind != "other" and self._twice(kind, label):
            return
        self._seen.add(kind)
        if (choice := self._choice(label, value)) is None:
            self._notes.append(f"{shown(label)}: {shown(value)!r} is neither 0 nor 1")
        elif kind == "other":
            self._others[" / ".join(shown(name) for name, _ in legend_of(label))] = choice
        else:
            self._found[kind] = squeezed(choice) == {"cpu": "cpu", "extra": "extradata"}[kind]

    def _choice(self, label: str, value: str) -> str | None:
        """The alternative of the label's own legend that the value picks, by digit or by name."""
        legend: dict[str, str] = {digit: name for name, digit in legend_of(label)}
        if set(legend) != {"0", "1"}:
            return None
        if "cpu" in squeezed(legend["0"]) or "noextra" in squeezed(legend["1"]):
            self._notes.append(f"{shown(label)!r} has the digits the wrong way round; they count")
        if (digit := re.match(r"\W{0,9}(?<!-)([01])(?![\d.])", value)) is not None:
            others = {squeezed(name) for key, name in legend.items() if key != digit[1]}
            rest = _SEPARATED.sub("", squeezed(value[digit.end() :]), count=1).strip("()[]=-:,;")
            return None if rest in {*others, "0", "1"} - {digit[1]} else legend[digit[1]]
        words = [name for name in legend.values() if squeezed(name) == squeezed(value)]
        return words[0] if words else None

    def readme(self) -> Readme:
        """What was found, with warnings for what is absent, unclear or contradictory."""
        cpu, extra = self._found.get("cpu"), self._found.get("extra")
        text = "\n".join(self._text or ()).strip()
        warnings = [*self._notes, *self._absent(), *contradictions(text, cpu, extra)]
        return Readme(
            runtime=self._number("runtime"),
            parameters=None if (size := self._number("parameters")) is None else int(size),
            architecture=str(self._found.get("architecture", "")),
            device=str(self._found.get("device", "")),
            cpu=None if cpu is None else bool(cpu),
            extra_data=None if extra is None else bool(extra),
            description=text,
            others=MappingProxyType(dict(self._others)),
            findings=tuple(Finding("warning", NAME, what) for what in warnings),
        )

    def _number(self, kind: str) -> float | None:
        found = self._found.get(kind)
        return float(found) if isinstance(found, int | float) else None

    def _absent(self) -> Iterator[str]:
        lines = dict(zip(("runtime", "cpu", "extra"), TEMPLATE.splitlines(), strict=False))
        if "device" in self._found:  # the form of 2026, which has no free text
            del lines["cpu"]
        for kind, line in lines.items():
            if kind not in self._found:
                yield f"says nothing readable under {line.rstrip(' :')!r}"
        if self._text is None and "cpu" in lines:
            yield "has no 'Other description'"


def _is_short(kind: str, label: str, value: str) -> bool:
    """Whether a line below the description is one of the form's, rather than a sentence of it."""
    if kind in QUANTITIES:
        return QUANTITIES[kind](label, value).value is not None
    return kind != "architecture" and 0 < len(value) <= _SHORT
