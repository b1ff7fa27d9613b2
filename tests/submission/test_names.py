"""Names of members as zip programs write them: encodings, Unicode forms, names given twice."""

from __future__ import annotations

import struct
import unicodedata
import zipfile
import zlib

import pytest

from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.zip_upload import open_zip
from restorebench.submission.check import check, members_of
from restorebench.submission.reference.base import Expected

NAME = "café_ñ.png"


def path_field(raw: bytes, name: str) -> bytes:
    """Info-ZIP's extra field 0x7075 for a header whose name is `raw`."""
    body = b"\1" + struct.pack("<I", zlib.crc32(raw)) + name.encode()
    return struct.pack("<2H", 0x7075, len(body)) + body


@pytest.fixture
def uploaded(kit, tmp_path):
    """The report on a zip of one image of these raw name bytes, and what is read of it."""

    def make(raw: bytes, extra: bytes = b"", utf8: bool = False):
        info = zipfile.ZipInfo("x" * len(raw))
        info.extra = extra
        data = kit.zipped((info, kit.saved(kit.pixels())), ("readme.txt", kit.README))
        for signature, start, flags in ((b"PK\3\4", 30, 6), (b"PK\1\2", 46, 8)):
            at = data.index(signature)
            data = data[: at + start] + raw + data[at + start + len(raw) :]
            data = data[: at + flags] + bytes([0, 8 * utf8]) + data[at + flags + 2 :]
        path = tmp_path / "team.zip"
        path.write_bytes(data)
        expected = Expected(NAME, "café", kit.HEIGHT, kit.WIDTH)
        with open_zip(path, Limits()) as upload:
            report = check("team.zip", upload, (expected,), Limits())
            found = members_of(upload, (NAME,))
            whole = report.accepted and upload.read(found[NAME], Limits().member_bytes)
        return report, whole

    return make


@pytest.mark.parametrize(
    ("raw", "field", "utf8"),
    [
        (NAME.encode(), "", True),
        (NAME.encode(), "", False),  # Info-ZIP on Linux
        (NAME.encode(), NAME, False),  # the same, which says it twice
        (NAME.encode("cp437"), "", False),  # the standard's own code page
        (NAME.encode("cp850"), NAME, False),  # Windows, with the name in UTF-8 beside it
        (unicodedata.normalize("NFD", NAME).encode(), "", True),  # macOS
        (unicodedata.normalize("NFD", NAME).encode(), "", False),
        (NAME.replace(".png", ".PNG").encode(), "", False),
    ],
)
def test_a_name_is_understood_however_it_is_written(uploaded, raw, field, utf8):
    report, whole = uploaded(raw, path_field(raw, field) if field else b"", utf8)
    assert (report.accepted, report.missing, report.extra) == (True, (), ())
    assert whole


@pytest.mark.parametrize("other", ["../../x.png", "café_n.png", "x.png"])
def test_two_names_that_differ_are_refused(uploaded, other):
    raw = NAME.encode()
    report, _ = uploaded(raw, path_field(raw, other))
    assert not report.accepted
    assert "has two names" in report.findings[0].what


def test_a_second_name_for_another_header_is_refused(uploaded):
    report, _ = uploaded(NAME.encode(), path_field(b"other", NAME))
    assert "has two names" in report.findings[0].what


def test_a_name_of_no_encoding_is_another_file_and_is_shown(uploaded):
    report, _ = uploaded(b"caf\xe9_\xf1.png")  # Latin-1, which is not what a zip file's names are
    assert not report.accepted
    assert report.missing == (NAME,)
    assert NAME in report.text()


def test_names_that_fall_on_each_other_are_still_refused(kit, report_on):
    composed = unicodedata.normalize("NFC", "é.png")
    report = report_on(
        kit.submission((composed, b"x"), (unicodedata.normalize("NFD", "é.png"), b"y"))
    )
    assert any("is the same file as" in finding.what for finding in report.findings)


def test_a_folder_with_a_name_that_is_not_utf_8_says_so(kit, report_on, tmp_path):
    folder = tmp_path / "team"
    folder.mkdir()
    for name, data in kit.sound().items():
        (folder / name).write_bytes(data)
    try:
        (folder / "b\udce9.png").write_bytes(b"x")
    except OSError:
        pytest.skip("this file system has no such names")
    report = report_on(folder)
    assert not report.accepted
    assert "fatal: b\\udce9.png: has a name that is not UTF-8" in report.text()
