"""Making a restorer from its name and options."""

from __future__ import annotations

import inspect
from typing import Any

from restorebench.errors import OptionError
from restorebench.plugins import Suite
from restorebench.restorers.base import Restorer


def make_restorer(suite: Suite, name: str, **options: Any) -> Restorer:
    """The restorer `name` of `suite` with `options`.

    A target that has a parameter called `suite` is given this one: what it builds by name, such
    as networks and solvers, is then found where the restorer itself was. Raises `UnknownNameError`,
    `PluginError` where the target cannot be imported, and `OptionError` for options that it does
    not take.
    """
    target = suite.restorers.load(name)
    try:
        needs_suite = "suite" in inspect.signature(target).parameters
        made: Restorer = target(**options, **({"suite": suite} if needs_suite else {}))
    except TypeError as error:
        msg = f"the restorer {name!r} does not take these options: {error}"
        raise OptionError(msg) from error
    return made
