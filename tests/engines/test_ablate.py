"""`restorebench ablate` with workers, and with variants in processes of their own."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

RECIPE = """
summary = "tiny"
steps = 2
batch = 1
[data]
name = "farm-squares"
patch = 16
condition = []
max_samples = 2
[objective]
kind = "diffusion"
head = "residual"
[path]
name = "irsde"
max_sigma = 10
[backbone]
name = "nafnet"
width = 4
encoder = [1]
middle = 1
decoder = [1]
[optimiser]
name = "adam"
lr = 1e-3
[sampler]
solver = "ancestral"
grid = "uniform-t"
steps = 2
[monitor]
validate_every = 2
val_samples = 1
"""

STUDY = """
title = "Rates"
summary = "of learning"
varies = "rate"
plots = ["scores"]
[small]
recipe = "tiny.toml"
variants.low = { value = 1e-4, changes = { "optimiser.lr" = 1e-4 } }
variants.high = { value = 1e-2, changes = { "optimiser.lr" = 1e-2 } }
[full]
recipe = "tiny.toml"
variants.a.value = 1
variants.b.value = 2
"""


def test_the_tables_and_the_store_are_those_of_a_serial_run(farm):
    (farm.folder / "tiny.toml").write_text(RECIPE)
    (farm.folder / "rates.toml").write_text(STUDY)
    table, tables = farm.folder / "runs" / "rates" / "table.csv", {}
    ways = {"serial": (), "shared": ("--workers", "2"), "apart": ("--isolate", "--timeout", "90")}
    for name, options in ways.items():
        words = ("ablate", "rates.toml", "--limit", "6", "--output", "runs", "--results", name)
        farm.finished("restorebench", *words, *options, status=0)
        tables[name] = lines_without_seconds(table)
    assert tables["serial"] == tables["shared"] == tables["apart"]
    assert len(farm.contents("serial")[0]) == 3 * 6  # two variants and the reference
    assert farm.contents("shared") == farm.contents("apart") == farm.contents("serial")


def lines_without_seconds(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    assert all(float(line["psnr"]) > 0 for line in lines)
    return [{k: v for k, v in line.items() if k != "seconds_per_image"} for line in lines]
