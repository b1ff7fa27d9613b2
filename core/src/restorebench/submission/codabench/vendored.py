"""The scorer inside a bundle: core's own sources, and the plugins that the protocol needs.

A competition runs for months; its numbers must come from the code that it started with. So the
scoring program brings that code along, and pins what it imports beside it.
"""

from __future__ import annotations

import re
import shutil
from importlib.metadata import PackageNotFoundError, distribution, version
from importlib.util import find_spec
from pathlib import Path

from restorebench.errors import PluginError
from restorebench.metrics import Protocol
from restorebench.plugins import Suite
from restorebench.registry import Provider

CORE = "restorebench"

# Only LPIPS imports these; without it the container can do without gigabytes.
_NETWORKS = ("torch", "torchvision", "timm", "lpips")
_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


def write_library(folder: Path, suite: Suite, protocol: Protocol) -> list[str]:
    """Copy what `protocol` needs into `folder`; the distributions that it is.

    Raises `PluginError` where a plugin has no package that could be copied.
    """
    providers = _providers(suite, protocol)
    for provider in providers.values():
        _copy(folder, provider)
    return list(providers)


def requirements(suite: Suite, protocol: Protocol) -> str:
    """``requirements.txt``: what those import, in the versions that are installed here."""
    needed: dict[str, str] = {}
    vendored = _providers(suite, protocol)
    light = all(measure.metric != "lpips" for measure in protocol.measures.values())
    for name in vendored:
        for requirement in distribution(name).requires or ():
            other = _name(requirement)
            if "extra ==" in requirement or other in vendored or (light and other in _NETWORKS):
                continue
            needed[other] = version(other).partition("+")[0]  # no "+cpu": an index has none
    return "".join(f"{name}=={found}\n" for name, found in sorted(needed.items()))


def _providers(suite: Suite, protocol: Protocol) -> dict[str, Provider]:
    """The distributions of core, the protocol and its metrics."""
    found = [Provider(CORE, version(CORE), "restorebench")]
    found.append(suite.protocols.provider(protocol.name))
    found += [suite.metrics.provider(m.metric) for m in protocol.measures.values()]
    return {provider.distribution: provider for provider in found}


def _copy(folder: Path, provider: Provider) -> None:
    name = provider.module.partition(":")[0].partition(".")[0]
    spec = find_spec(name)
    try:
        entry_points = distribution(provider.distribution).read_text("entry_points.txt") or ""
    except PackageNotFoundError as error:
        msg = f"{provider} is not installed as a package, so a bundle cannot bring it along"
        raise PluginError(msg) from error
    if spec is None or spec.origin is None:
        msg = f"the package {name!r} of {provider} has no files that a bundle could bring along"
        raise PluginError(msg)
    origin = Path(spec.origin)
    folder.mkdir(parents=True, exist_ok=True)
    if origin.name == "__init__.py":
        shutil.copytree(origin.parent, folder / name, ignore=_LEFT_OUT)
    else:
        shutil.copy(origin, folder / origin.name)
    _write_metadata(folder, provider, entry_points)


def _write_metadata(folder: Path, provider: Provider, entry_points: str) -> None:
    """So that the copy has a version and its entry points are found, as if it were installed."""
    stem = provider.distribution.replace("-", "_")
    info = folder / f"{stem}-{provider.version}.dist-info"
    info.mkdir()
    text = f"Metadata-Version: 2.1\nName: {provider.distribution}\nVersion: {provider.version}\n"
    (info / "METADATA").write_text(text, encoding="utf-8")
    (info / "entry_points.txt").write_text(entry_points, encoding="utf-8")


def _name(requirement: str) -> str:
    match = _REQUIREMENT.match(requirement)
    return match.group().lower().replace("_", "-") if match else ""
