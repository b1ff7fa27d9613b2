"""The examples of docs/python.md run, one after another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def test_the_examples_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S):
        exec(compile(block, str(PAGE), "exec"), space)
    printed = capsys.readouterr().out
    assert "dark-channel" in printed
    assert "my-net" in printed
    assert (tmp_path / "reports" / "index.html").exists()
    assert space["hazy"] == "degraded=hazy/{id}_*.png,target=gt/{id}.png,name=my-haze"
