"""`score`: images from elsewhere, against a data set or against a folder."""

from __future__ import annotations

import json
import math
import shutil

import numpy as np
import pytest
from PIL import Image

from restorebench.data.colour import quantise
from restorebench.data.images import write_image
from restorebench.data.layouts.fields.masks import write_mask


@pytest.fixture
def targets(squares, tmp_path):
    for name in squares.IDS:
        write_image(tmp_path / "gt" / f"{name}.png", quantise(squares.make(name).target)[0])
    return tmp_path / "gt"


@pytest.fixture
def off_by_ten(targets, tmp_path):
    """The targets, each value 10 less: MSE 100, so PSNR 10·log10(255²/100) everywhere."""
    for path in targets.iterdir():
        with Image.open(path) as image:
            pixels = np.asarray(image).transpose(2, 0, 1)
        write_image(tmp_path / "pred" / path.name, (pixels - 10).astype(np.uint8))
    return tmp_path / "pred"


PSNR = 10 * math.log10(255**2 / 100)


def test_a_folder_against_a_data_set(json_of, off_by_ten):
    found = json_of("score", str(off_by_ten), "--task", "dark", "--dataset", "squares", "--json")
    assert found["protocol"] == "ntire-crop1"
    assert [pair["name"] for pair in found["pairs"]] == ["test-0000", "test-0001", "test-0002"]
    assert found["means"]["psnr"] == pytest.approx(PSNR, abs=1e-9)


def test_the_same_as_a_table(call, off_by_ten):
    result = call("score", str(off_by_ten), "--dataset", "squares")
    assert result.exit_code == 0
    assert "pred" in result.stdout
    assert f"{PSNR:.2f}" in result.stdout


def test_a_missing_image_is_named_and_the_others_are_scored(call, off_by_ten):
    (off_by_ten / "test-0001.png").unlink()
    result = call("score", str(off_by_ten), "--dataset", "squares", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["means"] == {}
    assert [bool(pair["error"]) for pair in found["pairs"]] == [False, True, False]
    assert "test-0001" in result.stderr


def test_a_folder_against_a_folder(json_of, off_by_ten, targets):
    arguments = ("--protocol", "ntire-crop1", "--json")
    found = json_of("score", str(off_by_ten), str(targets), *arguments)
    assert found["means"]["psnr"] == pytest.approx(PSNR, abs=1e-9)
    assert len(found["protocol_hash"]) == 16


def test_a_data_set_by_another_protocol_than_its_tasks(json_of, off_by_ten):
    arguments = ("score", str(off_by_ten), "--dataset", "squares", "--json")
    own, other = (json_of(*arguments, *p) for p in ((), ("--protocol", "matlab-gray")))
    assert (own["protocol"], other["protocol"]) == ("ntire-crop1", "matlab-gray")
    assert set(other["means"]) == {"psnr", "ssim"}


def test_a_missing_score_names_column_image_metric_and_reason(call, tmp_path):
    for name, size in (("large", (3, 40, 40)), ("small", (3, 8, 40))):
        for folder in ("pred", "gt"):
            write_image(tmp_path / folder / f"{name}.png", np.full(size, len(folder), np.uint8))
    result = call("score", "pred", "gt")
    assert result.exit_code == 0
    lines = " ".join(result.stdout.split())
    assert "image psnr ssim lpips" in lines
    assert "ssim of small: the sample does not fit ssim: a side of 8 px is too short" in lines
    assert "lpips of small: the sample does not fit lpips: LPIPS needs images of 31 px" in lines
    assert "mean of 2 42.1102 – –" in lines


@pytest.mark.filterwarnings("default::restorebench.errors.ImageWarning")
def test_equal_images_are_infinitely_good(call, json_of, targets):
    arguments = ("score", str(targets), str(targets), "--protocol", "ntire-crop1")
    assert json_of(*arguments, "--json")["means"] == {"psnr": "inf", "ssim": 1.0}
    assert "∞" in call(*arguments).stdout


def test_a_mask_selects_the_region(json_of, targets, tmp_path):
    """Half of each image is wrong by 10; the mask covers that half."""
    half = np.zeros((32, 40), np.uint8)
    half[:, :20] = 255
    for path in targets.iterdir():
        with Image.open(path) as image:
            pixels = np.array(image).transpose(2, 0, 1)
        pixels[:, :, :20] -= 10
        write_image(tmp_path / "pred" / path.name, pixels)
        (tmp_path / "mask").mkdir(exist_ok=True)
        Image.fromarray(half).save(tmp_path / "mask" / path.name)
    folders = (str(tmp_path / "pred"), str(targets), "--mask", str(tmp_path / "mask"))
    found = json_of("score", *folders, "--protocol", "shadow-native-regions", "--json")
    assert found["means"]["psnr_mask"] == pytest.approx(PSNR, abs=1e-9)
    assert found["means"]["psnr_outside"] == "inf"
    assert found["means"]["psnr"] == pytest.approx(PSNR + 10 * math.log10(2), abs=1e-9)


def test_masks_may_be_a_pattern_beside_folders(json_of, call, off_by_ten, targets, tmp_path):
    for path in targets.iterdir():
        with Image.open(path) as image:
            mask = np.ones((1, image.height, image.width), np.float32)
        write_mask(tmp_path / "masks" / f"{path.stem}_mask.png", mask)
    given = ("score", "pred", "gt", "--protocol", "shadow-native-regions", "--mask")
    found = json_of(*given, "masks/{id}_mask.png", "--json")
    assert found["means"]["psnr_mask"] == pytest.approx(PSNR, abs=1e-9)
    absent = call(*given, "masks/{id}.png")
    assert absent.exit_code == 2
    assert "masks are absent: of 'test-0000' looked for" in " ".join(absent.stderr.split())


def test_a_reference_without_its_image_is_an_error_that_names_it(call, off_by_ten, targets):
    (off_by_ten / "test-0002.png").unlink()
    result = call("score", str(off_by_ten), str(targets))
    assert result.exit_code == 2
    assert "pred lacks test-0002" in result.stderr


def test_images_without_a_reference_are_said(call, off_by_ten, targets):
    first, *_ = sorted(targets.iterdir())
    first.unlink()
    result = call("score", str(off_by_ten), str(targets), "--protocol", "ntire-crop1")
    assert result.exit_code == 0
    assert f"have no reference: {first.stem}" in result.stderr


@pytest.mark.filterwarnings("default::restorebench.errors.ImageWarning")
def test_images_that_are_passed_over_are_said(call, off_by_ten, targets):
    (targets / "lost.png").symlink_to("nowhere.png")
    (targets / "0.heic").touch()
    write_image(off_by_ten / "more" / "a.png", np.zeros((3, 16, 16), np.uint8))
    result = call("score", str(off_by_ten), str(targets), "--protocol", "ntire-crop1")
    assert result.exit_code == 0
    assert "gt/0.heic is passed over; save them as PNG" in result.stderr
    assert "gt/lost.png is passed over: links to files that are not there" in result.stderr
    assert "pred/more/a.png and what else is in folders of" in result.stderr


@pytest.mark.filterwarnings("default::restorebench.errors.ImageWarning")
def test_an_image_of_a_kind_that_is_not_read_is_said_where_it_is_missed(call, off_by_ten, targets):
    (off_by_ten / "test-0002.png").rename(off_by_ten / "test-0002.jp2")
    result = call("score", str(off_by_ten), str(targets))
    assert result.exit_code == 2
    assert "pred lacks test-0002" in result.stderr
    assert "test-0002.jp2 is of a kind that is not read: save it as PNG" in result.stderr


def test_a_mask_that_no_column_uses_is_said(call, off_by_ten, targets, tmp_path):
    for target in targets.iterdir():
        write_mask(tmp_path / "masks" / target.name, np.ones((1, 16, 16), np.float32))
    result = call("score", "pred", "gt", "--mask", "masks", "--protocol", "ntire-crop1")
    assert "--mask changes nothing: no column of ntire-crop1 is of a region" in result.stderr


def test_two_images_are_a_pair(json_of, off_by_ten, targets):
    one, two = (sorted(folder.iterdir())[0] for folder in (off_by_ten, targets))
    found = json_of("score", str(one), str(two), "--protocol", "ntire-crop1", "--json")
    (pair,) = found["pairs"]
    assert pair["scores"]["psnr"] == found["means"]["psnr"]


def test_another_size_is_an_error_that_names_the_file_and_the_others_are_scored(
    call, off_by_ten, targets
):
    write_image(off_by_ten / "test-0000.png", np.zeros((3, 16, 10), np.uint8))
    result = call("score", str(off_by_ten), str(targets), "--protocol", "ntire-crop1")
    assert result.exit_code == 1
    assert "test-0000.png is 10×16" in result.stderr
    assert result.stdout.count(f"{PSNR:.4f}") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "or --dataset"),
        (("gt", "--dataset", "squares"), "not both"),
        (("--dataset", "sqares"), "did you mean 'squares'"),
        (("--dataset", "squares", "--task", "drak"), "did you mean 'dark'"),
        (("--dataset", "squares", "--mask", "gt"), "fix mask and views"),
        (("--dataset", "squares", "--protocol", "ntire-rbg"), "did you mean 'ntire-rgb'"),
        (("gt", "--protocol", "ntire-rbg"), "did you mean 'ntire-rgb'"),
        (("nowhere",), "nowhere does not exist"),
    ],
)
def test_what_does_not_fit_is_said(call, off_by_ten, targets, arguments, message):
    result = call("score", "pred", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("names", [("{}_L", "{}_R"), ("{}/hr0", "{}/hr1")])
def test_views_are_scored_as_one_scene(json_of, tmp_path, names):
    """A protocol that looks at the left view sees no right one, whatever the files are called."""
    target = np.random.default_rng(1).integers(20, 236, (3, 80, 90), np.uint8)
    for scene in "ab":
        for name, off in zip(names, (10, 0), strict=True):
            write_image(tmp_path / "gt" / f"{name.format(scene)}.png", target)
            write_image(tmp_path / "pred" / f"{name.format(scene)}.png", target - np.uint8(off))
    left = json_of("score", "pred", "gt", "--protocol", "stereo-left-crop64", "--json")
    assert (left["views"], [pair["name"] for pair in left["pairs"]]) == (2, ["a", "b"])
    assert left["means"]["psnr"] == pytest.approx(PSNR, abs=1e-9)
    single = ("--protocol", "stereo-left-crop64", "--json", "--views", "1")
    assert json_of("score", "pred", "gt", *single)["means"]["psnr"] == "inf"


def test_scenes_may_lie_in_folders(json_of, targets, off_by_ten, tmp_path):
    for folder in (targets, off_by_ten):
        inside = folder.rename(folder.with_name("x"))
        folder.mkdir()
        inside.rename(folder / "GOPR1")
    found = json_of("score", "pred", "gt", "--protocol", "ntire-crop1", "--json")
    assert [pair["name"] for pair in found["pairs"]] == [f"GOPR1/test-000{k}" for k in range(3)]
    assert found["means"]["psnr"] == pytest.approx(PSNR, abs=1e-9)


@pytest.mark.filterwarnings("default::restorebench.errors.ImageWarning")
def test_damaged_exif_data_is_a_line_and_the_image_is_scored(call, tmp_path):
    exif = Image.Exif()
    exif[0x010F] = "a maker whose name is longer than four letters"
    for folder, data in (("pred", exif.tobytes()[:-20]), ("gt", b"")):
        (tmp_path / folder).mkdir()
        Image.new("RGB", (32, 24)).save(tmp_path / folder / "a.jpg", exif=data)
    result = call("score", "pred", "gt", "--protocol", "ntire-crop1")
    assert result.exit_code == 0
    assert "warning: pred/a.jpg: its EXIF data is damaged" in result.stderr
    assert "∞" in result.stdout


def renamed(folder, how):
    """The folder's images under other names."""
    for path in list(folder.iterdir()):
        path.rename(folder / f"{how.format(path.stem)}.png")
    return folder


def test_patterns_pair_other_names(json_of, off_by_ten, targets):
    """Two restorations of one target are two images; a suffix may be stated or not."""
    renamed(off_by_ten, "{}_9")
    (off_by_ten / "test-0000_10.png").hardlink_to(off_by_ten / "test-0000_9.png")
    for pred in ("pred/{id}_*.png", str(off_by_ten / "{id}_*")):
        found = json_of("score", pred, "gt/{id}.png", "--protocol", "ntire-crop1", "--json")
        names = ["test-0000_9", "test-0000_10", "test-0001_9", "test-0002_9"]
        assert [pair["name"] for pair in found["pairs"]] == names
        assert found["means"]["psnr"] == pytest.approx(PSNR, abs=1e-9)
    assert json_of("score", "pred/{id}_9", "gt", "--json")["views"] == 1


def test_patterns_take_masks_too(json_of, off_by_ten, targets, tmp_path):
    renamed(off_by_ten, "{}_out")
    for path in targets.iterdir():
        (tmp_path / "mask").mkdir(exist_ok=True)
        Image.fromarray(np.full((32, 40), 255, np.uint8)).save(tmp_path / "mask" / path.name)
    pair = ("pred/{id}_out.png", "gt/{id}.png", "--protocol", "shadow-native-regions", "--json")
    for mask in ("mask", "mask/{id}.png"):
        found = json_of("score", *pair, "--mask", mask)
        assert found["means"]["psnr_mask"] == pytest.approx(PSNR, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "arguments", "said"),
    [
        ("{}_9", ("pred", "gt"), "write 'pred/{id}_9' 'gt/{id}'"),
        ("{}x2", ("pred", "gt"), "write 'pred/{id}x2' 'gt/{id}'"),
        ("{}_9", ("pred/{id}.png", "gt/{id}.png"), "no target of 3 of 3 samples"),
        ("{}_9", ("pred/{id}_9.png", "nowhere"), "nowhere is not a folder"),
        ("{}_9", ("pred/*.png", "gt"), "expected {id} in it"),
        (
            "{}_9",
            ("pred/{id}_9.png", "gt", "--views", "2"),
            "--views is 2, but the patterns have 1",
        ),
        ("{}_9", ("pred/{id}_9.png", "gt", "--mask", "pred/{id}.png"), "no mask of 3 of 3"),
    ],
)
def test_what_does_not_pair_up_is_said(call, off_by_ten, targets, change, arguments, said):
    renamed(off_by_ten, change)
    result = call("score", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", "")


def test_a_reference_without_prediction_is_an_error_with_patterns_too(call, off_by_ten, targets):
    (off_by_ten / "test-0001.png").unlink()
    result = call("score", "pred/{id}.png", "gt/{id}.png")
    assert result.exit_code == 2
    assert "1 reference has no prediction: gt/test-0001.png" in result.stderr


def test_patterns_name_images_of_a_data_set(json_of, call, off_by_ten):
    renamed(off_by_ten, "out_{}_x")
    arguments = ("score", "pred/out_{id}_x.png", "--dataset", "squares")
    assert json_of(*arguments, "--json")["means"]["psnr"] == pytest.approx(PSNR, abs=1e-9)
    assert "pred" in call(*arguments).stdout
    result = call("score", "pred/{id}_x.png", "--dataset", "squares")
    assert result.exit_code == 1
    assert "looked for test-0000_x.png; there is out_test-0000" in result.stderr


def test_a_data_set_of_ones_own_is_scored_against(json_of, off_by_ten, targets):
    """Its degraded images are never read as predictions, and its protocol is the task's."""
    for name in ("lq", "hq"):
        shutil.copytree(targets, targets.parent / "own" / name)
    data = "degraded=own/lq/{id}.png,target=own/hq/{id}.png"
    found = json_of("score", "pred", "--task", "dark", "--data", data, "--json")
    assert found["protocol"] == "ntire-crop1"
    assert (found["dataset"], found["means"]["psnr"]) == ("own", pytest.approx(PSNR, abs=1e-9))


@pytest.mark.filterwarnings("default::restorebench.errors.ImageWarning")
def test_images_that_are_their_own_references_are_pointed_out(call, off_by_ten, targets, tmp_path):
    """By name, by a link and by a copy; the scores are right, and most likely not meant."""
    result = call("score", str(targets), str(targets))
    assert result.exit_code == 0
    assert "test-0000.png is its own reference (and 2 more images)" in result.stderr
    assert "3 of 3 equal their targets in every pixel" in result.stderr
    (tmp_path / "link.png").symlink_to(targets / "test-0001.png")
    result = call("score", str(targets / "test-0001.png"), str(tmp_path / "link.png"))
    assert "test-0001.png is its own reference: both names are of one file" in result.stderr
    shutil.copy(targets / "test-0001.png", off_by_ten)
    for against in ([str(targets)], ["--dataset", "squares"]):
        result = call("score", str(off_by_ten), *against)
        assert "1 of 3 equal their targets in every pixel: test-0001" in result.stderr
        assert "own reference" not in result.stderr
