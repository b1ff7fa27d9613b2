"""A pattern finds files by name and says which scene each belongs to."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from restorebench.data.layouts.pattern import FoundFile, Pattern
from restorebench.errors import OptionError

Touch = Callable[..., Path]


def found(pattern: str, folder: Path) -> dict[str, FoundFile]:
    """By its path below the folder what is found."""
    files = Pattern(pattern).files(folder)
    return {file.path.relative_to(folder).as_posix(): file for file in files}


@pytest.mark.parametrize(
    ("pattern", "name", "keys", "sample"),
    [
        ("hazy/{id}.png", "hazy/a.b c.png", ["a.b c"], "a.b c"),
        ("hazy/{id}.png", "hazy/7.PNG", ["7"], "7"),
        ("hazy/{id}", "hazy/7.JpEg", ["7"], "7"),
        ("hazy/{id}.*", "hazy/7.tiff", ["7"], "7"),
        ("./{id}.jpg", "7.jpg", ["7"], "7"),
        ("{id}.src", "00000.src.jpg", ["00000"], "00000"),
        ("{id}_hazy.png", "01_hazy.png", ["01"], "01"),
        ("hazy/{id}_*.png", "hazy/1400_9.png", ["1400"], "1400_9"),
        ("{id}_*.jpg", "0048_0.9_0.2.jpg", ["0048", "0048_0.9"], "0048_0.9_0.2"),
        ("{id}_*", "a_b_1.png", ["a", "a_b"], "a_b_1"),
        ("*_{id}.png", "x_y_1.png", ["1", "y_1"], "1"),
        ("*/{id}.png", "part 2/7.png", ["7"], "7"),
        ("{id}/*.png", "burst/3.png", ["burst"], "burst/3"),
        ("hr/{id}/hr{view}.png", "hr/000/hr1.png", ["000"], "000"),
        ("{id}/{id}_in.png", "s1/s1_in.png", ["s1"], "s1"),
        ("**/{id}.png", "GOPR1/0001.png", ["GOPR1/0001"], "GOPR1/0001"),
        ("**/{id}.png", "0001.png", ["0001"], "0001"),
        ("train/**/blur/{id}_*.png", "train/a/b/blur/1_2.png", ["a/b/1"], "a/b/1_2"),
        ("mask/{id}.npy", "mask/1.NPY", ["1"], "1"),
    ],
)
def test_a_name_says_its_scene(
    touch: Touch, pattern: str, name: str, keys: list[str], sample: str
) -> None:
    (file,) = Pattern(pattern).files(touch(name))
    assert (sorted(file.keys, key=len), file.name) == (keys, sample)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("hazy/{id}.png", "hazy/7.jpg"),
        ("{id}.jpg", "7.jpeg"),  # another suffix is matched where the pattern has none
        ("hazy/{id}.png", "Hazy/7.png"),
        ("{id}_shadow", "114-5_shadow_mask.png"),
        ("{id}", "notes.txt"),
        ("{id}", ".7.png"),
        ("{id}", "._7.png"),
        ("**/{id}", ".cache/7.png"),
        ("{id}", "sub/7.png"),
        ("{id}/{id}_in.png", "s1/s2_in.png"),
        ("{id}_hazy.png", "_hazy.png"),
        ("{id}+.png", "77.png"),
        ("{id}.png", "7.png/readme.txt"),
    ],
)
def test_other_names_are_not_found(touch: Touch, pattern: str, name: str) -> None:
    assert found(pattern, touch(name)) == {}


@pytest.mark.parametrize("view", ["0", "1", "2", "L", "R", "l", "r", "left", "right", "Right"])
def test_the_view_is_a_field_of_its_own(touch: Touch, view: str) -> None:
    folder = touch(f"a_{view}.png", f"img_{view}/a.png", f"b{view}.png")
    for pattern in ("{id}_{view}", "img_{view}/{id}.png"):
        files = found(pattern, folder).values()
        assert {(file.name, file.view) for file in files} == {("a", view)}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_compare_in_one_unicode_form(touch: Touch, form: str) -> None:
    """macOS writes an accent as a character of its own, Linux as it was typed."""
    typed = unicodedata.normalize(form, "été/café_é.png")
    folder = touch(typed)
    for pattern in ("été/{id}_é.png", unicodedata.normalize("NFD", "été/{id}_é.png"), "*/{id}_*"):
        (file,) = Pattern(pattern).files(folder)
        assert file.keys == ("café",)
        assert file.path == folder / typed


def test_links_are_followed_and_a_circle_ends(touch: Touch) -> None:
    folder = touch("real/a.png")
    (folder / "link.png").symlink_to(folder / "real" / "a.png")
    (folder / "linked").symlink_to(folder / "real")
    (folder / "real" / "up").symlink_to(folder)
    assert {file.name for file in Pattern("{id}.png").files(folder)} == {"link"}
    assert {file.name for file in Pattern("linked/{id}.png").files(folder)} == {"a"}
    assert "real/a" in {file.name for file in Pattern("**/{id}.png").files(folder)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hazy/*.png", r"expected \{id\} in it, such as hazy/\{id\}\.png"),
        ("", r"expected \{id\} in it"),
        ("{id}_{name}.png", r"no other fields than \{id\} and \{view\}"),
        ("{ID}.png", r"expected \{id\} in it"),
        ("/data/{id}.png", "a path below the folder of the data"),
        ("../{id}.png", "a path below the folder of the data"),
        ("a//{id}.png", "a path below the folder of the data"),
        ("a**/{id}.png", r"'\*\*' as a folder of its own"),
        ("{id}/**", r"'\*\*/' before the name of a file"),
        ("{id}_*_{view}.png", r"no '\*' after \{id\} beside \{view\}"),
    ],
)
def test_what_is_no_pattern_is_refused(text: str, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        Pattern(text)
