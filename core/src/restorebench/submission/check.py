"""Checking an upload against a reference: everything that can be found without scoring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from restorebench.console import composed
from restorebench.submission.archive.finding import Finding, UploadError, capped, shown
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.names import is_litter, is_ours
from restorebench.submission.archive.png import check_png
from restorebench.submission.archive.upload import Member, Upload
from restorebench.submission.readme import NAME, TEMPLATE, Readme, parse_readme
from restorebench.submission.reference.base import Expected
from restorebench.submission.report import Report

_AS_IT_IS = "its values are scored as they are, as challenge servers do; save it as sRGB"
_LISTED = 8
"""Names that one finding lists."""


def check(
    name: str, upload: Upload, expected: tuple[Expected, ...], limits: Limits, partial: bool = False
) -> Report:
    """The report on an upload called `name`; with a fatal finding nothing in it is read.

    Images are inflated and counted, not decoded: time and memory are bounded by `limits`.
    """
    findings = list(upload.findings)
    members = {_key(member.name): member for member in upload.members}
    by_name = {_key(image.name): image for image in expected}
    others = [m for key, m in members.items() if key not in by_name and not _is_readme(m)]
    extra = [m.name for m in others if not is_litter(m.name) and not is_ours(m.name)]
    missing = [image for image in by_name if image not in members]
    if members or not findings:  # else nothing of the upload could be read
        findings += _about_names(missing, extra, len(by_name))
    if any(is_litter(member.name) for member in others):
        findings.append(Finding("note", "", "has files of the operating system; they are ignored"))
    readme: Readme | None = None
    bad = {by_name[image].sample for image in missing}
    if not any(finding.severity == "fatal" for finding in findings):
        readme, about_readme = _readme(upload, limits)
        findings += about_readme
        there = (image for image in expected if _key(image.name) in members)
        for image, found in _about_images(upload, members, there, limits):
            findings.append(found.about(image.name))
            bad |= {image.sample} if found.severity in {"fatal", "error"} else set()
    samples = tuple(dict.fromkeys(image.sample for image in expected))
    return Report(
        upload=name,
        samples=len(samples),
        usable=tuple(sample for sample in samples if sample not in bad),
        missing=tuple(missing),
        extra=tuple(extra),
        findings=capped(findings, limits.findings),
        readme=readme,
        partial=partial,
    )


def _about_images(
    upload: Upload, members: Mapping[str, Member], images: Iterable[Expected], limits: Limits
) -> Iterator[tuple[Expected, UploadError]]:
    """The images with what is wrong with them, or strange."""
    for image in images:
        size = (image.height, image.width)
        try:
            data = upload.read(members[_key(image.name)], limits.image_bytes(*size))
            if colours := check_png(data, *size, limits):
                yield image, UploadError(f"has {colours}", _AS_IT_IS, "warning")
        except UploadError as error:
            yield image, error


def members_of(upload: Upload, names: Iterable[str]) -> dict[str, Member]:
    """The members under the names of images; those that are absent are left out."""
    keys = {_key(name): name for name in names}
    return {keys[key]: m for m in upload.members if (key := _key(m.name)) in keys}


def _key(name: str) -> str:
    """The name as it is looked up: ``.PNG`` is ``.png``, and accents are in the form NFC.

    macOS writes ``é`` as two characters. Nothing else is changed.
    """
    name = composed(name)
    path = PurePosixPath(name)
    return name if path.suffix.lower() != ".png" else name[: -len(".png")] + ".png"


def _is_readme(member: Member) -> bool:
    return member.name.casefold() == NAME


def _readme(upload: Upload, limits: Limits) -> tuple[Readme | None, list[Finding]]:
    member = next(filter(_is_readme, upload.members), None)
    if member is None:
        lines = ", ".join(f"'{line}'" for line in TEMPLATE.splitlines())
        do = f"put it into the root, with the lines {lines}"
        return None, [Finding("warning", NAME, "is missing", do)]
    try:
        if member.size > limits.readme_bytes:
            what = f"is longer than the {limits.readme_bytes:,} bytes that it may have"
            raise UploadError(what, "leave in it what the form asks for", "fatal")
        readme = parse_readme(upload.read(member, limits.readme_bytes))
    except UploadError as error:
        return None, [error.about(member.name)]
    return readme, list(readme.findings)


def _about_names(missing: list[str], extra: list[str], total: int) -> Iterator[Finding]:
    if missing:
        what = f"{len(missing)} of {total} images are missing: {_listed(missing)}"
        yield Finding("error", "", what, _hint(missing, extra))
    if extra:
        which = (
            "1 file is not an image" if len(extra) == 1 else f"{len(extra)} files are not images"
        )
        what = f"{which} of this test set: {_listed(extra)}"
        yield Finding(
            "warning", "", what, "it is ignored" if len(extra) == 1 else "they are ignored"
        )


def _hint(missing: list[str], extra: list[str]) -> str:
    """Why they may be missing, from what is there instead."""
    absent = set(missing)
    inside = next((name for name in extra if name.rpartition("/")[2] in absent), None)
    if inside is not None:
        folder = shown(inside.rpartition("/")[0])
        return f"they are in the folder {folder!r}: zip the images, not their folder"
    stems = {PurePosixPath(name).stem.casefold() for name in missing}
    for name in extra:
        stem = PurePosixPath(name).stem.casefold()
        heads = {stem, stem.rpartition("_")[0], stem.partition("_")[0], stem.rpartition("x")[0]}
        if heads & stems:
            return f"is {shown(name)!r} meant for one? names and suffix must be those of the inputs"
    return "name the images as the inputs, as PNG, in the root of the zip"


def _listed(names: list[str]) -> str:
    more = f", … ({len(names) - _LISTED} more)" if len(names) > _LISTED else ""
    return ", ".join(map(shown, names[:_LISTED])) + more
