"""Findings: what is wrong with an upload, and how severe it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Literal, TypeAlias

from restorebench.errors import RestorebenchError

Severity: TypeAlias = Literal["fatal", "error", "warning", "note"]
"""``fatal``: the upload is refused and nothing in it is read. ``error``: an image cannot be
scored, so the upload is rejected unless partial scores were asked for. The others reject nothing.
"""

SEVERITIES: tuple[Severity, ...] = ("fatal", "error", "warning", "note")

_LISTED = 5
"""Members that one line names."""
_LONGEST = 80
"""Characters of a member's name that are shown."""


@dataclass(frozen=True)
class Finding:
    """One observation: about which member (``""``: the whole upload), what it is, what to do."""

    severity: Severity
    member: str
    what: str
    do: str = ""

    def __str__(self) -> str:
        where = f"{shown(self.member)}: " if self.member else ""
        return f"{self.severity}: {where}{self.what}{'; ' * bool(self.do)}{self.do}"

    def facts(self) -> dict[str, str]:
        """As plain values, safe to show."""
        return {**asdict(self), "member": shown(self.member)}


class UploadError(RestorebenchError):
    """Something in an upload cannot be used; `about` makes it a finding."""

    def __init__(self, what: str, do: str = "", severity: Severity = "error") -> None:
        super().__init__(what)
        self.what, self.do, self.severity = what, do, severity

    def about(self, member: str) -> Finding:
        """The finding about `member`."""
        return Finding(self.severity, member, self.what, self.do)


def shown(name: str) -> str:
    """Untrusted text in one printable line: no control, format or surrogate characters.

    Those could move a terminal's cursor or turn the reading direction; they become ``\\x1b``.
    """
    safe = "".join(map(_printable, name[: _LONGEST + 1]))
    return safe if len(safe) <= _LONGEST else f"{safe[: _LONGEST - 1]}…"


def capped(findings: Iterable[Finding], most: int) -> tuple[Finding, ...]:
    """The findings, worst first, at most `most` of them and one that counts the rest."""
    ordered = sorted(dict.fromkeys(findings), key=lambda f: SEVERITIES.index(f.severity))
    kept, rest = ordered[:most], ordered[most:]
    if rest:
        kept.append(Finding(rest[0].severity, "", f"{len(rest)} more findings are not listed"))
    return tuple(kept)


def grouped(findings: Iterable[Finding]) -> Iterator[str]:
    """A line for each finding; those that say the same of several members share one."""
    members: dict[Finding, list[str]] = {}
    for finding in findings:
        members.setdefault(replace(finding, member=""), []).append(finding.member)
    for same, names in members.items():
        if len(names) == 1:
            yield str(replace(same, member=names[0]))
            continue
        more = f", … ({len(names) - _LISTED} more)" if len(names) > _LISTED else ""
        listed = ", ".join(map(shown, names[:_LISTED])) + more
        yield str(replace(same, what=f"{len(names)} files: {same.what} ({listed})"))


def _printable(character: str) -> str:
    plain = character == " " or unicodedata.category(character)[0] not in "CZ"
    return character if plain else character.encode("unicode_escape").decode()
