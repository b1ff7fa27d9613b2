"""Messages for an invalid recipe or study: the key, and the nearest known one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args, get_origin

from pydantic import BaseModel, ValidationError

from restorebench.registry import nearest


def describe_errors(error: ValidationError, root: type[BaseModel]) -> Iterator[str]:
    """A message for each value that makes a `root` invalid."""
    for found in error.errors(include_url=False):
        where = [str(part) for part in found["loc"]]
        if found["type"] == "extra_forbidden":
            known = list(_model(root, where[:-1]).model_fields)
            yield f"there is no key {'.'.join(where)}; {nearest(where[-1], known)}"
        elif found["type"] == "missing":
            yield f"{'.'.join(where)} is missing"
        else:
            message = found["msg"].removeprefix("Value error, ")
            given = f" (it is {found['input']!r})" if where else ""
            yield ": ".join(filter(None, [".".join(where), message])) + given


def _model(root: type[BaseModel], where: Sequence[str]) -> type[BaseModel]:
    """The table at that place; a name in a table of named tables is passed over."""
    model, keys = root, iter(where)
    for key in keys:
        annotation = model.model_fields[key].annotation
        if get_origin(annotation) is dict:
            next(keys, None)
        choices = (annotation, *get_args(annotation))
        model = next(t for t in choices if isinstance(t, type) and issubclass(t, BaseModel))
    return model
