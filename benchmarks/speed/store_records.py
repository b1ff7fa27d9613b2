"""Records of a made-up store, by the million: made as lines, without restoring anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np

from restorebench.harness.record_json import decode
from restorebench.types import Record

if TYPE_CHECKING:
    pass

TASKS = ("bokeh", "dehaze", "shadow", "stereo")
DATASETS, IMAGES = 10, 2000
"""Data sets of each task, and images of each of them."""

T = TypeVar("T")
Line: TypeAlias = tuple[str, str]
"""A name, and a record as JSON."""


def restorers(records: int) -> int:
    """How many restorers there are, so that there are so many records."""
    return max(2, round(records / (len(TASKS) * DATASETS * IMAGES)))


def lines(records: int, task: str) -> Iterator[Line]:
    """A task's share of so many records, restorer after restorer on each data set."""
    random = np.random.default_rng(TASKS.index(task))
    for dataset in range(DATASETS):
        base = random.normal(28, 4, IMAGES)
        for restorer in range(restorers(records)):
            psnr = base + 0.05 * restorer + random.normal(0, 1, IMAGES)
            yield from cell(task, dataset, restorer, psnr, random.bytes(16 * IMAGES).hex())


def cell(task: str, dataset: int, restorer: int, psnr: np.ndarray, digests: str) -> Iterator[Line]:
    """The records of one restorer on one data set."""
    where = f"{task}-{dataset}"
    head = {
        **dict(zip(("task", "dataset", "split"), (task, where, "test"), strict=True)),
        **dict.fromkeys(("draw", "seed"), 0),
        **dict.fromkeys(("schema", "revision"), 1),
        "restorer": f"net-{restorer}",
        "options": {"k": restorer % 5} if restorer % 2 else {},
        "protocol": "ntire-rgb",
        "protocol_hash": "1de9775d80b7bbcc",
        "dataset_hash": blake2b(where.encode(), digest_size=16).hexdigest(),
        "missing": {},
        "error": None,
        "provenance": "9ccd1da2f6585392",
        "fingerprint": "",
        "extra": {"trained_on": "0" * 32},
    }
    start = json.dumps(head)[:-1]
    for image, value in enumerate(psnr.tolist()):
        name = f"{TASKS.index(task):02x}{dataset:02x}{image:028x}"
        body = (
            f'{start}, "sample": "{image:05}", "input": "{name}", "target": "{name[::-1]}", '
            f'"prediction": "{digests[32 * image : 32 * image + 32]}", '
            f'"scores": {{"psnr": {value!r}, "ssim": {1 - 2.0 ** (-value / 10)!r}, '
            f'"lpips": {2.0 ** (-value / 7)!r}}}, "cost": {{"seconds": {0.1 + value / 1e3!r}, '
            '"peak_bytes": 4096, "nfe": 100, "parameters": 137000000, "macs": null}'
        )
        yield f"{where}-{restorer}-{image}", body


def new_records(records: int) -> Iterator[Record]:
    """Records of restorers that the store does not have."""
    for _, body in lines(records, TASKS[0]):
        line = json.loads(body + "}")
        yield decode({**line, "restorer": line["restorer"].replace("net", "new")})


def batched(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of so many, the last one shorter."""
    rest = iter(stream)
    while batch := list(islice(rest, size)):
        yield batch
