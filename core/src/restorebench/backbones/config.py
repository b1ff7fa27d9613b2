"""What every backbone's configuration has in common: checked fields, and plain data in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from restorebench.errors import OptionError
from restorebench.registry import nearest


def _integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return _integer(value) or isinstance(value, float)


def _tuple_of(holds: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, tuple) and all(map(holds, value))


_HOLDS: dict[str, Callable[[object], bool]] = {
    "int": _integer,
    "float": _number,
    "bool": lambda value: isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
    "tuple[int, ...]": _tuple_of(_integer),
    "tuple[float, ...]": _tuple_of(_number),
}


@dataclass(frozen=True, kw_only=True)
class BackboneConfig:
    """Base of the backbones' `Config`: a frozen dataclass of numbers, names and tuples of them.

    Raises `OptionError` where a field has the wrong type, or cannot be what it says.
    """

    def __post_init__(self) -> None:
        for field in fields(self):
            wanted = str(field.type)
            if (holds := _HOLDS.get(wanted)) is not None:
                self.require(holds(getattr(self, field.name)), field.name, wanted)

    def require(self, holds: bool, field: str, wanted: str) -> None:
        """Raise `OptionError` that names `field`, its value and what is `wanted`."""
        if not holds:
            module = type(self).__module__.rpartition(".")[2]
            msg = f"{module}: {field} is {getattr(self, field)!r}; expected {wanted}"
            raise OptionError(msg)

    def to_dict(self) -> dict[str, Any]:
        """Plain data that JSON can hold; `from_dict` reads it back."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """A configuration from plain data; `OptionError` names a field that there is not."""
        known = [field.name for field in fields(cls)]
        if unknown := [name for name in values if name not in known]:
            module = cls.__module__.rpartition(".")[2]
            msg = f"{module} has no field {unknown[0]!r}; {nearest(unknown[0], known)}"
            raise OptionError(msg)
        return cls(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in values.items()
            }
        )
