"""Files are written whole or not at all, and leave nothing behind."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from restorebench.atomic import discard_parts, replacing, write_text
from restorebench.data.seeding import key_of, rng_of


def test_a_file_appears_at_the_end_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.bin"
    with replacing(path) as part:
        part.write_bytes(b"whole")
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_no_part(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old\n")
    with pytest.raises(UnicodeEncodeError):  # after the first half has been written
        write_text(path, "x" * 100_000 + "\ud800")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a.txt", b"old\n")]


@pytest.mark.parametrize("names_part", [True, False])
def test_an_error_of_the_disk_names_the_file_that_was_to_be_written(
    tmp_path: Path, names_part: bool
) -> None:
    path = tmp_path / "board.html"
    with pytest.raises(OSError, match=r"board\.html") as caught, replacing(path) as part:
        raise OSError(errno.ENOSPC, "No space left on device", *[str(part)] * names_part)
    assert caught.value.filename == str(path)


def test_a_folder_appears_whole_too(tmp_path: Path) -> None:
    def copy() -> None:
        with replacing(tmp_path / "run") as part:
            part.mkdir()
            part.joinpath("state").touch()
            if not path.exists():
                raise KeyboardInterrupt

    path = tmp_path / "go on"
    with pytest.raises(KeyboardInterrupt):
        copy()
    assert list(tmp_path.iterdir()) == []
    path.touch()
    copy()
    assert {p.name for p in tmp_path.iterdir()} == {"go on", "run"}


def test_permissions_are_those_of_other_new_files_or_of_the_file_replaced(tmp_path: Path) -> None:
    plain, path = tmp_path / "plain", tmp_path / "a.txt"
    plain.touch()
    write_text(path, "")
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o600)
    write_text(path, "again")
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_a_killed_process_left_can_be_removed(tmp_path: Path) -> None:
    kept = tmp_path / "a.part"
    for path in (kept, tmp_path / ".a-1f.part"):
        path.touch()
    tmp_path.joinpath(".run-2e.part", "deep").mkdir(parents=True)
    discard_parts(tmp_path)
    assert list(tmp_path.iterdir()) == [kept]


def test_a_text_is_a_key_and_a_generator() -> None:
    """SHA-256("abc") starts with ba7816bf 8f01cfea 414140de 5dae2223 (FIPS 180-2, B.1)."""
    assert key_of("abc").to_bytes(16, "little").hex() == "ba7816bf8f01cfea414140de5dae2223"
    assert rng_of("abc").random() == rng_of("abc").random() != rng_of("abd").random()
