"""``readme.txt`` of a submission: NTIRE's four lines, and what others put beside them.

The form, as challenge pages give it (the value comes after the last colon)::

    runtime per image [s] : 10.43
    CPU[1] / GPU[0] : 0
    Extra Data [1] / No Extra Data [0] : 0
    Other description : free text, over as many lines as it takes
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from restorebench.submission.archive.finding import Finding, UploadError, shown
from restorebench.submission.readme_claims import contradictions

NAME = "readme.txt"

TEMPLATE = """runtime per image [s] :
CPU[1] / GPU[0] :
Extra Data [1] / No Extra Data [0] :
Other description :
"""

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d+)?")
_BULLET = re.compile(r"^\W*(?:\d+\s*[.)]\s*)?\W*")


@dataclass(frozen=True)
class Readme:
    """What a team says of itself; None where it does not, or not readably.

    `runtime` in seconds per image, `cpu` (else GPU), `extra_data`, the free `description`, and
    `others`: further choices by their label, such as ``{"LLM / No LLM": "No LLM"}``. `findings`
    are all warnings.
    """

    runtime: float | None = None
    cpu: bool | None = None
    extra_data: bool | None = None
    description: str = ""
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()

    def numbers(self) -> dict[str, float]:
        """What of it is a number, under the names that score files use."""
        flags = {"cpu": self.cpu, "extra_data": self.extra_data}
        given = {"runtime": self.runtime}
        given |= {name: None if flag is None else int(flag) for name, flag in flags.items()}
        return {name: value for name, value in given.items() if value is not None}


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
        self._others: dict[str, str] = {}
        self._text: list[str] | None = None
        self._notes: list[str] = []

    def take(self, raw: str) -> None:
        line = _BULLET.sub("", raw.replace("：", ":"), count=1).strip()
        label, colon, value = (part.strip() for part in line.rpartition(":"))
        kind = _kind(label) if colon else None
        if "otherdescription" in _squeezed(line.partition(":")[0]):
            self._text = [line.partition(":")[2].strip()]
        elif kind is not None:
            self._keep(kind, label, value)
        elif self._text is not None:  # the description's further lines
            self._text.append(raw.strip())
        elif line:
            self._notes.append(f"this line is not understood: {shown(line)!r}")

    def _keep(self, kind: str, label: str, value: str) -> None:
        if kind in self._found:
            self._notes.append(f"{label!r} is there twice; the first one counts")
        elif kind == "runtime":
            self._keep_runtime(label, value)
        elif (choice := self._choice(label, value)) is None:
            self._notes.append(f"{shown(label)}: {shown(value)!r} is neither 0 nor 1")
        elif kind == "other":
            self._others[" / ".join(shown(name) for name, _ in _legend(label))] = choice
        else:
            self._found[kind] = _squeezed(choice) == {"cpu": "cpu", "extra": "extradata"}[kind]

    def _keep_runtime(self, label: str, value: str) -> None:
        match = _NUMBER.search(value)
        number = float(match.group().replace(",", ".")) if match else math.nan
        if not (0 <= number < math.inf):
            self._notes.append(f"the runtime {shown(value)!r} is not a number of seconds")
            return
        if "[ms]" in _squeezed(label) or re.search(r"\d\s*ms\b", value):
            number /= 1000
            self._notes.append(f"the runtime is given in milliseconds; read as {number:g} s")
        self._found["runtime"] = number

    def _choice(self, label: str, value: str) -> str | None:
        """The alternative of the label's own legend that the value picks, by digit or by name."""
        legend: dict[str, str] = {digit: name for name, digit in _legend(label)}
        if set(legend) != {"0", "1"}:
            return None
        if "cpu" in _squeezed(legend["0"]) or "noextra" in _squeezed(legend["1"]):
            self._notes.append(f"{shown(label)!r} has the digits the wrong way round; they count")
        if (digit := re.match(r"\W*([01])(?![\d.])", value)) is not None:
            return legend[digit.group(1)]
        words = [name for name in legend.values() if _squeezed(name) == _squeezed(value)]
        return words[0] if words else None

    def readme(self) -> Readme:
        """What was found, with warnings for what is absent, unclear or contradictory."""
        cpu, extra = self._found.get("cpu"), self._found.get("extra")
        text = "\n".join(self._text or ()).strip()
        warnings = [*self._notes, *self._absent(), *contradictions(text, cpu, extra)]
        return Readme(
            runtime=self._found.get("runtime"),  # type: ignore[arg-type]
            cpu=None if cpu is None else bool(cpu),
            extra_data=None if extra is None else bool(extra),
            description=text,
            others=MappingProxyType(dict(self._others)),
            findings=tuple(Finding("warning", NAME, what) for what in warnings),
        )

    def _absent(self) -> Iterator[str]:
        lines = dict(zip(("runtime", "cpu", "extra"), TEMPLATE.splitlines(), strict=False))
        for kind, line in lines.items():
            if kind not in self._found:
                yield f"says nothing readable under {line.rstrip(' :')!r}"
        if self._text is None:
            yield "has no 'Other description'"


def _kind(label: str) -> str | None:
    text = _squeezed(label)
    if text.startswith("runtime"):
        return "runtime"
    legend = _legend(label)
    if len(legend) != 2:
        return None
    names = {_squeezed(name) for name, _ in legend}
    if names == {"cpu", "gpu"}:
        return "cpu"
    return "extra" if names == {"extradata", "noextradata"} else "other"


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
