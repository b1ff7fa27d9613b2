"""HTML and SVG elements as text in which nothing but markup can be markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Text that is markup already; any other text is escaped where it is put into an element."""

    __slots__ = ()


_VOID = {"meta", "link", "img", "input", "br", "line", "circle"}
"""Elements without children; ``/>`` ends them in SVG and is ignored in HTML."""


def tag(name: str, /, *children: str, **attributes: str | float | bool | None) -> Markup:
    """An element: children that are no `Markup` are escaped, attributes always.

    ``True`` gives an attribute without value, ``False`` and ``None`` give none; ``class_`` is
    ``class`` and an underscore inside a name a hyphen.
    """
    given = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{given}/>")
    return Markup(f"<{name}{given}>{joined(children)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Several parts, one after the other."""
    return Markup(between.join(p if isinstance(p, Markup) else escape(p) for p in parts))


def region(title: str) -> dict[str, str]:
    """The attributes by which a part that scrolls can be reached and moved by keyboard."""
    return {"tabindex": "0", "role": "region", "aria_label": title}


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
