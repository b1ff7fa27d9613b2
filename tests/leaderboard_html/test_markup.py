"""Elements as text."""

from __future__ import annotations

import pytest

from restorebench.leaderboard.format import format_scaled
from restorebench.leaderboard.render.html.gallery import spread
from restorebench.leaderboard.render.html.markup import Markup, joined, tag


def test_text_is_escaped_and_markup_is_not():
    assert tag("p", "a<b", Markup("<br/>")) == "<p>a&lt;b<br/></p>"
    assert joined(["&", Markup("&")]) == "&amp;&"


def test_attributes_are_escaped_left_out_or_bare():
    made = tag("a", title='"x" & y', class_="k", data_v=1.5, hidden=True, open=False, id=None)
    assert made == '<a title="&quot;x&quot; &amp; y" class="k" data-v="1.5" hidden></a>'


def test_text_stays_text_through_two_elements():
    assert tag("b", tag("i", "<x>")) == "<b><i>&lt;x&gt;</i></b>"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *[(0, "0"), (3, "3"), (17_157_907, "17.2 M"), (63_600_000_000, "63.6 G"), (999, "999")],
        *[(1e12, "1 T"), (1234, "1.23 k"), (None, "–")],
    ],
)
def test_large_counts_have_three_digits(value, shown):
    assert format_scaled(value) == shown


def test_images_are_chosen_from_the_first_to_the_last():
    assert spread("abcdefg", 3) == ["a", "d", "g"]
    assert spread("ab", 5) == ["a", "b"]
    assert spread("abc", 1) == ["a"]
    assert spread("abc", 0) == []
