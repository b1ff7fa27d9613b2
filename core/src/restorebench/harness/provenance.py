"""Where a run was made: versions, source, hardware. Stored once, referred to by records."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from restorebench.data.code_fingerprint import installed_version
from restorebench.data.hashing import combined_hash
from restorebench.metrics.tiles import processors
from restorebench.plugins import Suite

PACKAGES = (
    "numpy",
    "scipy",
    "pillow",
    "scikit-image",
    "torch",
    "torchvision",
    "timm",
    "lpips",
    "pyiqa",
)
"""Packages whose versions can change a number."""

_QUIET = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.untrackedCache": "false",
    "diff.external": "",
}
"""Settings of git by which no program of a checkout's is run; its filters are emptied too."""

_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",  # the index is not written, so no hook belongs to it
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
}


def run_provenance(suite: Suite, device: str) -> tuple[str, Mapping[str, Any]]:
    """The facts of this run and a key for them."""
    facts = {
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": {name: installed_version(name) for name in PACKAGES},
        "plugins": {r.provider.distribution: r.provider.version for r in suite.reports},
        "git": git_state(Path.cwd()),
        "hardware": hardware(device),
    }
    return combined_hash([repr(facts), str(os.getpid())])[:16], facts


def git_state(folder: Path) -> dict[str, Any] | None:
    """Commit and dirtiness of the checkout around `folder`, or None outside one.

    Nothing that the checkout's own configuration names is run: it may be a stranger's.
    """
    names = _git(folder, _QUIET, "config", "--null", "--name-only", "--list")
    if names is None:
        return None
    quiet = _QUIET | {name: "" for name in names.split("\0") if name.startswith("filter.")}
    commit = _git(folder, quiet, "rev-parse", "HEAD")
    if commit is None:
        return None
    status = _git(folder, quiet, "status", "--porcelain", "--ignore-submodules=all")
    return {"commit": commit.strip(), "dirty": None if status is None else bool(status)}


def hardware(device: str) -> dict[str, Any]:
    """Processor, cores, memory and the device's name."""
    facts: dict[str, Any] = {
        "processor": _processor(),
        "cores": processors(),
        "memory_bytes": _memory(),
        "device": device,
    }
    torch = sys.modules.get("torch")  # never imported for its version alone
    if torch is not None and device.startswith("cuda"):
        facts["device_name"] = torch.cuda.get_device_name(device)
    return facts


def _git(folder: Path, settings: Mapping[str, str], *arguments: str) -> str | None:
    """What git prints, with `settings` above those of any file; None where it fails."""
    pairs = {
        f"GIT_CONFIG_{kind}_{n}": text
        for n, pair in enumerate(settings.items())
        for kind, text in zip(("KEY", "VALUE"), pair, strict=True)
    }
    environment = {**os.environ, **_ENVIRONMENT, "GIT_CONFIG_COUNT": str(len(settings)), **pairs}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
