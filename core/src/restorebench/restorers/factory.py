"""Making a restorer from its name and options."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from typing import Any, cast

from restorebench.errors import OptionError, PluginError
from restorebench.plugins import Suite
from restorebench.restorers.base import Restorer


def make_restorer(suite: Suite, name: str, **options: Any) -> Restorer:
    """The restorer `name` of `suite` with `options`.

    One that is an object of the suite's already is given as it is. A target that has a parameter
    called `suite` is given this one: what it builds by name, such as networks and solvers, is then
    found where the restorer itself was. `label`, the name in tables, is an option of every
    restorer, and given only to those that take it. Raises `UnknownNameError`, `PluginError` where
    the target cannot be imported or makes no restorer, and `OptionError` for options that it does
    not take.
    """
    if (there := suite.objects.get(name)) is not None:
        return cast(Restorer, there)
    target = suite.restorers.load(name)
    taken = inspect.signature(target).parameters
    if "suite" in taken:
        options["suite"] = suite
    if "label" not in taken and all(p.kind is not p.VAR_KEYWORD for p in taken.values()):
        options.pop("label", None)
    try:
        inspect.signature(target).bind(**options)
    except TypeError as error:
        msg = f"the restorer {name!r} does not take these options: {_explained(error, taken)}"
        raise OptionError(msg) from error
    made: Restorer = target(**options)
    if not callable(getattr(made, "restore", None)):
        kind = "None" if made is None else f"a {type(made).__name__}"
        msg = f"the restorer {name!r} is {kind}, without a method restore(sample, context)"
        raise PluginError(msg)
    return made


def _explained(error: TypeError, taken: Mapping[str, inspect.Parameter]) -> str:
    """What is wrong with options, in words, as far as Python's message says which."""
    if absent := re.search(r"missing a required argument: '(\w+)'", str(error)):
        return f"it needs {absent[1]!r}"
    unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
    if unknown is None:
        return str(error)
    varied = any(p.kind is p.VAR_KEYWORD for p in taken.values())
    known = "" if varied else ", ".join(name for name in taken if name not in {"suite", "label"})
    return f"it has no {unknown[1]!r}" + f"; it has {known}" * bool(known)
