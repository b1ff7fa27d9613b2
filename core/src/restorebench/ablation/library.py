"""Studies by name or file; errors name the key and the nearest ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from restorebench.ablation.study import Study
from restorebench.training.library import SUFFIX, Library

_STUDIES = Library("study", "restorebench.ablation", "studies", Study)
study_names, read_study = _STUDIES.names, _STUDIES.read


def read_studies(patterns: Sequence[str] = ()) -> Mapping[str, Study]:
    """The studies that shell patterns name, and those of files (``….toml``); all without one.

    Raises `UnknownNameError` for a pattern that matches nothing, and what `read_study` raises.
    """
    names = [name for pattern in patterns or ("*",) for name in _STUDIES.matching(pattern)]
    return {Path(n).stem if n.endswith(SUFFIX) else n: read_study(n) for n in names}
