"""A compaction that is killed loses no record and doubles none."""

from __future__ import annotations

import os

import pytest

from restorebench.harness.parquet.compaction import compact
from restorebench.harness.store import Store


class Killed(BaseException):
    """Ends a compaction, as SIGKILL would."""


def steps(monkeypatch, fatal: int, *, before: bool) -> list[str]:
    """Notes each change of a folder; ends before or after the one with the number `fatal`."""
    noted: list[str] = []

    def watched(name: str):
        real = getattr(os, name)

        def act(*arguments, **more):
            noted.append(name)
            if before and len(noted) == fatal:
                raise Killed
            result = real(*arguments, **more)
            if not before and len(noted) == fatal:
                raise Killed
            return result

        monkeypatch.setattr(os, name, act)

    for name in ("replace", "unlink", "fsync"):
        watched(name)
    return noted


@pytest.mark.parametrize("before", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_killed_at_any_step_it_loses_and_doubles_nothing(kit, tmp_path, monkeypatch, before):
    """As far as files go: everything between two of these steps changes hidden files only."""
    seen = []
    for fatal in range(1, 30):
        folder = tmp_path / str(fatal)
        expected = kit.stored(kit.store_of(folder, kit.some()[:8]).folder)
        with monkeypatch.context() as patch:
            patch.setattr("restorebench.harness.parquet.compaction.discard_parts", lambda _: None)
            noted = steps(patch, fatal, before=before)
            try:
                compact(folder)
            except Killed:
                seen.append(noted[-1])
            else:
                break
        assert kit.stored(folder) == expected
        Store(folder).add(kit.some()[8])
        more = sorted([*expected, repr(kit.some()[8])])
        compact(folder)
        assert kit.stored(folder) == more
        assert {name.rpartition(".")[2] for name in kit.files(folder)} == {"json", "parquet"}
    assert seen.count("replace") == 3
    assert "unlink" in seen
    assert len(noted) == len(seen)
