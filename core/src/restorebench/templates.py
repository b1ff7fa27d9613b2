"""HTML and Markdown from Jinja templates: HTML is escaped, unknown names are errors."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


@cache
def environment(package: str) -> Environment:
    """The templates in the folder ``templates`` of a package.

    In all but Markdown (``.md``), text is escaped unless it is `markupsafe.Markup`. A line with
    nothing but a block leaves no line.
    """
    return Environment(
        loader=PackageLoader(package),
        autoescape=select_autoescape(disabled_extensions=("md",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
