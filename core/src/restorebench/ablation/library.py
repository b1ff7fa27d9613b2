"""Studies by name or file; errors name the key and the nearest ones."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError

from restorebench.ablation.study import Study
from restorebench.errors import OptionError, UnknownNameError
from restorebench.registry import nearest
from restorebench.validation import describe_errors

_SUFFIX = ".toml"


def study_names() -> tuple[str, ...]:
    """The studies that come with this package."""
    folder = files("restorebench.ablation").joinpath("studies")
    found = (entry.name for entry in folder.iterdir() if entry.name.endswith(_SUFFIX))
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found))


def read_studies(patterns: Sequence[str] = ()) -> Mapping[str, Study]:
    """The studies that shell patterns name, and those of files (``….toml``); all without one.

    Raises `UnknownNameError` for a pattern that matches nothing, and what `read_study` raises.
    """
    found: dict[str, Study] = {}
    for pattern in patterns or ("*",):
        for name in _matching(pattern):
            found[Path(name).stem if name.endswith(_SUFFIX) else name] = read_study(name)
    return found


def read_study(name: str) -> Study:
    """A study by name, or from a file (``….toml``); `UnknownNameError` or `OptionError`."""
    text = _text(name)
    try:
        return Study.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        msg = f"the study {name} is not TOML: {error}"
        raise OptionError(msg) from error
    except ValidationError as error:
        msg = f"the study {name} cannot be used: {'; '.join(describe_errors(error, Study))}"
        raise OptionError(msg) from error


def _matching(pattern: str) -> Sequence[str]:
    if pattern.endswith(_SUFFIX):
        return [pattern]
    known = study_names()
    found = [name for name in known if fnmatchcase(name, pattern)]
    if not found:
        msg = f"unknown study {pattern!r}; {nearest(pattern, known)} (a file's name ends in .toml)"
        raise UnknownNameError(msg)
    return found


def _text(name: str) -> str:
    if not name.endswith(_SUFFIX):
        (name,) = _matching(name)
        folder = files("restorebench.ablation").joinpath("studies")
        return folder.joinpath(f"{name}{_SUFFIX}").read_text(encoding="utf-8")
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"the study {name} cannot be read: {error}"
        raise OptionError(msg) from error
