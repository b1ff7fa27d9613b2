"""The verb `doctor`: what is installed here, what works, and what is missing."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

import typer
from rich.table import Table
from rich.text import Text

from restorebench.cli import output
from restorebench.cli.options import AsJson
from restorebench.cli.output import emit, stdout
from restorebench.errors import RestorebenchError

if TYPE_CHECKING:
    from restorebench.plugins import Suite

State = Literal["ok", "missing", "broken"]
PACKAGES = ("restorebench", "numpy", "scipy", "scikit-image", "pillow", "pandas", "lpips", "timm")
_STYLES: dict[State, str] = {"ok": "green", "missing": "yellow", "broken": "bold red"}
_MARKS: dict[State, str] = {"ok": "✓", "missing": "–", "broken": "✗"}


@dataclass(frozen=True)
class Finding:
    """One line: ``broken`` is what the default benchmark needs and cannot use."""

    topic: str
    name: str
    state: State
    detail: str


def doctor(as_json: AsJson = False) -> None:
    """Check the installation.

    The exit status is 1 if the default benchmark would not work.
    """
    findings = list(examine(output.suite()))
    if as_json:
        emit([asdict(finding) for finding in findings])
    else:
        _print(findings)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


def examine(found: Suite) -> Iterator[Finding]:
    """All findings, in the order in which they are shown."""
    yield Finding("system", "Python", "ok", platform.python_version())
    yield Finding("system", "platform", "ok", platform.platform())
    yield Finding("system", "processor cores", "ok", str(os.cpu_count()))
    yield from map(_package, PACKAGES)
    yield _tried("torch", "torch", _torch)
    yield _tried("torch", "torchvision", _torchvision, needed=False)
    yield from _trunks()
    yield _extra("pyiqa", "the extra 'iqa'")
    yield _extra("tensorboard", "the extra 'tensorboard'")
    for report in found.reports:
        state: State = "broken" if report.error else "ok"
        detail = report.error or ", ".join(h.removeprefix("restorebench_") for h in report.hooks)
        yield Finding("plugin", f"{report.name} ({report.provider})", state, detail)
    yield from _default_benchmark(found)


def _package(name: str) -> Finding:
    from restorebench.data.code_fingerprint import installed_version

    found = installed_version(name)
    return Finding("package", name, "ok" if found else "missing", found or "not installed")


def _extra(name: str, hint: str) -> Finding:
    if find_spec(name) is None:
        return Finding("package", name, "missing", f"not installed; optional, {hint}")
    return _package(name)


def _tried(topic: str, name: str, check: Callable[[], str], needed: bool = True) -> Finding:
    """A check whose failure is a finding: a broken package may raise anything."""
    try:
        return Finding(topic, name, "ok", check())
    except Exception as error:
        state: State = "broken" if needed else "missing"
        return Finding(topic, name, state, f"{type(error).__name__}: {error}")


def _torch() -> str:
    import torch

    cuda = [f"cuda:{i} {torch.cuda.get_device_name(i)}" for i in range(torch.cuda.device_count())]
    mps = ["mps"] if torch.backends.mps.is_available() else []
    return f"{torch.__version__}; devices: {', '.join(['cpu', *cuda, *mps])}"


def _torchvision() -> str:
    from restorebench.torchvision_guard import ensure_torchvision

    try:
        import torchvision

        remark = ""
    except RuntimeError:
        ensure_torchvision()
        import torchvision

        remark = "; built for another torch than this one, which restorebench works around"
    return f"{torchvision.__version__}{remark}"


def _trunks() -> Iterator[Finding]:
    from restorebench.metrics.lpips.trunks import TRUNKS

    states: dict[str, State] = {"here": "ok", "missing": "missing", "damaged": "broken"}
    for name, trunk in TRUNKS.items():
        try:
            state, detail = trunk.status()
        except Exception:  # torch itself is broken, which is a finding already
            return
        yield Finding("LPIPS", f"trunk {name}", states[state], detail)


def _default_benchmark(found: Suite) -> Iterator[Finding]:
    """Whether the code of everything in the default benchmark can be imported."""
    for registry in (found.protocols, found.metrics, found.datasets, found.restorers):
        broken = 0
        names = [spec.name for spec in registry if getattr(spec, "default", True)]
        for name in names:
            try:
                registry.load(name)
            except RestorebenchError as error:
                broken += 1
                yield Finding("benchmark", f"{registry.kind} {name}", "broken", str(error))
        if not broken:
            yield Finding("benchmark", f"{registry.kind}s", "ok", f"all {len(names)} load")


def _print(findings: list[Finding]) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", max_width=40)
    table.add_column(overflow="fold")
    last = ""
    for finding in findings:
        topic = finding.topic if finding.topic != last else ""
        last = finding.topic
        name = Text(f"{_MARKS[finding.state]} {finding.name}", style=_STYLES[finding.state])
        table.add_row(Text(topic, style="bold"), name, Text(finding.detail))
    stdout().print(table)
