"""Files of a folder become scenes by stated rules, which all verbs share."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from restorebench.data.images import write_image
from restorebench.data.layouts.fields.conditions import parse_conditions
from restorebench.data.layouts.fields.masks import mask_pixels, read_mask, write_mask
from restorebench.data.layouts.fields.views import TWO_VIEWS, image_names
from restorebench.data.layouts.image_places import scenes_of
from restorebench.data.layouts.pairing import matches
from restorebench.data.layouts.scenes import ImageFolder
from restorebench.errors import ImageError, OptionError

Files = Callable[..., Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Empty files in a folder: names are looked at before any is opened."""

    def touch(folder: str, *names: str) -> Path:
        (tmp_path / folder).mkdir(exist_ok=True)
        for name in names:
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / folder

    return touch


def test_scenes_come_in_natural_order_under_any_suffix_in_any_case(files: Files) -> None:
    folder = files("a", "10.PNG", "2.jpg", "1.tiff", "3.JFIF", "x2.ppm", "x10.webp", "x1.bmp")
    files("a", ".hidden.png", "readme.txt", "masks/1.png", "sub/9.png")
    assert list(ImageFolder(folder).scenes()) == ["1", "2", "3", "10", "x1", "x2", "x10"]


def test_without_images_of_its_own_a_folder_has_those_of_its_folders(files: Files) -> None:
    folder = files("a", "GOPR2/1.png", "GOPR10/1.png", "deep/er/1.png", "masks/1.png", ".x/1.png")
    scenes = ImageFolder(folder).scenes(1)
    assert list(scenes) == ["GOPR2/1", "GOPR10/1", "deep/er/1"]
    assert scenes["deep/er/1"].files == (folder / "deep" / "er" / "1.png",)
    assert scenes["GOPR2/1"].outputs == ("GOPR2/1.png",)


def test_case_distinguishes_scenes_but_suffixes_do_not(files: Files) -> None:
    assert list(ImageFolder(files("a", "Lena.png", "lena.png")).scenes()) == ["Lena", "lena"]
    with pytest.raises(ImageError, match=r"has both a\.PNG and a\.jpg: which is meant\?"):
        ImageFolder(files("b", "a.PNG", "a.jpg", "b.png")).scenes()
    assert ImageFolder(files("b")).scene("b", 1) is not None


@pytest.mark.parametrize("pair", TWO_VIEWS, ids=" ".join)
def test_views_are_found_under_every_convention(files: Files, pair: tuple[str, str]) -> None:
    names = [f"{name.replace('{id}', scene)}.png" for scene in ("s1", "s2") for name in pair]
    folder = files("a", *names)
    scenes = ImageFolder(folder).scenes()
    assert {i: s.files for i, s in scenes.items()} == {
        "s1": (folder / names[0], folder / names[1]),
        "s2": (folder / names[2], folder / names[3]),
    }
    assert ImageFolder(folder).scene("s2", 2) == scenes["s2"]
    assert len(ImageFolder(folder).scenes(1)) == 4


def test_images_are_views_only_where_all_of_them_pair_up(files: Files) -> None:
    folder = files("a", "x_0.png", "x_1.png", "x_2.png")
    assert list(ImageFolder(folder).scenes()) == ["x_0", "x_1", "x_2"]
    with pytest.raises(ImageError, match=r"without their other view: x_2; two views are called"):
        ImageFolder(folder).scenes(2)
    with pytest.raises(ImageError, match="'x' is there twice: as x_L and as x_left"):
        ImageFolder(files("b", *(f"x_{v}.png" for v in ("L", "R", "left", "right")))).scenes()


def test_low_resolution_views_are_restored_as_high_resolution_ones(files: Files) -> None:
    (scene,) = scenes_of(files("a", "7/lr0.png", "7/lr1.png"), 2)
    assert scene.outputs == ("7/hr0.png", "7/hr1.png")


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("img_1.png", r"lacks IMG_1 \(of 1 references\); there is img_1 instead"),
        ("IMG_1x2.png", "there is IMG_1x2 instead; names must be the same"),
        ("IMG_1_L.png", "there is IMG_1_L instead"),
    ],
)
def test_an_absent_scene_is_an_error_that_says_what_is_there(
    files: Files, there: str, said: str
) -> None:
    with pytest.raises(ImageError, match=said):
        matches(files("pred", there), files("gt", "IMG_1.png"))


@pytest.mark.parametrize("name", ["{}.png", "{}/{}.png"])
def test_names_compare_in_one_unicode_form(files: Files, name: str) -> None:
    """macOS writes an accent as a character of its own, Linux as it was typed."""
    typed, decomposed = (unicodedata.normalize(form, "café") for form in ("NFC", "NFD"))
    gt = files("gt", name.format(typed, typed))
    pred = files("pred", name.format(decomposed, decomposed))
    for found in (matches(pred, gt), matches(gt, pred)):
        assert list(found) == [name.format(typed, typed).removesuffix(".png")]


def test_predictions_may_be_named_by_another_convention(files: Files) -> None:
    pred = files("pred", "a/hr0.png", "a/hr1.png", "b/hr0.png", "b/hr1.png")
    gt = files("gt", "a_L.png", "a_R.png")
    assert matches(pred, gt)["a"].restored.files == (pred / "a" / "hr0.png", pred / "a" / "hr1.png")


def test_uploads_have_one_name_for_each_view() -> None:
    assert image_names("a/b", 1) == ("a_b.png",)
    assert image_names("a", 2) == ("a_L.png", "a_R.png")


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    def save(image: Image.Image, name: str = "m.png", **how: object) -> Path:
        image.save(tmp_path / name, **how)
        return tmp_path / name

    return save


LEVELS = np.array([[0, 3, 128], [255, 254, 7]], np.uint8)


@pytest.mark.parametrize(
    "image",
    [
        Image.fromarray(LEVELS),
        Image.fromarray(LEVELS.astype(np.uint16) * 257),
        Image.fromarray(np.stack([LEVELS] * 3, axis=-1)),
    ],
    ids=["grey", "16-bit grey", "grey as RGB"],
)
@pytest.mark.parametrize("name", ["m.png", "m.tif"])
def test_a_mask_is_scaled_by_its_white(saved: Callable[..., Path], image, name: str) -> None:
    mask = read_mask(saved(image, name), (2, 3))
    assert mask.dtype == np.float32
    np.testing.assert_allclose(mask, LEVELS[None] / 255, rtol=1e-6)


def test_of_a_tiff_mask_0_may_be_white(tmp_path: Path) -> None:
    for levels in (LEVELS, LEVELS.astype(np.uint16) * 257):
        tifffile.imwrite(tmp_path / "m.tif", levels, photometric="miniswhite")
        mask = read_mask(tmp_path / "m.tif", (2, 3))
        np.testing.assert_allclose(mask, 1 - LEVELS[None] / 255, rtol=1e-6)


def test_a_bilevel_mask_is_0_and_1(saved: Callable[..., Path]) -> None:
    mask = read_mask(saved(Image.fromarray(LEVELS > 100)), (2, 3))
    np.testing.assert_array_equal(mask, (LEVELS > 100)[None])


COLOUR = np.stack([LEVELS, LEVELS, LEVELS[:, ::-1]], axis=-1)


@pytest.mark.parametrize(
    ("image", "name", "said"),
    [
        (Image.fromarray(LEVELS).convert("P"), "m.png", "is a palette image"),
        (Image.fromarray(LEVELS).convert("LA"), "m.png", "is grey with alpha"),
        (Image.fromarray(COLOUR).convert("RGBA"), "m.png", "is RGB with alpha"),
        (Image.fromarray(COLOUR), "m.png", "is in colour"),
        (Image.fromarray(LEVELS.astype(np.float32)), "m.tif", "is floating point"),
        (Image.fromarray(LEVELS), "m.jpg", "is a JPEG"),
        (Image.fromarray(LEVELS), "m.webp", "is a lossy WebP"),
        (Image.fromarray(LEVELS // 255), "m.png", "has no value above 1, where white is 255"),
        (Image.fromarray(LEVELS.astype(np.uint16)), "m.png", "has no value above 255, where white"),
        (Image.fromarray(LEVELS % 5), "m.png", "has no value above 4, where white is 255"),
        (Image.fromarray(LEVELS.astype(np.uint16) << 4), "m.tif", "has no value above 4080, where"),
        (Image.fromarray(LEVELS.T), "m.png", "is 2×3, but its image is 3×2"),
    ],
)
def test_what_is_not_certain_of_a_mask_is_refused_by_name(
    saved: Callable[..., Path], image: Image.Image, name: str, said: str
) -> None:
    with pytest.raises(ImageError, match=rf"the mask .*{name} {said}"):
        read_mask(saved(image, name), (2, 3))


def test_the_size_of_an_image_is_read_in_silence_whatever_its_exif_data(tmp_path: Path) -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(20)
    Image.fromarray(COLOUR).save(tmp_path / "a.jpg", exif=exif)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        assert ImageFolder(tmp_path).scenes(1)["a"].size() == (2, 3)
    assert said == []


def test_of_tiff_and_webp_the_compression_decides(tmp_path: Path) -> None:
    image, colours = Image.fromarray(LEVELS), Image.fromarray(np.dstack([LEVELS] * 3))
    image.save(tmp_path / "m.tif", compression="jpeg")
    with pytest.raises(ImageError, match=r"m\.tif is a TIFF of JPEG"):
        read_mask(tmp_path / "m.tif", (2, 3))
    colours.save(tmp_path / "m.webp", exif=Image.Exif().tobytes(), xmp=b"odd", quality=90)
    with pytest.raises(ImageError, match=r"m\.webp is a lossy WebP"):
        read_mask((tmp_path / "m.webp").read_bytes(), (2, 3), "m.webp")
    image.save(tmp_path / "m.tif", compression="tiff_lzw")
    colours.save(tmp_path / "m.webp", lossless=True, xmp=b"odd")
    for name in ("m.tif", "m.webp"):
        np.testing.assert_array_equal(
            read_mask(tmp_path / name, (2, 3))[0], LEVELS / np.float32(255)
        )


def test_a_broken_mask_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "m.png").write_text("no mask")
    with pytest.raises(ImageError, match=r"m\.png cannot be read .* as 8-bit grey PNG"):
        read_mask(tmp_path / "m.png", (2, 3))


def test_masks_keep_both_thresholds_in_8_bit(tmp_path: Path) -> None:
    """Protocols ask for above zero, or at least one half."""
    mask = np.array([[[0.0, 1e-6, 0.001, 0.4999, 0.5, 0.5001, 1.0]]], np.float32)
    write_mask(tmp_path / "new" / "m.png", mask)
    again = read_mask(tmp_path / "new" / "m.png", mask.shape[1:])
    np.testing.assert_array_equal(again, mask_pixels(mask) / np.float32(255))
    assert ((again > 0) == (mask > 0)).all()
    assert ((again >= 0.5) == (mask >= 0.5)).all()


def test_sizes_that_differ_are_named(tmp_path: Path) -> None:
    for folder, size in (("pred", 6), ("gt", 5)):
        write_image(tmp_path / folder / "a.png", np.zeros((3, 4, size), np.uint8))
    (match,) = matches(tmp_path / "pred", tmp_path / "gt").values()
    with pytest.raises(ImageError, match=r"a\.png is 6×4, its reference .*a\.png 5×4"):
        match.read()


@pytest.mark.parametrize(
    "content",
    [
        b"name,f,x\na,16,.5\nb,1.,+2e1\n",
        b"\xef\xbb\xbfa,016,0.5\r\nb,1,20\r\n",
        b" b.PNG , 1 , 20\na.png,16,0.5\nc,x\n",
        b"a;16;,5\nb;1;20\n",
        "é,1,1\na,16,.5\nb,1,20\n".encode("cp1252"),
    ],
)
def test_conditions_are_read_from_csv(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.csv").write_bytes(content)
    found = parse_conditions(str(tmp_path / "c.csv"), ["a", "b"])
    assert {name: numbers.tolist() for name, numbers in found.items()} == {
        "a": [16, 0.5],
        "b": [1, 20],
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a;x;2\nb;1;2\n", "the line of 'a' holds something else"),
        (b"a,nan\n", "the line of 'a' holds something else than finite numbers"),
        (b"a,inf\n", "the line of 'a' holds something else than finite numbers"),
        (b"a,1e39\n", "the line of 'a' holds something else than finite numbers"),
        (b"a,1\na.png,2\n", "line 2: 'a' has other numbers than in a line before"),
        (b"a,1\n\0,2\n", r"c\.csv is not text; save it as CSV in UTF-8"),
    ],
)
def test_conditions_that_are_not_there_are_an_error(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "c.csv").write_bytes(content)
    with pytest.raises(OptionError, match=said):
        parse_conditions(str(tmp_path / "c.csv"), ["a"])


def test_conditions_may_be_the_same_for_all() -> None:
    assert [v.tolist() for v in parse_conditions("1,.5", ["a", "b"]).values()] == [[1, 0.5]] * 2
    assert parse_conditions("", ["a"])["a"].shape == (0,)
    with pytest.raises(OptionError, match="expected numbers with commas, or a CSV file"):
        parse_conditions("1,x", ["a"])
