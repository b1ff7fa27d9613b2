"""The report on one upload: what is missing, extra or wrong, before any score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from restorebench.submission.archive.finding import Finding, grouped, shown
from restorebench.submission.readme import Readme


@dataclass(frozen=True)
class Report:
    """The result of checking an upload against a reference.

    `samples` is how many the reference has and `usable` those whose images are all there and
    sound; `missing` and `extra` are names of images and files. `findings` are the worst first.
    """

    upload: str
    samples: int
    usable: tuple[str, ...]
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    readme: Readme | None = None
    partial: bool = False

    @property
    def complete(self) -> bool:
        """Whether every sample can be scored."""
        return len(self.usable) == self.samples

    @property
    def accepted(self) -> bool:
        """Whether it is scored: sound and complete, or partial scores were asked for."""
        severities = {finding.severity for finding in self.findings}
        if "fatal" in severities or not self.usable:
            return False
        return self.partial or ("error" not in severities and self.complete)

    @property
    def verdict(self) -> str:
        """In a few words."""
        if not self.accepted:
            return "rejected"
        if self.complete:
            return "accepted"
        return f"partial: {len(self.usable)} of {self.samples} samples"

    def adding(self, *findings: Finding, without: str = "") -> Report:
        """The report with more findings, and one sample fewer that can be used."""
        usable = tuple(sample for sample in self.usable if sample != without)
        return replace(self, findings=(*self.findings, *findings), usable=usable)

    def facts(self) -> dict[str, Any]:
        """As plain values, safe to show."""
        return {
            "upload": shown(self.upload),
            "verdict": self.verdict,
            "accepted": self.accepted,
            "samples": self.samples,
            "usable": len(self.usable),
            "missing": list(self.missing),
            "extra": [shown(name) for name in self.extra],
            "findings": [finding.facts() for finding in self.findings],
            "readme": None if self.readme is None else _readme_facts(self.readme),
        }

    def text(self) -> str:
        """For people, one finding a line."""
        lines = [f"{shown(self.upload)}: {self.verdict}"]
        lines += [f"  {line}" for line in grouped(self.findings)]
        if self.readme is not None:
            facts = _readme_facts(self.readme).items()
            lines += [f"  readme: {key} = {_value(value)}" for key, value in facts]
        return "\n".join(lines) + "\n"


def _readme_facts(readme: Readme) -> Mapping[str, Any]:
    cpu = readme.cpu
    device = readme.device or (None if cpu is None else "CPU" if cpu else "GPU")
    more = {"architecture": readme.architecture, "parameters": readme.parameters}
    return {
        "runtime [s]": readme.runtime,
        "device": device,
        "extra data": readme.extra_data,
        **{name: value for name, value in more.items() if value},
        **readme.others,
        "description": readme.description,
    }


def _value(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return shown(" ".join(str(value).split()))
