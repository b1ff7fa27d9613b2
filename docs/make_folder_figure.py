"""Makes the README figure of one command that turns a folder of pairs into a leaderboard.

``python docs/make_folder_figure.py`` runs the command on four photographs in haze, written to a
folder as anybody's pairs, and keeps what the terminal shows as SVG.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from restorebench.data.colour import quantise
from restorebench.data.images import write_image
from restorebench.plugins import suite

FIGURE = Path(__file__).parent / "figures" / "folder-of-pairs.svg"
COMMAND = "run --task dehaze --data 'degraded=hazy/{id}_*.png,target=gt/{id}.png'"
WIDTH = 92

_FRAME = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} HEIGHT">
<style>
text {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
        white-space: pre; }}
{styles}
</style>
<defs>{lines}</defs>
<rect width="{width}" height="HEIGHT" rx="8" fill="#292929"/>
<g transform="translate(9, 9)">{backgrounds}{matrix}</g>
</svg>
"""


def write_pairs(folder: Path) -> None:
    """Four photographs in haze, and what they are without it."""
    for sample in suite().datasets.load("dehaze-photos")("test"):
        assert sample.target is not None
        write_image(folder / "hazy" / f"{sample.id}_1.png", quantise(sample.degraded)[0])
        write_image(folder / "gt" / f"{sample.id}.png", quantise(sample.target)[0])


def shown(folder: Path) -> str:
    """What the command prints in a terminal."""
    arguments = ["run", "--task", "dehaze", "--data", COMMAND.split("'")[1]]
    program = "from restorebench.cli import main; main()"
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm"}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.rstrip()


def framed(svg: str) -> str:
    """The figure with a frame that ends below its last line."""
    bottom = max(float(y) for y in re.findall(r' y="([\d.]+)"', svg)) + 30
    return svg.replace("HEIGHT", f"{bottom:g}")


def main() -> None:
    """Write the figure."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "photos-in-haze"
        write_pairs(folder)
        text = f"$ restorebench {COMMAND}\n\n{shown(folder)}"
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere, force_terminal=True)
        console.print(Text.from_ansi(text))
    FIGURE.write_text(framed(console.export_svg(code_format=_FRAME, title="")), encoding="utf-8")


if __name__ == "__main__":
    main()
