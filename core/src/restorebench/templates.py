"""HTML from Jinja templates: everything that is put in is escaped, unknown names are errors."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment(package: str) -> Environment:
    """The templates in the folder ``templates`` of a package.

    Text is escaped unless it is `markupsafe.Markup`. Templates add no white space of their own
    around blocks.
    """
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
