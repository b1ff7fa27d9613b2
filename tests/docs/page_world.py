"""What a reader of a page has already: images, networks, weights, uploads, a store of records."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from scipy.ndimage import gaussian_filter

from restorebench.data.colour import quantise, to_srgb
from restorebench.data.dataset import open_split
from restorebench.data.images import write_image
from restorebench.data.layouts.layout import Layout
from restorebench.data.scenes import scene
from restorebench.plugins import suite
from restorebench.testing.fake_copy import fake_copy
from restorebench.types import Pixels

ROOT = Path(__file__).parents[2]
NET = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(3, 3, 3, padding=1)

    def forward(self, x):
        return x + 0.01 * self.layer(x)
"""
LAB = """\
[datasets.my-dehaze-test]
task = "dehaze"
root = "pairs"
degraded = "hazy/{id}.png"
target = "gt/{id}.png"
"""
SCORES = "team,psnr,ssim,lpips,mos\nteam1,24.1,0.83,0.11,7.1\nteam2,23.9,0.84,0.10,7.3\n"
SHARP = ("gt/{}", "pairs/gt/{}", "free/{}", "val/gt/{}")
SOFT = (
    *("hazy/{}_1", "pairs/hazy/{}", "in/{}", "out/{}_dehazed", "pred/{}", "IN/{}", "lq/{}"),
    *("val/lq/{}", "photos/{}", "shadows/{}"),
)
VIEWS = ("{}_left", "{}_right")
SMALL = ("small/{}", *(f"{place}lr/{view}" for place in ("", "stereo-pairs/") for view in VIEWS))
LARGE = tuple(f"{place}hr/{view}" for place in ("", "stereo-pairs/") for view in VIEWS)
DEPTH = np.full((64, 96), 3000, np.uint16)
MAX_SIGMA = 50
"""The deviation of the released networks for shadows, in grey levels."""
PUBLIC = ("istd", "kitti2015", "o-haze", "vabd-f1.8")


def furnish(folder: Path) -> None:
    """Write everything but the store."""
    _write_images(folder)
    _write_networks(folder)
    _write_uploads(folder)
    for layout in map(_layout, PUBLIC):
        fake_copy(layout, folder / "data" / layout.folders[0], scenes=2)
    (folder / "restorebench.toml").write_text(LAB, encoding="utf-8")


def _layout(name: str) -> Layout:
    (path,) = ROOT.glob(f"plugins/*/src/*/layouts/{name}.toml")
    return Layout.read(path)


def _write_images(folder: Path) -> None:
    for number, key in enumerate("abcd"):
        _write_scene(folder, key, quantise(to_srgb(scene(f"val-{number:04d}", 64, 96).composite())))
    square = quantise(to_srgb(scene("val-0000", 256, 256).composite()))
    write_image(folder / "target.png", square)
    Image.fromarray(square.transpose(1, 2, 0)).save(folder / "photo.tif")
    Image.fromarray(square[0] // 128 * 255).save(folder / "mask.png")
    Image.fromarray(np.full((256, 256), 3000, np.uint16)).save(folder / "depth.png")
    for sample in open_split(suite(), "dehaze-photos", "test"):
        write_image(folder / f"outputs/{sample.id}.png", quantise(sample.degraded)[0])


def _write_scene(folder: Path, key: str, sharp: Pixels) -> None:
    """One scene under all the names that pages give to degraded images, targets and masks."""
    soft = np.rint(gaussian_filter(sharp.astype(np.float32), (0, 1, 1))).astype(np.uint8)
    small = soft[:, ::4, ::4]
    named = {**dict.fromkeys(SHARP, sharp), **dict.fromkeys(SOFT, soft)}
    named |= {**dict.fromkeys(SMALL, small), **dict.fromkeys(LARGE, sharp)}
    for name, pixels in named.items():
        write_image(folder / f"{name.format(key)}.png", pixels)
    mask = np.zeros((64, 96), np.uint8)
    mask[:, :40] = 255
    for place, values in {"mask": mask, "masks": mask, "depth": DEPTH}.items():
        (folder / place).mkdir(exist_ok=True)
        Image.fromarray(values).save(folder / place / f"{key}.png")


def _write_networks(folder: Path) -> None:
    (folder / "net.py").write_text(NET, encoding="utf-8")
    layer = torch.nn.Conv2d(3, 3, 3)
    torch.save({f"layer.{k}": v for k, v in layer.state_dict().items()}, folder / "net.pth")
    arrays = np.load(ROOT / "tests" / "vectors" / "engine" / "net_nafnet_tiny.npz")
    weights = {k[3:]: torch.from_numpy(arrays[k]) for k in arrays if k.startswith("sd:")}
    torch.save(_tamed(weights), folder / "refusion.pth")


def _tamed(weights: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Refusion's network that predicts (x − μ) / λ, so that it restores what it is given."""
    for name, value in weights.items():
        if re.search(r"beta|gamma|ups|intro|ending", name):
            value.zero_()  # blocks that add nothing, and levels below that do not come back
    for channel in range(3):
        weights["intro.weight"][channel, channel, 1, 1] = 1
        weights["ending.weight"][channel, channel, 1, 1] = 255 / MAX_SIGMA
    return weights


def _write_uploads(folder: Path) -> None:
    (folder / "inbox").mkdir()
    for team in ("team1", "team7", "baseline"):
        with zipfile.ZipFile(folder / "inbox" / f"{team}.zip", "w") as archive:
            for key in "abcd":
                archive.write(folder / "IN" / f"{key}.png", f"{key}.png")
            archive.writestr("readme.txt", "runtime per image [s] : 1.5\nCPU[1] / GPU[0] : 0\n")
    (folder / "fid.csv").write_text("restorer,fid\nidentity,51.2\ndark-channel,40.1\n")
    (folder / "mos.csv").write_text("restorer,mos\nteam1,7.1\nteam7,6.2\nbaseline,5.0\n")
    (folder / "scores.csv").write_text(SCORES, encoding="utf-8")
    with zipfile.ZipFile(folder / "my.zip", "w") as archive:
        for sample in open_split(suite(), "dehaze-scenes", "val"):
            write_image(folder / "val-outputs" / f"{sample.id}.png", quantise(sample.degraded)[0])
            archive.write(folder / "val-outputs" / f"{sample.id}.png", f"{sample.id}.png")
