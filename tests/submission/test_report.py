"""What a report says of uploads that are honest, but not quite right."""

from __future__ import annotations

import io
import json
import zipfile
import zlib

import pytest


def severities(report) -> dict[str, str]:
    return {finding.what: finding.severity for finding in report.findings}


def test_a_sound_submission_is_accepted_without_a_word(kit, report_on):
    report = report_on(kit.submission())
    assert (report.verdict, report.findings, report.missing, report.extra) == (
        "accepted",
        (),
        (),
        (),
    )
    assert report.usable == ("0001", "0002", "0003")
    assert report.readme is not None
    assert report.readme.runtime == 1.69


def test_the_same_unpacked(kit, report_on, tmp_path):
    folder = tmp_path / "res"
    zipfile.ZipFile(io.BytesIO(kit.submission())).extractall(folder)
    assert report_on(folder).verdict == "accepted"


def test_missing_images_are_named(kit, report_on):
    report = report_on(kit.submission(p0001=None, p0003=None))
    assert report.verdict == "rejected"
    assert report.missing == ("0001.png", "0003.png")
    assert "2 of 3 images are missing: 0001.png, 0003.png" in report.findings[0].what


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("results/0002.png", "zip the images, not their folder"),
        ("0002.jpg", "is '0002.jpg' meant"),
        ("0002x4.png", "is '0002x4.png' meant"),
        ("0002_out.png", "is '0002_out.png' meant"),
        ("unrelated.png", "in the root of the zip"),
    ],
)
def test_a_missing_image_may_be_there_under_another_name(kit, report_on, name, hint):
    report = report_on(kit.submission((name, kit.saved(kit.pixels(1))), p0002=None))
    assert hint in report.findings[0].do
    assert report.extra == (name,)
    assert not report.accepted


@pytest.mark.parametrize("name", ["code.py", "page.html", "0009.png", "deep/er/than/most/x.txt"])
def test_extra_files_are_named_and_never_read(kit, report_on, name):
    report = report_on(kit.submission((name, b"evil")))
    assert report.accepted
    assert report.extra == (name,)
    assert [f.severity for f in report.findings] == ["warning"]


@pytest.mark.parametrize(
    "name", ["__MACOSX/._0001.png", ".DS_Store", "Thumbs.db", "desktop.ini", "._readme.txt"]
)
def test_litter_of_operating_systems_is_ignored(kit, report_on, name):
    report = report_on(kit.submission((name, b"\0\5\x16\7")))
    assert report.accepted
    assert report.extra == ()
    assert [f.severity for f in report.findings] == ["note"]


def test_an_empty_folder_entry_is_ignored(kit, report_on):
    report = report_on(kit.submission((kit.info("results/", 0o040755), b"")))
    assert report.accepted
    assert "is a folder; it is ignored" in severities(report)


def test_a_suffix_in_capitals_is_forgiven(kit, report_on):
    report = report_on(kit.submission(("0002.PNG", kit.saved(kit.pixels(1))), p0002=None))
    assert report.verdict == "accepted"


def test_a_missing_readme_is_a_warning(kit, report_on):
    files = {k: v for k, v in kit.sound().items() if k != "readme.txt"}
    report = report_on(kit.zipped(*files.items()))
    assert report.accepted
    assert severities(report) == {"is missing": "warning"}


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_both_methods_of_ordinary_zip_programs(kit, report_on, how):
    assert report_on(kit.zipped(*kit.sound().items(), how=how)).accepted


def test_a_zip_that_was_written_to_a_pipe(kit, report_on):
    """Then sizes follow the data, and the local headers hold zeros."""

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise io.UnsupportedOperation

    stream = Pipe()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in kit.sound().items():
            archive.writestr(name, content)
    assert report_on(stream.getvalue()).accepted


def test_an_archive_comment_is_not_trailing_data(kit, report_on):
    stream = io.BytesIO(kit.submission())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.comment = b"made on a Friday evening"
    assert report_on(stream.getvalue()).accepted


@pytest.mark.parametrize("options", [{"optimize": True}, {"compress_level": 0}, {"dpi": (72, 72)}])
def test_png_files_of_many_kinds_are_accepted(kit, report_on, options):
    assert report_on(kit.submission(p0002=kit.saved(kit.pixels(), **options))).accepted


def test_an_interlaced_image_is_accepted(kit, report_on):
    """Adam7: the seven passes of 40×32 pixels have these sizes (PNG specification, 8.2)."""
    passes = [(4, 5), (4, 5), (4, 10), (8, 10), (8, 20), (16, 20), (16, 40)]
    raw = bytes(sum(h * (1 + 3 * w) for h, w in passes))
    start = kit.chunk(b"IHDR", b"\0\0\0\x28\0\0\0\x20\x08\x02\0\0\x01")
    data = kit.png(kit.chunk(b"IDAT", zlib.compress(raw)), start=start)
    assert report_on(kit.submission(p0002=data)).accepted


def test_partial_is_scored_only_when_asked_and_marked(kit, report_on):
    upload = kit.submission(p0003=b"", p0001=None)
    assert report_on(upload).verdict == "rejected"
    report = report_on(upload, partial=True)
    assert report.accepted
    assert report.verdict == "partial: 1 of 3 samples"


def test_partial_does_not_let_an_attack_through(kit, report_on):
    assert not report_on(kit.submission(("../x", b"")), partial=True).accepted


def test_a_partial_submission_needs_a_usable_image(kit, report_on):
    upload = kit.submission(p0001=None, p0002=None, p0003=None)
    assert report_on(upload, partial=True).verdict == "rejected"


def test_a_report_is_plain_json(kit, report_on):
    facts = report_on(kit.submission(("\x1b[2J.png", b""), p0001=None)).facts()
    assert json.loads(json.dumps(facts)) == facts
    assert facts["missing"] == ["0001.png"]
    assert {f["member"] for f in facts["findings"]} >= {"\\x1b[2J.png"}
