"""A folder of hazy images is restored by the plugin's restorers, classical or packaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from restorebench.cli.app import app
from restorebench.data.images import read_image, write_image


@pytest.mark.parametrize(
    "restorer", [("--restorer", "dark-channel"), ("-w", "dehaze-regression")], ids=" ".join
)
def test_a_folder_is_restored_by_name(tmp_path: Path, restorer: tuple[str, str]) -> None:
    hazy = np.random.default_rng(0).integers(120, 200, (3, 24, 32), dtype=np.uint8)
    write_image(tmp_path / "hazy" / "a.png", hazy)
    folders = [str(tmp_path / name) for name in ("hazy", "clear")]
    done = CliRunner().invoke(app, ["restore", *restorer, *folders])
    assert done.exit_code == 0, done.stderr
    clear = read_image(tmp_path / "clear" / "a.png")
    assert clear.shape == hazy.shape
    assert not np.array_equal(clear, hazy)
