"""Templates, scripts and style of the pages, and the policy that allows only these.

The policy (CSP) lets run exactly the page's own script and style, by their hashes. Even a name
that was mistaken for markup could neither run nor load anything.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from restorebench.leaderboard.format import one_line, short_hash
from restorebench.leaderboard.render.html.data import sort_value
from restorebench.templates import environment

_PACKAGE = "restorebench.leaderboard.render.html"
_SCRIPTS = ("util", "table", "plot", "samples", "viewer", "main")


def render(name: str, **values: Any) -> str:
    """A page made from a template; `values` are what it shows and the functions that it calls."""
    return _environment().get_template(name).render(style=style(), **values)


def policy(*, live: bool = False) -> str:
    """The Content-Security-Policy of a page; a live page may connect to its own server."""
    own = f"script-src {_digest(script())}; style-src {_digest(style())}"
    connect = "; connect-src 'self'" if live else ""
    return f"default-src 'none'; {own}; img-src data:{connect}; base-uri 'none'; form-action 'none'"


def style() -> Markup:
    """The style sheet of all pages."""
    return _asset("page.css")


@cache
def script() -> Markup:
    """All scripts as one, in a scope of their own."""
    body = "\n".join(_asset(f"{name}.js") for name in _SCRIPTS)
    return Markup(f'"use strict";\n(() => {{\n{body}}})();\n')


@cache
def _environment() -> Environment:
    found = environment(_PACKAGE)
    filters = (one_line, short_hash, sort_value)
    found.filters.update({function.__name__: function for function in filters})
    return found


@cache
def _asset(name: str) -> Markup:
    return Markup((files(_PACKAGE) / "static" / name).read_text("utf-8"))


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"
