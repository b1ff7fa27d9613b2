"""Data of one's own, as the text that stands for it everywhere."""

from __future__ import annotations

from pathlib import Path

from restorebench.errors import OptionError


def pairs(
    degraded: str | Path, target: str | Path, *, mask: str | Path = "", depth: str | Path = "",
    **facts: str | float,
) -> str:  # fmt: skip
    """A data set of pairs of images, for `evaluate` or ``--data``.

    Each is a folder, whose images are paired by name, or a pattern with ``{id}`` in it, such as
    ``"hazy/{id}_*.png"``; relative to the working folder. `facts` are further keys of a
    description: ``name``, ``scale``, ``condition``. Raises `OptionError` for a path with a comma,
    which a description cannot hold.
    """
    given = {"degraded": degraded, "target": target, "mask": mask, "depth": depth}
    patterns = {key: _pattern(str(value)) for key, value in given.items() if str(value)}
    texts = {**patterns, **{key: str(value) for key, value in facts.items()}}
    for key, text in texts.items():
        if "," in text:
            msg = f"{key} is {text!r}, with a comma; use a path without one, or restorebench.toml"
            raise OptionError(msg)
    return ",".join(f"{key}={text}" for key, text in texts.items())


def _pattern(text: str) -> str:
    return text if "{id}" in text else f"{text.rstrip('/')}/{{id}}"
