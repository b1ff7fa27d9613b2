"""Scoring uploads: check, decode, score, record. One image at a time is in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import numpy as np

from restorebench.data.hashing import pixel_hash
from restorebench.data.images import read_image
from restorebench.errors import ImageError, RestorebenchError
from restorebench.harness.store import Store
from restorebench.metrics import score
from restorebench.plugins import Suite
from restorebench.submission.archive.finding import UploadError
from restorebench.submission.archive.folder_upload import FolderUpload
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.png import pixels_only
from restorebench.submission.archive.upload import Member, Upload
from restorebench.submission.archive.zip_upload import open_zip
from restorebench.submission.check import check, members_of
from restorebench.submission.reference.base import Expected, Reference, Truth
from restorebench.submission.report import Report
from restorebench.submission.result import SubmissionResult, remarks
from restorebench.types import CLAIMED, JSON, UPLOADED, Pixels, Record


@dataclass(frozen=True)
class SubmissionScorer:
    """Scores uploads against a reference.

    With a `store`, records and images are kept there, and an image that it has scored before is
    not scored again. `provenance` is the key of the run's versions and hardware. `partial`
    scores incomplete uploads, and marks them.
    """

    suite: Suite
    reference: Reference
    limits: Limits = field(default_factory=Limits)
    store: Store | None = None
    provenance: str = ""
    partial: bool = False

    def check(self, path: Path) -> Report:
        """The report on the zip file or folder at `path`, without scores."""
        with self._open(path) as upload:
            return self._checked(path, upload)

    def score(self, path: Path, label: str) -> SubmissionResult:
        """The report on the zip file or folder at `path`, and its scores if it is accepted."""
        with self._open(path) as upload:
            report = self._checked(path, upload)
            if not report.accepted:
                return SubmissionResult(report, label)
            try:
                return self._score(upload, report, label)
            except RestorebenchError:  # the organisers' side: reference, protocol, metric, store
                raise
            except Exception as error:  # must not stop the uploads after it
                fault = _unforeseen("cannot be scored", error)
                return SubmissionResult(report.adding(fault.about("")), label)

    @contextmanager
    def _open(self, path: Path) -> Iterator[Upload]:
        if path.is_dir():
            yield FolderUpload(path, self.limits)
        else:
            with open_zip(path, self.limits) as upload:
                yield upload

    def _checked(self, path: Path, upload: Upload) -> Report:
        expected = self.reference.expected
        try:
            return check(path.name, upload, expected, self.limits, self.partial)
        except Exception as error:  # must not stop the uploads after it either
            found = (_unforeseen("cannot be checked", error).about(""),)
            return Report(path.name, len({image.sample for image in expected}), (), (), (), found)

    def _score(self, upload: Upload, report: Report, label: str) -> SubmissionResult:
        """Records are stored only when all are made: a submission is ranked as a whole."""
        records: list[Record] = []
        members = members_of(upload, (image.name for image in self.reference.expected))
        for sample, group in groupby(self.reference.expected, attrgetter("sample")):
            images = list(group)
            truth = self.reference.truth(sample)
            blank = self._blank(sample, label, truth, report)
            if sample not in report.usable:
                records.append(replace(blank, error="no usable image was handed in"))
                continue
            try:
                pixels = self._pixels(upload, members, images)
            except UploadError as error:  # found only by decoding all of it
                report = report.adding(error.about(images[0].name), without=sample)
                records.append(replace(blank, error=error.what))
            else:
                records.append(self._record(blank, pixels, truth))
            if not report.accepted:
                return SubmissionResult(report, label)
        if self.store is not None:
            for record in self.store.add_all(records, replacing=True):  # the latest counts
                self.suite.scored(record)
        return SubmissionResult(report.adding(*remarks(records)), label, tuple(records))

    def _pixels(
        self, upload: Upload, members: Mapping[str, Member], images: list[Expected]
    ) -> Pixels:
        try:
            views = [self._view(upload, members[image.name], image) for image in images]
        except ImageError as error:
            raise UploadError(f"cannot be decoded ({error})", "save it again") from error
        return np.stack(views)

    def _view(self, upload: Upload, member: Member, image: Expected) -> Pixels:
        most = self.limits.image_bytes(image.height, image.width)
        data = pixels_only(upload.read(member, most), self.limits)
        pixels = read_image(data, image.name, ("PNG",))
        if pixels.shape[-2:] != (image.height, image.width):
            size = "×".join(map(str, reversed(pixels.shape[-2:])))
            msg = f"decodes to {size}, expected {image.width}×{image.height}"
            raise UploadError(msg, "save it again")
        return pixels

    def _record(self, blank: Record, pixels: Pixels, truth: Truth) -> Record:
        key = self.store.images.put(pixels) if self.store else pixel_hash(pixels)
        record = replace(blank, prediction=key, fingerprint=key)
        known = self.store.lookup(record).scores if self.store else None
        if known is not None and not known.missing:
            return replace(record, scores=dict(known.scores))
        load, protocol = self.suite.metrics.load, self.reference.protocol
        scores = score(protocol, pixels, truth.target, truth.mask, load)
        return replace(record, scores=scores.values, missing=scores.missing)

    def _blank(self, sample: str, label: str, truth: Truth, report: Report) -> Record:
        reference = self.reference
        claims: dict[str, JSON] = dict(report.readme.claims()) if report.readme else {}
        mask = {"mask": truth.mask_hash} if truth.mask_hash else {}
        return Record(
            task=reference.task,
            dataset=reference.dataset,
            split=reference.split,
            sample=sample,
            restorer=UPLOADED,
            options={"label": label},
            revision=1,
            draw=0,
            seed=0,
            protocol=reference.protocol.name,
            protocol_hash=reference.protocol.hash,
            dataset_hash=reference.dataset_hash,
            input=truth.input_hash,
            target=truth.target_hash,
            prediction=None,
            scores={},
            missing={},
            cost=None,  # what a readme claims was not measured here
            error=None,
            provenance=self.provenance,
            extra={**mask, **{f"{CLAIMED}{k}": v for k, v in claims.items()}},
        )


def _unforeseen(what: str, error: Exception) -> UploadError:
    do = "report this to the maintainers, with the file"
    return UploadError(f"{what} ({type(error).__name__}: {error})", do, "fatal")
