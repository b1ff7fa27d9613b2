"""Boards as one self-contained HTML page that loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from restorebench.leaderboard.board import Board
from restorebench.leaderboard.methods.board import method_board
from restorebench.leaderboard.render.html import assets
from restorebench.leaderboard.render.html.data import page_data, section_id
from restorebench.leaderboard.render.html.gallery import Gallery
from restorebench.leaderboard.render.html.intervals import interval_positions
from restorebench.leaderboard.render.html.plane import planes
from restorebench.leaderboard.render.legend import about, ranked_by
from restorebench.leaderboard.render.method_table import method_table
from restorebench.leaderboard.render.papers import (
    overall_table,
    published_beside,
    published_elsewhere,
    source_of,
)
from restorebench.leaderboard.render.ranking_table import ranking_table
from restorebench.leaderboard.render.win_table import win_table, win_table_over_all


def html(boards: Sequence[Board], gallery: Gallery | None = None) -> str:
    """All boards on one page, with the images of `gallery` if there is one."""
    return page(boards, gallery)


def page(
    boards: Sequence[Board], gallery: Gallery | None = None, live: int = 0, index: str = ""
) -> str:
    """All boards on one page, with the images of `gallery`.

    With `live` the page asks its server for a new version every `live` milliseconds.
    `index` is the address of the index page, which it links to; none by default.
    """
    return assets.render(
        "page.html",
        boards=boards,
        data=Markup(page_data(boards, gallery, live)),
        index=index,
        methods=method_board(boards),
        wins=win_table_over_all(boards),
        win_table=win_table,
        method_table=method_table,
        policy=assets.policy(live=bool(live)),
        script=assets.script(),
        title=boards[0].task.title if len(boards) == 1 else "Leaderboards",
        interval_positions=interval_positions,
        overall_table=overall_table,
        planes=planes,
        published_beside=published_beside,
        published_elsewhere=published_elsewhere,
        about=about,
        ranked_by=ranked_by,
        ranking_table=ranking_table,
        section_id=section_id,
        source_of=source_of,
    )
