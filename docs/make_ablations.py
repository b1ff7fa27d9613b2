"""Fill the results in ablations.md, and copy their plots, from the folder of a suite that was run.

    restorebench ablate && python docs/make_ablations.py runs/ablations-small

They stand between ``<!-- begin results -->`` and ``<!-- end results -->``.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from restorebench.ablation.library import read_studies

DOCS = Path(__file__).parent
PAGE = DOCS / "ablations.md"
SHOWN = {"curves": "validation over training steps", "scores": "scores over what is varied"}


def results(suite: Path) -> str:
    """The sections of all studies in the folder, plots after tables."""
    found = [name for name in read_studies() if (suite / name / "table.md").exists()]
    return "\n\n".join(_section(suite / name) for name in found)


def _section(study: Path) -> str:
    table = (study / "table.md").read_text(encoding="utf-8").strip()
    plots = [_plot(study, kind) for kind in SHOWN if (study / f"{kind}.svg").exists()]
    return "\n\n".join([re.sub(r"^# ", "### ", table), *plots])


def _plot(study: Path, kind: str) -> str:
    name = f"ablation-{study.name}-{kind}.svg"
    shutil.copyfile(study / f"{kind}.svg", DOCS / "figures" / name)
    return f"![{study.name}: {SHOWN[kind]}](figures/{name})"


def main() -> None:
    """Write the page."""
    page, made = PAGE.read_text(encoding="utf-8"), results(Path(sys.argv[1]))
    first, last = "<!-- begin results -->", "<!-- end results -->"
    before, _, rest = page.partition(first)
    after = rest.partition(last)[2]
    PAGE.write_text(f"{before}{first}\n{made}\n{last}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
