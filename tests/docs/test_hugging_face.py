"""The page on Hugging Face datasets: its example runs."""

from __future__ import annotations

import re
from pathlib import Path

from restorebench.data.dataset import open_split
from restorebench.data.hashing import identify
from restorebench.data.tables.export import export
from restorebench.plugins import suite

PAGE = Path(__file__).parents[2] / "docs" / "hugging-face.md"
EXAMPLE = re.compile(r"<!-- example -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_example_gives_the_samples_of_the_data_set(tmp_path, monkeypatch):
    photographs = open_split(suite(), "dehaze-photos", "test")
    monkeypatch.chdir(tmp_path)
    export(photographs, Path("photos"))
    (code,) = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    exec(code, names)
    assert identify(names["sample"]) == photographs.identity(photographs.ids[-1])
