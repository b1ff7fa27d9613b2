"""Every reader of files that others hand us, as a function of bytes, with seeds to begin from.

`test_readers.py` and `campaign.py` call them with what hypothesis and atheris make of the seeds.
A reader may refuse its input by the project's own errors and by nothing else. Where a checksum or
a length would make nearly every change the same refusal, it is put right before reading.
"""

from __future__ import annotations

import io
import json
import pickle
import struct
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save

from restorebench.ablation.library import read_study
from restorebench.checkpoints.file import load
from restorebench.checkpoints.pth import read_state
from restorebench.checkpoints.setup import Setup, read_setup
from restorebench.csv_table import read_lines, read_table
from restorebench.data.images import read_image
from restorebench.data.inputs import read_input
from restorebench.data.layouts.fields.depth import read_depth
from restorebench.data.layouts.fields.masks import read_mask
from restorebench.data.layouts.hub_text import parse_hub
from restorebench.data.layouts.inline import parse_description
from restorebench.data.layouts.layout import Layout, toml_table
from restorebench.data.layouts.pattern import Pattern
from restorebench.errors import RestorebenchError, StoreError
from restorebench.harness.jsonl import JsonLines, checked, parsed
from restorebench.harness.parquet.checked_file import block_hashes
from restorebench.harness.parquet.compaction import compact
from restorebench.harness.plan import RestorerRef
from restorebench.harness.record_json import decode, decode_line, encode
from restorebench.harness.store import Store
from restorebench.leaderboard import read_ledger
from restorebench.leaderboard.published_index import INDEX, read_index
from restorebench.leaderboard.ranking.parse import parse_rule
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.png import SIGNATURE, check_png, pixels_only
from restorebench.submission.archive.zip_upload import open_zip
from restorebench.submission.check import check
from restorebench.submission.readme import parse_readme
from restorebench.submission.reference.base import Expected
from restorebench.training.library import read_recipe
from restorebench.types import Cost, Record

SIZE = (24, 32)
"""Height and width of the images among the seeds."""


@dataclass(frozen=True)
class Reader:
    """`read` raises nothing but `RestorebenchError`, whatever the bytes; `seeds` are good ones."""

    name: str
    seeds: Callable[[], list[bytes]]
    read: Callable[[bytes], object]

    def __call__(self, data: bytes) -> bool:
        """Read; whether the input was understood."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self.read(data)
            except RestorebenchError:
                return False
        return True


@cache
def scratch() -> Path:
    """A folder of this process, in memory where there is such a place."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="fuzz-", dir=memory if memory.is_dir() else None))


def placed(name: str, data: bytes) -> Path:
    """A file with that content."""
    path = scratch() / name
    path.write_bytes(data)
    return path


def of_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    return lambda data: read(placed(name, data))


def of_text(*parsers: Callable[[str], object]) -> Callable[[bytes], object]:
    """The parser that the first byte chooses, on the rest."""

    def read(data: bytes) -> None:
        parse = parsers[data[0] % len(parsers)] if data else parsers[0]
        parse(data[1:].decode("utf-8", "surrogateescape"))

    return read


# Images and uploads


def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (*SIZE, 3), dtype=np.uint8)


def image(mode: str = "RGB", kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(pixels()).convert(mode).save(stream, kind, **options)
    return stream.getvalue()


def images() -> list[bytes]:
    exif = Image.Exif()
    exif[0x0112] = 6
    modes = [image(mode) for mode in ("RGB", "L", "P", "RGBA")]
    formats = [image(kind=kind) for kind in ("JPEG", "TIFF", "BMP", "PPM", "WEBP")]
    return [*modes, *formats, image(exif=exif), image(kind="JPEG", exif=exif)]


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG file, as far as their lengths make sense."""
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length


def with_checksums(data: bytes) -> bytes:
    """A PNG file whose chunks have the checksums that belong to them."""
    parts = [data[: len(SIGNATURE)]]
    for kind, content in chunks(data):
        parts += [struct.pack(">I", len(content)), kind, content]
        parts.append(struct.pack(">I", zlib.crc32(kind + content)))
    return b"".join(parts)


def check_upload(data: bytes) -> None:
    """What is scored of an upload has passed this check, and is then decoded."""
    data = with_checksums(data)
    check_png(data, *SIZE, Limits())
    read_image(pixels_only(data, Limits()), "0001.png", ("PNG",))


def png_parts() -> list[bytes]:
    whole = image()
    twice = whole[:33] + whole[8:33] + whole[33:]
    interlaced = Image.fromarray(pixels())
    stream = io.BytesIO()
    interlaced.save(stream, "PNG", compress_level=0)
    return [whole, twice, stream.getvalue(), *(image(mode) for mode in ("L", "RGBA"))]


EXPECTED = tuple(Expected(f"{n:04}.png", f"{n:04}", *SIZE) for n in (1, 2))
README = (
    b"runtime per image [s] : 10.43\nCPU[1] / GPU[0] : 0\nExtra Data [1] / No Extra Data [0] : 1\n"
    b"Other description : a network\n"
)


def uploads() -> list[bytes]:
    streams = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            for expected in EXPECTED:
                archive.writestr(expected.name, image())
            archive.writestr("readme.txt", README)
            archive.writestr("sub/é.png", b"x")
        streams.append(stream.getvalue())
    return streams


def check_zip(path: Path) -> None:
    with open_zip(path, Limits()) as upload:
        check("team", upload, EXPECTED, Limits()).text()


# Records and tables

RECORD = Record(
    *("toy", "squares", "test", "0000", "net", {"steps": 2, "mode": "a"}, 1, 0, 0),
    *("ntire-rgb", "p1", "d1", "i1", "t1", "x1", {"psnr": float("inf"), "ssim": 0.5}),
    *({"lpips": "no trunk"}, Cost(0.5, 10), None, "r1"),
)  # fmt: skip


def records() -> list[bytes]:
    """JSON without checksums, which `read_records` adds."""
    failed = {**encode(RECORD), "prediction": None, "cost": None, "error": "E: no", "scores": {}}
    return [json.dumps(line, indent=0).encode() for line in (encode(RECORD), failed)]


def read_records(data: bytes) -> None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    try:
        line = checked(value) if isinstance(value, dict) else data
    except (ValueError, RecursionError):  # NaN, or nested beyond writing
        line = data
    path = placed("records.jsonl", line + b"\n")
    for found in JsonLines(path).each_new():
        decode_line(found, path)


def read_raw_records(path: Path) -> None:
    for line in JsonLines(path).each_new():
        decode_line(line, path)


def raw_records() -> list[bytes]:
    return [b"".join(checked(json.loads(line)) + b"\n" for line in records())]


# Compacted records

PART = "000001"


def compacted() -> Path:
    """A store whose records are Parquet."""
    folder = scratch() / "compacted"
    if not folder.exists():
        store = Store(folder)
        for number, line in enumerate(records() * 3):
            store.add(replace(decode(json.loads(line)), sample=f"{number:04}"))
        compact(folder)
    return folder


def part_of(index: bytes, parquet: bytes) -> None:
    """Read the records of a part, as boards do and as runs do."""
    folder = scratch() / "part"
    (folder / "records").mkdir(parents=True, exist_ok=True)
    (folder / "records" / f"{PART}.json").write_bytes(index)
    (folder / "records" / f"{PART}.parquet").write_bytes(parquet)
    try:
        for section in read_ledger(folder).sections():
            section.load(images=True)
        list(Store(folder).seconds())
        list(Store(folder).records())
    except StoreError as error:
        if f"{folder / 'records' / PART}" not in str(error):
            msg = f"no file of the part is named: {error}"
            raise AssertionError(msg) from error
        raise


def file_of_part(kind: str) -> bytes:
    return (compacted() / "records" / f"{PART}.{kind}").read_bytes()


def index_of_part() -> dict[str, object]:
    return parsed(file_of_part("json").rstrip())


def read_part_index(data: bytes) -> None:
    """JSON without a checksum, which is added."""
    try:
        value = json.loads(data)
        line = checked(value) if isinstance(value, dict) else data
    except (ValueError, RecursionError):
        line = data
    part_of(line + b"\n", file_of_part("parquet"))


def read_part_parquet(data: bytes) -> None:
    """A Parquet file, whose size and hashes are put into the index."""
    path = placed("hashed", data)
    facts = {"size": len(data), "hashes": "".join(block_hashes(path))}
    part_of(checked({**index_of_part(), **facts}) + b"\n", data)


TABLES = [
    b"team,dataset,psnr,ssim\nA,x,23.1,0.9\nB,x,-,0.8\n",
    "\ufeffname;PSNR↑;Laufzeit [s]\r\n'=é;23,10;1,5\r\n".encode(),
    "sep=;\nname;psnr\n".encode("utf-16"),
    b'"a,b"\t"c\nd"\te\r1\t2\t\xe9\r',
]


def read_csv(path: Path) -> None:
    source = read_lines(path)
    for _, row in source.lines:
        for cell in row:
            source.number(cell)
    table = read_table(path)
    for heading in table.columns:
        try:
            table.numbers(heading)
        except RestorebenchError:
            continue


# Layouts, recipes, setups: TOML and short texts

ROOT = Path(__file__).parents[2]


def toml_files(*patterns: str) -> list[bytes]:
    found = sorted(path for pattern in patterns for path in ROOT.glob(pattern))
    assert found, patterns
    return [path.read_bytes() for path in found[:12]]


def layouts() -> list[bytes]:
    return toml_files("plugins/*/src/*/layouts/*.toml")


def read_layout(path: Path) -> None:
    Layout.parse(toml_table(path), str(path))


def recipes() -> list[bytes]:
    return toml_files("core/src/restorebench/training/recipes/*.toml")


def setups() -> list[bytes]:
    return [
        b'steps = 4\n[backbone]\nname = "nafnet"\nwidth = 8\n[solver]\nname = "euler"\n',
        b'solver = "unipc"\nhead = "x0"\n[path]\nname = "ir-sde"\nT = 100\n',
    ]


def studies() -> list[bytes]:
    return toml_files("core/src/restorebench/ablation/studies/*.toml")


def index() -> list[bytes]:
    (whole,) = toml_files("leaderboards/published/published.toml")
    tables = whole.split(b"\n[[table]]")
    return [b"\n[[table]]".join(tables[n : n + 2]) for n in range(3)]


TEXTS = [
    b"\0hub:org/name,split=test,degraded=lq,target=gt+gt2,scale=4",
    b"\1degraded=hazy/{id}_*.png,target=gt/{id}.png,scale=2",
    b"\2**/{id}_{view}.*",
    b'\3diffusion:steps=4,weights="a,b.pth",label=x',
    b"\4rank-sum:psnr,ssim,lpips",
    b"\4formula:psnr+10*ssim-5*lpips",
]


# Checkpoints


def tensors() -> dict[str, torch.Tensor]:
    return {"backbone.a": torch.zeros(2, 3), "backbone.b": torch.ones(2, dtype=torch.bfloat16)}


def checkpoints() -> list[bytes]:
    """Files without the length of their header, which `read_checkpoint` adds."""
    setup = {"backbone": {"name": "nafnet", "width": 8}, "steps": 2}
    text = json.dumps({"format": 2, "setup": setup, "origin": {"source": "x"}})
    return [save(tensors(), {"restorebench": text})[8:], save(tensors())[8:]]


def read_checkpoint(data: bytes) -> None:
    end = max(0, len(data) - sum(value.nbytes for value in tensors().values()))
    load(placed("a.safetensors", struct.pack("<Q", end) + data))


def pickles() -> list[bytes]:
    stream = io.BytesIO()
    torch.save({"params_ema": tensors(), "step": 3, "module.x": [1.5, None, (True,)]}, stream)
    with zipfile.ZipFile(stream) as archive:
        inner = next(n for n in archive.namelist() if n.endswith("data.pkl"))
        return [archive.read(inner), pickle.dumps({"a": 1}, 2)]


def read_pickle(data: bytes) -> None:
    """The pickle inside PyTorch's zip archive, beside storages that fit the seeds."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/data/0", bytes(24))
        archive.writestr("archive/data/1", bytes(4))
        archive.writestr("archive/version", b"3\n")
        archive.writestr("archive/byteorder", b"little")
    read_state(placed("a.pth", stream.getvalue()))


def weights() -> list[bytes]:
    stream, old = io.BytesIO(), io.BytesIO()
    torch.save(tensors(), stream)
    torch.save(tensors(), old, _use_new_zipfile_serialization=False)
    return [stream.getvalue(), old.getvalue()]


def depths() -> list[bytes]:
    stream = io.BytesIO()
    np.save(stream, np.ones(SIZE, np.float32))
    return [stream.getvalue(), image("I;16", "PNG"), image("F", "TIFF")]


READERS = {
    reader.name: reader
    for reader in (
        Reader("image", images, read_image),
        Reader("input", images, read_input),
        Reader("mask", images, lambda data: read_mask(data, SIZE)),
        Reader("depth", depths, lambda data: read_depth(data, SIZE, 0.001)),
        Reader("png", png_parts, check_upload),
        Reader("zip", uploads, of_file("team.zip", check_zip)),
        Reader("readme", lambda: [README, README.replace(b"\n", b"\r\n")], parse_readme),
        Reader("csv", lambda: TABLES, of_file("a.csv", read_csv)),
        Reader("record", records, read_records),
        Reader("jsonl", raw_records, of_file("raw.jsonl", read_raw_records)),
        Reader("index", lambda: [json.dumps(index_of_part()).encode()], read_part_index),
        Reader("parquet", lambda: [file_of_part("parquet")], read_part_parquet),
        Reader("layout", layouts, of_file("a.toml", read_layout)),
        Reader("recipe", recipes, of_file("recipe.toml", lambda path: read_recipe(str(path)))),
        Reader("study", studies, of_file("study.toml", lambda path: read_study(str(path)))),
        Reader(
            "setup", setups, of_file("setup.toml", lambda path: Setup.from_dict(read_setup(path)))
        ),
        Reader("published", index, of_file(INDEX, lambda path: read_index(path.parent))),
        Reader(
            "text",
            lambda: TEXTS,
            of_text(parse_hub, parse_description, Pattern, RestorerRef.parse, parse_rule),
        ),
        Reader("safetensors", checkpoints, read_checkpoint),
        Reader("pickle", pickles, read_pickle),
        Reader("pth", weights, of_file("b.pth", read_state)),
    )
}
