"""Formulas of ranking rules, such as ``psnr_y+10*ssim_y-5*lpips``: read, computed, put in words."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np

from restorebench.errors import OptionError

Titles: TypeAlias = Callable[[str], str]

_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = MappingProxyType(
    {
        ast.Add: np.add,
        ast.Sub: np.subtract,
        ast.Mult: np.multiply,
        ast.Div: np.divide,
        ast.Pow: np.power,
    }
)
_FUNCTIONS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "min": lambda *parts: reduce(np.minimum, parts),
        "max": lambda *parts: reduce(np.maximum, parts),
        "clamp": lambda value, low, high: np.clip(value, low, high),
    }
)
_SIGNS = str.maketrans({"^": "**", "·": "*", "×": "*", "−": "-"})
_SHOWN = {" * ": "·", " ** ": "^", " - ": " − "}
_LONGEST, _DEEPEST = 500, 40
"""Characters and levels of a formula; beyond them it is refused rather than read."""


@dataclass(frozen=True)
class Formula:
    """Arithmetic over the columns of a board: ``+ - * / ^``, ``min``, ``max``, ``clamp(x, a, b)``.

    A number is written as in Python. Raises `OptionError` for anything else.
    """

    text: str

    def __post_init__(self) -> None:
        _check(self._tree, self.text)

    @cached_property
    def _tree(self) -> ast.expr:
        try:
            if len(self.text) <= _LONGEST:
                return ast.parse(self.text.translate(_SIGNS), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
        raise _refused(self.text)

    def __str__(self) -> str:
        return self.text

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it reads, in their order."""
        return tuple(dict.fromkeys(_names(self._tree)))

    @property
    def is_linear(self) -> bool:
        """Whether the mean of the formula is the formula of the means."""
        return _linear(self._tree)

    def value(self, columns: Mapping[str, Any]) -> Any:
        """The formula of numbers or arrays; NaN where one of them is, or where it has no value."""
        with np.errstate(all="ignore"):
            return _value(self._tree, columns)

    def words(self, title: Titles = str) -> str:
        """The formula with the columns' titles."""
        text = ast.unparse(_Titled(title).visit(ast.parse(ast.unparse(self._tree), mode="eval")))
        for sign, shown in _SHOWN.items():
            text = text.replace(sign, shown)
        return text.replace("-", "−") if text.startswith("-") else text


class _Titled(ast.NodeTransformer):
    """Replaces the names of columns, but not those of functions."""

    def __init__(self, title: Titles) -> None:
        self._title = title

    def visit_Call(self, node: ast.Call) -> ast.Call:
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self._title(node.id), node.ctx)


def _refused(text: str) -> OptionError:
    return OptionError(
        f"{text!r:.80} is not a formula of columns and numbers, such as psnr+10*ssim-5*lpips; it "
        "may have + - * / ^ ( ), min(a, b), max(a, b) and clamp(x, low, high)"
    )


def _check(node: ast.expr, text: str, depth: int = 0) -> None:
    if depth > _DEEPEST or not _allowed(node):
        raise _refused(text)
    for part in _parts(node):
        _check(part, text, depth + 1)


def _allowed(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=float()):
            return True
        case ast.Constant(value=int(number)):
            return not isinstance(number, bool) and abs(number) < 1e300
        case ast.Name(id=name):
            return name.isascii()
        case ast.BinOp(op=sign):
            return type(sign) in _OPERATORS
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()):
            return True
        case ast.Call(func=ast.Name(id="clamp"), args=parts, keywords=[]):
            return len(parts) == 3
        case ast.Call(func=ast.Name(id="min" | "max"), args=parts, keywords=[]):
            return len(parts) > 1
    return False


def _parts(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, right=right):
            return [left, right]
        case ast.UnaryOp(operand=part):
            return [part]
        case ast.Call(args=parts):
            return parts
    return []


def _names(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    return [name for part in _parts(node) for name in _names(part)]


def _linear(node: ast.expr) -> bool:
    if not _names(node):
        return True
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub(), left=left, right=right):
            return _linear(left) and _linear(right)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _linear(left) and _linear(right) and not (_names(left) and _names(right))
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            return _linear(left) and not _names(right)
        case ast.UnaryOp(operand=part):
            return _linear(part)
    return isinstance(node, ast.Name)


def _value(node: ast.expr, columns: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number):
            return np.float64(number)
        case ast.Name(id=name):
            return columns[name]
        case ast.BinOp(op=sign, left=left, right=right):
            return _OPERATORS[type(sign)](_value(left, columns), _value(right, columns))
        case ast.UnaryOp(op=sign, operand=part):
            value = _value(part, columns)
            return -value if isinstance(sign, ast.USub) else value
        case ast.Call(func=ast.Name(id=name), args=parts):
            return _FUNCTIONS[name](*(_value(part, columns) for part in parts))
    raise AssertionError(node)
