"""Whatever is uploaded: a clear verdict, nothing written, bounded memory."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import textwrap
import time
import zlib
from pathlib import Path

import pytest

from restorebench.submission.archive.finding import SEVERITIES, UploadError
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.upload import read_bounded
from restorebench.submission.archive.zip_upload import open_zip

HERE = Path(__file__).parent


def test_the_corpus_is_large(corpus):
    assert len({case.name for case in corpus.CASES}) == len(corpus.CASES) >= 40


def test_every_case_is_refused_with_a_clear_verdict(case, checked):
    report = checked.report
    assert not report.accepted
    assert report.verdict == "rejected"
    named = [f for f in report.findings if case.says in f.what]
    assert named, report.text()
    assert named[0].severity == case.severity
    assert case.member is None or named[0].member == case.member
    worst = min(SEVERITIES.index(f.severity) for f in report.findings)
    assert SEVERITIES[worst] == case.severity


def test_a_bomb_takes_no_time(corpus, report_on):
    """Each well below a second; the accents took half a minute where their form was computed."""
    for case in corpus.BOMBS:
        upload = case.upload
        start = time.process_time()
        report_on(upload)
        assert time.process_time() - start < 5, case.name


def test_no_case_writes_anything(checked):
    assert checked.files == ["team.zip"]


def test_every_verdict_is_printable_and_says_what_to_do(checked):
    report = checked.report
    text = report.text().replace("\n", "")
    assert text.isprintable()
    assert all(f.what for f in report.findings)
    errors = [f for f in report.findings if f.severity == "fatal" and f.member]
    assert all(f.do for f in errors)


def test_one_bad_image_does_not_hide_the_others(kit, report_on):
    report = report_on(kit.submission(p0001=b"", p0003=b"text"))
    assert {f.member for f in report.findings} == {"0001.png", "0003.png"}
    assert report.usable == ("0002",)


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        (b"gAMA", struct.pack(">I", 100_000), "a gamma of 1"),
        (b"cICP", bytes((9, 16, 0, 1)), "cICP says (9, 16, 0, 1)"),
        (b"cHRM", struct.pack(">8I", *[31_270] * 8), "primary colours of its own"),
        (b"iCCP", b"x\0\0" + zlib.compress(b"Adobe RGB (1998)"), "does not call itself sRGB"),
        (b"iCCP", b"x\0\0not deflated", "does not call itself sRGB"),
        (b"iCCP", b"x\0\0" + zlib.compress("sRGB v4".encode("utf-16-be")), ""),
        (b"sRGB", b"\0", ""),
        (b"gAMA", struct.pack(">I", 45_455), ""),
    ],
)
def test_colours_that_are_said_to_be_others_are_ignored_with_a_warning(
    kit, report_on, kind, content, says
):
    image = kit.with_chunk(kit.chunk(kind, content))
    report = report_on(kit.submission(p0001=image, p0002=image))
    assert report.accepted
    about = [f for f in report.findings if "scored as they are" in f.do]
    assert [f.severity for f in about] == ["warning"] * (2 if says else 0)
    assert all(says in f.what for f in about)


def test_what_restore_leaves_beside_its_images_is_left_out_without_a_word(kit, report_on):
    hidden = [".parts/", ".parts/1a/.0001-1a.part", ".parts/1a.lock", ".restorebench.jsonl"]
    members = [(name, b"") for name in hidden] + [(f".0001-{'0f' * 16}.part", b"")]
    assert (
        report_on(kit.submission(*members)).findings == report_on(kit.submission()).findings == ()
    )
    (finding,) = report_on(kit.submission((".config", b""))).findings
    assert "1 file is not an image of this test set: .config; it is ignored" in str(finding)


def test_of_what_cannot_be_read_at_all_no_image_is_said_to_be_missing(report_on):
    assert len(report_on(b"no zip").findings) == 1


def test_a_thousand_complaints_are_cut_short(kit, report_on):
    members = ((kit.info(f"../{n}"), b"") for n in range(1000))
    report = report_on(kit.zipped(*members), limits=Limits(findings=20))
    assert len(report.findings) == 21
    assert "more findings are not listed" in report.findings[-1].what


@pytest.mark.parametrize(
    ("kind", "says"), [("fifo", "is not a file"), ("absent", "does not exist")]
)
def test_only_files_are_opened(tmp_path, kind, says):
    """Opening a named pipe would block."""
    path = tmp_path / "pipe.zip"
    if kind == "fifo":
        os.mkfifo(path)
    with open_zip(path, Limits()) as upload:
        assert says in upload.findings[0].what
        assert upload.members == ()


def test_a_zip_file_may_be_too_large_to_look_at(kit, report_on):
    report = report_on(kit.submission(), limits=Limits(zip_bytes=1000))
    assert "more than the 1,000 that are accepted" in report.findings[0].what


def test_a_folder_is_treated_alike(kit, report_on, tmp_path):
    folder = tmp_path / "res"
    folder.mkdir()
    for name, content in kit.sound(p0001=None).items():
        (folder / name).write_bytes(content)
    (folder / "0001.png").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    (folder / "more.zip").write_bytes(b"")
    said = {f.member: f.what for f in report_on(folder).findings if f.severity == "fatal"}
    assert said.keys() == {"0001.png", "pipe", "more.zip"}
    assert "symbolic link" in said["0001.png"]


def test_a_folder_of_too_many_files_is_not_read_to_its_end(kit, report_on, tmp_path):
    for number in range(12):
        (tmp_path / f"{number}.txt").touch()
    report = report_on(tmp_path, limits=Limits(members=10))
    assert "more files or bytes" in report.findings[0].what


def test_a_stream_is_read_no_further_than_its_bound():
    """Whatever a header claims, and whoever checked it before."""
    stream = io.BytesIO(bytes(10 << 20))
    with pytest.raises(UploadError, match="longer than the 1,000 bytes"):
        read_bounded(stream, 1000)
    assert stream.tell() <= 1001
    assert read_bounded(io.BytesIO(bytes(1000)), 1000) == bytes(1000)


def test_a_member_that_claims_too_much_is_not_even_opened(kit, tmp_path, monkeypatch):
    path = tmp_path / "team.zip"
    path.write_bytes(kit.submission())
    with open_zip(path, Limits()) as upload:
        monkeypatch.setattr("zipfile.ZipFile.open", None)
        with pytest.raises(UploadError, match="is longer than"):
            upload.read(upload.members[0], upload.members[0].size - 1)


BOUNDED = """
    import resource, sys
    from pathlib import Path
    import upload_corpus, upload_kit
    from restorebench.submission.check import check
    from restorebench.submission.archive.limits import Limits
    from restorebench.submission.archive.zip_upload import open_zip

    limits = Limits(ratio=float(sys.argv[2]))
    status = Path("/proc/self/status").read_text().split("VmSize:")[1]
    used = int(status.split()[0]) * 1024
    resource.setrlimit(resource.RLIMIT_AS, (used + (24 << 20),) * 2)
    with open_zip(Path(sys.argv[1]), limits) as upload:
        report = check("bomb", upload, upload_kit.EXPECTED, limits)
    sys.stdout.write(report.text())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize(
    ("bomb", "ratio", "says"),
    [
        ("ratio_bomb", 100, "zip bomb"),
        ("ratio_bomb", 1e9, "is longer than"),  # if the first line of defence were not there
        ("lying_bomb", 1e9, "cannot be unpacked (BadZipFile"),
        ("pixel_bomb", 1e9, "more data than its pixels need"),
        ("wide_directory", 100, "table of contents"),
        ("endless_directory", 100, "cannot be read as a zip"),
    ],
)
def test_a_bomb_of_128_mib_needs_less_than_24(corpus, tmp_path, bomb, ratio, says):
    build = getattr(corpus.bombs, bomb)
    path = tmp_path / "bomb.zip"
    path.write_bytes(build(128 << 20) if bomb.endswith("bomb") else build())
    code = textwrap.dedent(BOUNDED)
    path_of_tests = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(ratio)],
        env={**os.environ, "PYTHONPATH": path_of_tests, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert says in done.stdout
    assert "MemoryError" not in done.stdout
