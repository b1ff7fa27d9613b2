"""Tables of values checked by pydantic, and errors that name the key and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Self, TypeAlias, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from restorebench.errors import OptionError
from restorebench.registry import nearest


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = "expected a number"
        raise ValueError(msg)
    return value


Whole: TypeAlias = Annotated[int, Field(ge=1, le=10**7)]
Count: TypeAlias = Annotated[int, Field(ge=0, le=10**7)]
Number: TypeAlias = Annotated[float, PlainValidator(_number)]  # an int stays one, also in JSON
Positive: TypeAlias = Annotated[Number, Field(gt=0)]


class StrictModel(BaseModel):
    """A frozen table of values of exactly the declared types; `OptionError` says what is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            module = type(self).__module__.rpartition(".")[2]
            msg = f"{module}: {'; '.join(describe_errors(error, type(self)))}"
            raise OptionError(msg) from error

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold; `from_dict` reads it back."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """From plain data, with lists for tuples; `OptionError` names an unknown key."""
        return cls(**{key: tuple(v) if isinstance(v, list) else v for key, v in values.items()})

    def replace(self, **values: Any) -> Self:
        """The same with other values, which are checked."""
        return type(self)(**{**dict(self), **values})

    def require(self, key: str, holds: bool, expected: str) -> None:
        """In a validator of several fields: `ValueError` that names one of them unless `holds`."""
        if not holds:
            msg = f"{key} is {getattr(self, key)!r}; expected {expected}"
            raise ValueError(msg)


def describe_errors(error: ValidationError, root: type[BaseModel]) -> Iterator[str]:
    """A message for each value that makes a `root` invalid."""
    for found in error.errors(include_url=False):
        where = [str(part) for part in found["loc"]]
        key = ".".join(where)
        if found["type"] == "extra_forbidden":
            known = list(_model(root, where[:-1]).model_fields)
            yield f"there is no key {key}; {nearest(where[-1], known)}"
        elif isinstance(
            inner := found.get("ctx", {}).get("error"), OptionError
        ):  # of a table in it
            yield f"{key}: {str(inner).partition(': ')[2]}"
        elif found["type"] == "missing":
            yield f"{key} is missing"
        else:
            given = f"{key} is {found['input']!r}; " if where else ""
            yield given + _expected(found["msg"])


def _expected(message: str) -> str:
    said = message.removeprefix("Value error, ")
    said = re.sub(r"^Input should be (greater|less)", r"expected a number \1", said)
    return re.sub(r"^Input should be ", "expected ", said)


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
