"""Words such as ``lr=1e-4``, by which commands are given options of models and recipes."""

from __future__ import annotations

import json
from typing import Any

from restorebench.errors import OptionError


def key_value(text: str) -> tuple[str, Any]:
    """Key and value; the value is JSON where it can be, else text.

    Raises `OptionError` for what is not ``KEY=VALUE``.
    """
    key, equals, value = text.partition("=")
    if not equals or not key:
        msg = f"{text!r} is not KEY=VALUE"
        raise OptionError(msg)
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value
