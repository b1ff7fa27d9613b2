"""`restore`: any restorer on any folder; originals stay, and what made an image is remembered."""

from __future__ import annotations

import importlib
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorebench.data.images import read_image, write_image
from restorebench.plugins import inline

RNG = np.random.default_rng(3)
PIXELS = RNG.integers(0, 250, (3, 9, 12), dtype=np.uint8)


@pytest.fixture
def restore(call, install, monkeypatch, tmp_path):
    """Run `restore` beside a folder ``in`` with the images a and b."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    install(inline(importlib.import_module("restore_plugin"), "restore-plugin"))
    for name in ("a", "b"):
        write_image(tmp_path / "in" / f"{name}.png", PIXELS)

    def run(*arguments, status: int = 0):
        done = call("restore", *map(str, arguments))
        assert done.exit_code == status, done.stderr
        return done

    return run


def test_a_restorer_without_weights_restores_a_folder(restore, tmp_path):
    assert restore("--restorer", "shifted:by=3", "in", "out").stdout == "out: 2 restored\n"
    np.testing.assert_array_equal(read_image(tmp_path / "out" / "a.png"), PIXELS + 3)
    done = restore("--restorer", "shifted:by=3", "in", "out")
    assert done.stdout == "out: 0 restored, 2 already there\n"


def test_restorers_that_enlarge_need_a_scale(restore, tmp_path):
    assert "say how much" in restore("--restorer", "bicubic", "in", "out", status=2).stderr
    restore("--restorer", "bicubic", "--scale", 2, "in", "out")
    assert read_image(tmp_path / "out" / "a.png").shape == (3, 18, 24)
    same = restore("--restorer", "identity", "--scale", 2, "in", "o", status=2)
    assert "'identity' gives images of their own size" in same.stderr


def test_a_task_says_how_many_views_there_are(restore, tmp_path):
    for name in ("x_L", "x_R"):
        write_image(tmp_path / "pairs" / f"{name}.png", PIXELS)
    restore("--restorer", "shifted", "--task", "pair", "pairs", "out")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == ["x_L.png", "x_R.png"]
    wrong = restore("--restorer", "shown", "--task", "pair", "pairs", "o", status=2)
    assert "'shown' is not for the task 'pair', but for lens" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give either --restorer NAME or --weights FILE"),
        (("--restorer", "identity", "-w", "x.pth"), "give either --restorer NAME or --weights"),
        (("--restorer", "shiftet"), "did you mean 'shifted'"),
        (("--restorer", "shifted:on=1"), "does not take these options"),
        (("--restorer", "identity", "--steps", "3"), "does not take these options"),
        (("--weights", "shiftet"), "neither a file nor a restorer's name; did you mean 'shifted'"),
        (("--restorer", "identity", "--device", "cud"), "the device 'cud' cannot be used here"),
        (("--restorer", "shown", "--condition", "1"), "has 2 numbers, aperture, distance (m)"),
        (("--restorer", "identity", "--mask", "in/a.png"), "but there are 2 scenes; give a folder"),
        (("--restorer", "identity", "--scale", "65"), "less than or equal to 64"),
        (("--restorer", "identity", "--depth", "in/sub"), "in/sub does not exist"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(
    restore, arguments, says, tmp_path
):
    assert says in restore(*arguments, "in", "out", status=2).stderr
    assert not (tmp_path / "out").exists()


def test_mask_depth_and_numbers_reach_the_restorer(restore, tmp_path):
    mask, metres = np.zeros((9, 12), np.uint8), np.full((9, 12), 4000, np.uint16)
    mask[:4] = 255
    for name in ("a", "b"):
        for folder, values in (("masks", mask), ("depth", metres)):
            (tmp_path / folder).mkdir(exist_ok=True)
            Image.fromarray(values).save(tmp_path / folder / f"{name}.png")
    (tmp_path / "lens.csv").write_text("a,20,1\nb,40,1\n")
    given = ("--mask", "masks", "--condition", "lens.csv", "--depth", "depth")
    no_unit = restore("--restorer", "shown", *given, "in", "out", status=1)
    assert "depth/a.png holds whole numbers, whose unit is not stated" in no_unit.stderr
    restore("--restorer", "shown", *given, "--depth-unit", "0.001", "in", "out")
    red, green, blue = read_image(tmp_path / "out" / "b.png")
    np.testing.assert_array_equal(red, mask)
    assert set(green.flat) == {102}  # 4 m / 10 of 255
    assert set(blue.flat) == {102}  # 40 / 100 of 255


def test_numbers_that_a_task_has_are_named_where_none_were_given(restore):
    done = restore("--restorer", "shown", "in", "out", status=1)
    assert "the task lens has 2 numbers, aperture, distance (m): give --condition" in done.stderr


PLACES = {
    "the same": "in",
    "the same, written otherwise": "./x/../in/",
    "inside": "in/out",
    "deep inside": "in/some/new/folder",
    "a link to it": "link",
    "inside a link to it": "link/out",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=list(PLACES))
@pytest.mark.parametrize("more", [(), ("--overwrite",)], ids=["", "overwrite"])
def test_nothing_is_written_among_the_inputs(restore, tmp_path, place, more):
    (tmp_path / "link").symlink_to("in")
    (tmp_path / "x").mkdir()
    before = sorted((tmp_path / "in").rglob("*"))
    done = restore("--restorer", "shifted", *more, "in", place, status=2)
    assert "whose originals must stay; name another folder as OUT" in done.stderr
    assert sorted((tmp_path / "in").rglob("*")) == before
    np.testing.assert_array_equal(read_image(tmp_path / "in" / "a.png"), PIXELS)


def test_an_output_that_would_land_among_the_inputs_is_refused(restore, tmp_path):
    """The inputs are set/set/a.png and their folder is set: to restore into '.' would hit them."""
    write_image(tmp_path / "set" / "set" / "a.png", PIXELS)
    done = restore("--restorer", "shifted", "--overwrite", "set", ".", status=2)
    assert "the folder of the inputs (set)" in done.stderr
    strip = ("--save-trajectory", "in/strip.png")
    assert "originals" in restore("--restorer", "shifted", *strip, "in", "out", status=2).stderr


@pytest.mark.parametrize("link", [os.link, os.symlink], ids=["hard link", "symbolic link"])
def test_originals_are_never_replaced(restore, tmp_path, link):
    done = restore("--restorer", "shifted", "--overwrite", "in/a.png", "in", status=2)
    assert "in/a.png would replace in/a.png, which is read" in done.stderr
    (tmp_path / "out").mkdir()
    link(tmp_path / "in" / "a.png", tmp_path / "out" / "b.png")
    done = restore("--restorer", "shifted", "--overwrite", "in", "out", status=2)
    assert "out/b.png would replace in/a.png, which is read" in done.stderr
    assert (
        "OUT is in/b.png, a file"
        in restore("--restorer", "shifted", "in/a.png", "in/b.png", status=2).stderr
    )


def test_what_restore_did_not_write_stays(restore, tmp_path):
    write_image(tmp_path / "out" / "b.png", 255 - PIXELS)
    done = restore("--restorer", "shifted", "in", "out", status=2)
    assert "out holds b.png, which 'restore' did not write there" in done.stderr
    np.testing.assert_array_equal(read_image(tmp_path / "out" / "b.png"), 255 - PIXELS)
    assert not (tmp_path / "out" / "a.png").exists()
    restore("--restorer", "shifted", "--overwrite", "in", "out")
    np.testing.assert_array_equal(read_image(tmp_path / "out" / "b.png"), PIXELS + 1)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (("identity",), "restorer: shifted, now identity"),
        (("shifted:by=2",), 'options: {"by": 1}, now {"by": 2}'),
        (("shifted:by=1", "--task", "lens"), "task: restore, now lens"),
        (("shifted:by=1", "--seed", "1"), "seed: 0, now 1"),
    ],
)
def test_another_restorer_does_not_mix_its_images_in(restore, tmp_path, other, says):
    restore("--restorer", "shifted:by=1", "in", "out")
    (tmp_path / "out" / "a.png").unlink()
    done = restore("--restorer", *other, "in", "out", status=2)
    assert f"out holds images that were made otherwise ({says})" in done.stderr
    assert not (tmp_path / "out" / "a.png").exists()
    assert restore("--restorer", *other, "--overwrite", "in", "out").stdout == "out: 2 restored\n"
    again = restore("--restorer", *other, "in", "out")
    assert again.stdout == "out: 0 restored, 2 already there\n"


def test_changed_inputs_and_damaged_outputs_are_restored_again(restore, tmp_path):
    restore("--restorer", "shifted", "in", "out")
    write_image(tmp_path / "in" / "a.png", 250 - PIXELS)
    done = restore("--restorer", "shifted", "in", "out")
    assert done.stdout == "out: 1 restored, 1 already there\n"
    assert "1 are restored again" in done.stderr
    np.testing.assert_array_equal(read_image(tmp_path / "out" / "a.png"), 251 - PIXELS)
    (tmp_path / "out" / "b.png").write_bytes(b"half")
    done = restore("--restorer", "shifted", "in", "out")
    assert done.stdout == "out: 1 restored, 1 already there\n"


def test_a_run_killed_while_it_wrote_goes_on(restore, tmp_path, monkeypatch):
    """The ledger knows an image before it is there, so that it is not taken for a stranger's."""
    restore("--restorer", "shifted", "in", "out")
    (tmp_path / "out" / "b.png").unlink()
    assert restore("--restorer", "shifted", "in", "out").stdout.startswith("out: 1 restored")


def test_inputs_as_they_come_are_converted_with_a_note_for_each_kind(restore, tmp_path):
    for name in ("a", "b"):
        Image.fromarray(PIXELS[0]).save(tmp_path / "in" / f"{name}.png")
    Image.fromarray(PIXELS[0].astype(np.uint16) * 257).save(tmp_path / "in" / "c.png")
    done = restore("--restorer", "shifted", "in", "out")
    assert done.stderr.count("warning: in/a.png: it is grey, converted to RGB") == 1
    assert "in/b.png" not in done.stderr
    assert "2 images: it is grey, converted to RGB" in done.stderr
    assert "warning: in/c.png: it is grey, of levels up to 65535" in done.stderr
    np.testing.assert_array_equal(read_image(tmp_path / "out" / "c.png"), PIXELS[[0, 0, 0]] + 1)


def test_portable_images_of_any_suffix_are_restored(restore, tmp_path):
    """Netpbm's suffixes, and float maps, of grey and of colours; files of the same content."""
    grey, colours = PIXELS[0], PIXELS.transpose(1, 2, 0)
    black = np.packbits(grey < 100, axis=-1).tobytes()
    floats = {"Pf": grey[::-1], "PF": colours[::-1]}
    files = {
        "g.pgm": b"P5 12 9 255\n" + grey.tobytes(),
        "n.PNM": b"P6 12 9 255\n" + colours.tobytes(),
        "m.pbm": b"P4 12 9\n" + black,
        **{
            f"{kind * 2}.pfm": f"{kind}\n12 9\n-1\n".encode() + (v / 255).astype("<f4").tobytes()
            for kind, v in floats.items()
        },
    }
    (tmp_path / "portable").mkdir()
    for name, content in files.items():
        (tmp_path / "portable" / name).write_bytes(content)
    (tmp_path / "portable" / "x.pam").touch()
    done = restore("--restorer", "identity", "portable", "out")
    assert done.stdout == "out: 5 restored\n"
    assert "warning: portable/x.pam is passed over; save them as PNG" in done.stderr
    found = {path.stem: read_image(path) for path in (tmp_path / "out").glob("*.png")}
    for name in ("g", "PfPf"):
        np.testing.assert_array_equal(found[name], PIXELS[[0, 0, 0]])
    for name in ("n", "PFPF"):
        np.testing.assert_array_equal(found[name], PIXELS)
    np.testing.assert_array_equal(found["m"], np.where(grey < 100, 0, 255)[None].repeat(3, 0))


def test_images_that_are_passed_over_are_said(restore, tmp_path):
    for name in ("x.HEIC", "y.avif"):
        (tmp_path / "in" / name).touch()
    done = restore("--restorer", "shifted", "in", "out")
    assert "warning: in/x.HEIC and 1 more are passed over; save them as PNG" in done.stderr
    (tmp_path / "phone").mkdir()
    (tmp_path / "phone" / "x.heic").touch()
    alone = restore("--restorer", "shifted", "phone", "o", status=2)
    assert "phone holds no images (png, " in alone.stderr
    assert ", but x.heic; save it as PNG" in alone.stderr


def test_links_that_lead_nowhere_and_folders_of_images_are_said(restore, tmp_path):
    (tmp_path / "in" / "lost.png").symlink_to("nowhere.png")
    (tmp_path / "in" / "more").mkdir()
    write_image(tmp_path / "in" / "more" / "c.png", PIXELS)
    done = restore("--restorer", "identity", "--save-trajectory", "t.png", "in", "out")
    assert "in/lost.png is passed over: links to files that are not there" in done.stderr
    assert "in/more/c.png and what else is in folders of in are passed over" in done.stderr
    assert "takes no steps, so that no trajectory is saved" in done.stderr


def test_failures_do_not_stop_the_others_and_are_summed_up(restore, tmp_path):
    for number in range(5):
        write_image(tmp_path / "in" / f"{number}.png", PIXELS)
    done = restore("--restorer", "unlucky", "in", "out", status=1)
    assert done.stdout == "out: 0 restored, 7 failed\n"
    assert done.stderr.count("error: ") == 4
    assert "4 more images failed the same way: ValueError: no luck with …" in done.stderr


def test_memory_that_does_not_suffice_is_explained(restore, tmp_path):
    write_image(tmp_path / "in" / "small.png", PIXELS)
    done = restore("--restorer", "hungry", "in", "out", status=1)
    assert done.stdout == "out: 1 restored, 2 failed\n"
    assert (
        "error: a: MemoryError: 12×9 pixels do not fit into memory: 4.0 GiB more were needed at "
        "once; cut the image into smaller ones, free memory, or use a device with more"
        in done.stderr
    )


def test_a_folder_that_cannot_be_written_is_met_before_anything_is_restored(restore, tmp_path):
    (tmp_path / "file").touch()
    done = restore("--restorer", "unlucky", "in", "file/out", status=2)
    assert "file/out/.restorebench.jsonl cannot be written" in done.stderr
    assert "no luck" not in done.stderr


def test_without_a_terminal_there_are_lines_of_progress(restore):
    assert "[0/2] a" in restore("--restorer", "shifted", "in", "out").stderr
