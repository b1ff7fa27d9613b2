"""Templates: what strangers wrote stays text, and a name that is not given is an error."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from restorebench.templates import environment

SUBMISSION = environment("restorebench.submission")


def test_text_is_escaped_and_markup_is_not():
    template = SUBMISSION.from_string('<p title="{{ text }}">{{ text }}{{ markup }}</p>')
    made = template.render(text="<b> & \"'", markup=Markup("<br>"))
    escaped = "&lt;b&gt; &amp; &#34;&#39;"
    assert made == f'<p title="{escaped}">{escaped}<br></p>'


@pytest.mark.parametrize(
    "source", ["{{ absent }}", "{{ text.absent }}", "{% if absent %}{% endif %}"]
)
def test_an_unknown_name_is_an_error(source):
    with pytest.raises(UndefinedError, match="absent"):
        SUBMISSION.from_string(source).render(text="")


def test_markdown_is_not_html():
    pages = environment("restorebench.submission.codabench")
    assert pages.autoescape("overview.md") is False
    assert pages.autoescape("overview.html") is True
