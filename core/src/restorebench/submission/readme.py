"""``readme.txt`` of a submission: NTIRE's four lines, the five of 2026, and what others add.

The two forms, as challenges give them::

    runtime per image [s] : 10.43               Architecture Name:NAFNet-L
    CPU[1] / GPU[0] : 0                         Parameters:23.10M
    Extra Data [1] / No Extra Data [0] : 0      Runtime:0.123s
    Other description : free text, over         Device:NVIDIA GeForce RTX 3090
    as many lines as it takes                   Extra data:No
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from restorebench.submission.archive.finding import Finding, UploadError, shown
from restorebench.submission.readme_claims import contradictions
from restorebench.submission.readme_values import Quantity, count, seconds

NAME = "readme.txt"

TEMPLATE = """runtime per image [s] :
CPU[1] / GPU[0] :
Extra Data [1] / No Extra Data [0] :
Other description :
"""

_BULLET = re.compile(r"^\W*(?:\d+\s*[.)]\s*)?\W*")


@dataclass(frozen=True)
class Readme:
    """What a team says of itself; None, or ``""``, where it does not, or not readably.

    `runtime` in seconds per image, `cpu` (else GPU), `extra_data`, the free `description`,
    `architecture`, `device`, the number of `parameters`, and `others`: further choices by their
    label, such as ``{"LLM / No LLM": "No LLM"}``. `findings` are all warnings.
    """

    runtime: float | None = None
    cpu: bool | None = None
    extra_data: bool | None = None
    description: str = ""
    architecture: str = ""
    device: str = ""
    parameters: int | None = None
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()

    def numbers(self) -> dict[str, float]:
        """What of it is a number, under the names that score files use."""
        flags = {"cpu": self.cpu, "extra_data": self.extra_data}
        given = {"runtime": self.runtime, "parameters": self.parameters}
        given |= {name: None if flag is None else int(flag) for name, flag in flags.items()}
        return {name: value for name, value in given.items() if value is not None}

    def claims(self) -> dict[str, float | str]:
        """What of it is shown beside the scores."""
        return {**self.numbers(), **({"device": self.device} if self.device else {})}


def parse_readme(data: bytes) -> Readme:
    """Read the file; raises a fatal `UploadError` where it is not text."""
    reader = _Reader()
    for line in decode_text(data).splitlines():
        reader.take(line)
    return reader.readme()


def decode_text(data: bytes) -> str:
    """UTF-8 or UTF-16 with its mark, else Windows' Western code page; a `UploadError` if binary."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
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
        line = _BULLET.sub("", raw.replace("：", ":"), count=1).strip()
        label, colon, value = (part.strip() for part in line.partition(":"))
        kind = _kind(label) if colon else None
        if "otherdescription" in _squeezed(label):
            self._text = [value]
        elif kind is not None and kind not in _PLAIN:
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
        if kind in _QUANTITIES:
            self._keep_quantity(kind, label, value)
        elif kind != "plain-extra":
            self._found[kind] = shown(value)
        elif (given := _yes(value)) is None:
            self._notes.append(f"{shown(label)}: {shown(value)!r} is neither yes nor no")
        else:
            self._found["extra"] = given

    def _keep_quantity(self, kind: str, label: str, value: str) -> None:
        """A number, from right behind the label or from behind a further colon, alone there."""
        found = _QUANTITIES[kind](label, value)
        before, colon, last = value.rpartition(":")
        if found.value is None and colon and not re.search(r"(?<![\w.])[0-9]", before):
            other = _QUANTITIES[kind](label, last.strip())
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
            self._others[" / ".join(shown(name) for name, _ in _legend(label))] = choice
        else:
            self._found[kind] = _squeezed(choice) == {"cpu": "cpu", "extra": "extradata"}[kind]

    def _choice(self, label: str, value: str) -> str | None:
        """The alternative of the label's own legend that the value picks, by digit or by name."""
        legend: dict[str, str] = {digit: name for name, digit in _legend(label)}
        if set(legend) != {"0", "1"}:
            return None
        if "cpu" in _squeezed(legend["0"]) or "noextra" in _squeezed(legend["1"]):
            self._notes.append(f"{shown(label)!r} has the digits the wrong way round; they count")
        if (digit := re.match(r"\W{0,9}([01])(?![\d.])", value)) is not None:
            others = {_squeezed(name) for key, name in legend.items() if key != digit[1]}
            said_both = _squeezed(value[digit.end() :]).strip("()[]=-:,;") in others
            return None if said_both else legend[digit[1]]
        words = [name for name in legend.values() if _squeezed(name) == _squeezed(value)]
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


_SHORT = 40
"""Characters of what still reads as a device or a data set, not as a sentence."""
_QUANTITIES = {"runtime": seconds, "parameters": count}
_PLAIN = frozenset({*_QUANTITIES, "plain-extra", "device", "architecture"})
"""The kinds of lines whose label has no choices."""
_LABELS = (
    ("runtime", re.compile(r"(?!.{0,40}train).{0,20}(?:run|running|inference)time.{0,60}")),
    (
        "parameters",
        re.compile(r"#?(?:numberof|num|total)?(?:model)?param(?:eter)?s.{0,40}"),
    ),
    ("device", re.compile(r"(?:device|hardware|gpu|gpumodel)(?:name|used)?")),
    ("architecture", re.compile(r"(?:architecture|method|model|network)(?:name)?")),
    ("plain-extra", re.compile(r"(?:extra|external|additional)(?:training)?data(?:used)?")),
)


def _kind(label: str) -> str | None:
    text = _squeezed(label)
    if len(legend := _legend(label)) == 2:
        names = {_squeezed(name) for name, _ in legend}
        if names == {"cpu", "gpu"}:
            return "cpu"
        return "extra" if names == {"extradata", "noextradata"} else "other"
    return next((kind for kind, pattern in _LABELS if pattern.fullmatch(text[:120])), None)


def _is_short(kind: str, label: str, value: str) -> bool:
    """Whether a line below the description is one of the form's, rather than a sentence of it."""
    if kind in _QUANTITIES:
        return _QUANTITIES[kind](label, value).value is not None
    return kind != "architecture" and 0 < len(value) <= _SHORT


def _yes(value: str) -> bool | None:
    """Whether extra data were used: yes or no, or the names of the data."""
    text = _squeezed(value).strip(".")
    if text in {"no", "none", "-", "0", "false", "n/a", "without"} or text.startswith("no("):
        return False
    return True if text and text not in {"?", "unknown"} else None


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


def _legend(label: str) -> list[tuple[str, str]]:
    """Names and digits of ``CPU[1] / GPU[0]``; split, not searched for, so that it is linear."""
    found = []
    for before, after in pairwise(label.split("[")):
        digit, closed, _ = after.partition("]")
        name = before.rpartition("]")[2].rpartition("/")[2].strip()
        if name and closed and digit.strip() in {"0", "1"}:
            found.append((name, digit.strip()))
    return found
