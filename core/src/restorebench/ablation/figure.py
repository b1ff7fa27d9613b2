"""Figures by matplotlib, as SVG: the same bytes each time, readable on light and dark pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from restorebench.errors import OptionError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#3a7fc4", "#d4702a", "#2a9a6c", "#9f63bd", "#d0475c", "#1c98a8", "#85883f", "#b0762f")
"""Lines' colours, of a contrast of at least 3 to white and to black."""

_GREY = "#767b84"
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "restorebench",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.size": 9,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "axes.facecolor": "none",
    "axes.prop_cycle": f"cycler(color={list(COLOURS)})",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "axes.titleweight": "bold",
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "legend.labelcolor": "linecolor",
    "lines.markersize": 4,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "grid.color"), _GREY),
    **dict.fromkeys(("xtick.color", "ytick.color"), _GREY),
}
_WIDTH, _HEIGHT = 5.2, 3.4
"""Inches of one panel."""


def check_matplotlib() -> None:
    """Raise `OptionError` where matplotlib is absent."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        msg = "the plots of a study need matplotlib: pip install 'restorebench[plots]'"
        raise OptionError(msg) from error


@contextmanager
def style() -> Iterator[None]:
    """Create and write figures in this project's style, whatever the user's matplotlibrc says."""
    check_matplotlib()
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_STYLE)
        yield


def panels(count: int) -> tuple[Figure, list[Axes]]:
    """A figure of `count` axes side by side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDTH * count, _HEIGHT), layout="constrained")
    return figure, list(figure.subplots(1, count, squeeze=False)[0])


def show_names(axes: Axes) -> None:
    """Name the lines beside the axes; a single line needs no name."""
    if len(axes.lines) > 1:
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))


def count_ticks(axes: Axes) -> None:
    """Show large counts on the x axis with a prefix: 700k."""
    from matplotlib.ticker import EngFormatter

    axes.xaxis.set_major_formatter(EngFormatter(sep=""))


def log_ticks(axes: Axes) -> None:
    """Make the y axis logarithmic, with plain numbers."""
    from matplotlib.ticker import LogLocator

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.minorticks_off()


def svg(figure: Figure) -> str:
    """The figure as SVG, without a date; its axes' titles become the image's title."""
    title = "; ".join(axes.get_title("left") for axes in figure.axes)
    buffer = io.StringIO()
    metadata = {"Title": title, "Date": None, "Creator": None}
    figure.savefig(buffer, format="svg", metadata=metadata)
    return buffer.getvalue()
