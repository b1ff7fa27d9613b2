"""CSV and TOML files, and short texts of a command line."""

from __future__ import annotations

from pathlib import Path

from readers.reader import Reader, of_file, of_text
from restorebench.ablation.library import read_study
from restorebench.checkpoints.setup import Setup, read_setup
from restorebench.csv_table import read_lines, read_table
from restorebench.data.layouts.hub_text import parse_hub
from restorebench.data.layouts.inline import parse_description
from restorebench.data.layouts.layout import Layout, toml_table
from restorebench.data.layouts.pattern import Pattern
from restorebench.errors import RestorebenchError
from restorebench.harness.plan import RestorerRef
from restorebench.leaderboard.published_index import INDEX, read_index
from restorebench.leaderboard.ranking.parse import parse_rule
from restorebench.training.library import read_recipe

TABLES = [
    b"team,dataset,psnr,ssim\nA,x,23.1,0.9\nB,x,-,0.8\n",
    "\ufeffname;PSNR↑;Laufzeit [s]\r\n'=é;23,10;1,5\r\n".encode(),
    "sep=;\nname;psnr\n".encode("utf-16"),
    b'"a,b"\t"c\nd"\te\r1\t2\t\xe9\r',
]


def read_csv(path: Path) -> None:
    source = read_lines(path)
    for _, row in source.lines:
        for cell in row:
            source.number(cell)
    table = read_table(path)
    for heading in table.columns:
        try:
            table.numbers(heading)
        except RestorebenchError:
            continue


ROOT = Path(__file__).parents[3]


def toml_files(*patterns: str) -> list[bytes]:
    found = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    assert found, patterns
    return [path.read_bytes() for path in found[:12]]


def layouts() -> list[bytes]:
    return toml_files("plugins/*/src/*/layouts/*.toml")


def read_layout(path: Path) -> None:
    Layout.parse(toml_table(path), str(path))


def recipes() -> list[bytes]:
    return toml_files("core/src/restorebench/training/recipes/*.toml")


def setups() -> list[bytes]:
    return [
        b'steps = 4\n[backbone]\nname = "nafnet"\nwidth = 8\n[solver]\nname = "euler"\n',
        b'solver = "unipc"\nhead = "x0"\n[path]\nname = "ir-sde"\nT = 100\n',
    ]


def studies() -> list[bytes]:
    return toml_files("core/src/restorebench/ablation/studies/*.toml")


def index() -> list[bytes]:
    (whole,) = toml_files("leaderboards/published/published.toml")
    tables = whole.split(b"\n[[table]]")
    return [b"\n[[table]]".join(tables[n : n + 2]) for n in range(3)]


TEXTS = [
    b"\0hub:org/name,split=test,degraded=lq,target=gt+gt2,scale=4",
    b"\1degraded=hazy/{id}_*.png,target=gt/{id}.png,scale=2",
    b"\2**/{id}_{view}.*",
    b'\3diffusion:steps=4,weights="a,b.pth",label=x',
    b"\4rank-sum:psnr,ssim,lpips",
    b"\4formula:psnr+10*ssim-5*lpips",
]


READERS = (
    Reader("csv", lambda: TABLES, of_file("a.csv", read_csv)),
    Reader("layout", layouts, of_file("a.toml", read_layout)),
    Reader("recipe", recipes, of_file("recipe.toml", lambda path: read_recipe(str(path)))),
    Reader("study", studies, of_file("study.toml", lambda path: read_study(str(path)))),
    Reader("setup", setups, of_file("setup.toml", lambda path: Setup.from_dict(read_setup(path)))),
    Reader("published", index, of_file(INDEX, lambda path: read_index(path.parent))),
    Reader(
        "text",
        lambda: TEXTS,
        of_text(parse_hub, parse_description, Pattern, RestorerRef.parse, parse_rule),
    ),
)
