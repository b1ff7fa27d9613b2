"""A Codabench competition: the bundle, and its scoring program run as Codabench runs it."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from PIL import Image

from restorebench.errors import ImageError, OptionError, ProtocolError, StoreError
from restorebench.submission.codabench.bundle import write_bundle
from restorebench.submission.codabench.competition import Competition, usual_phases
from restorebench.submission.judge import SubmissionScorer
from restorebench.submission.reference.base import verify
from restorebench.submission.reference.folder import FolderReference

START = datetime(2026, 12, 1)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Where bundles are kept, each made once."""
    return tmp_path_factory.mktemp("bundles")


@pytest.fixture
def bundled(suite, tmp_path, shelf):
    """An unpacked bundle of a data set."""

    def make(dataset: str = "dim-set") -> Path:
        path = shelf / f"{dataset}.zip"
        if not path.exists():
            phases = tuple(usual_phases(suite.datasets[dataset].splits, START, 30, 7))
            write_bundle(suite, Competition(dataset, phases, "A contest", "me/scoring:1"), path)
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / dataset)
        return tmp_path / dataset

    return make


@pytest.fixture
def run_program(tmp_path):
    """Run the scoring program of a bundle by the command in its metadata, on our paths."""

    def run(bundle: Path, submission: Path | None, phase: str = "final"):
        source, output = tmp_path / "app" / "input", tmp_path / "app" / "output"
        output.mkdir(parents=True, exist_ok=True)
        source.mkdir(exist_ok=True)
        (source / "ref").symlink_to(bundle / f"reference_{phase}")
        if submission is not None:
            zipfile.ZipFile(submission).extractall(source / "res")
        command = yaml.safe_load((bundle / "scoring_program/metadata.yaml").read_text())["command"]
        places = {"/app/program": bundle / "scoring_program", "/app/input/": source}
        for place, here in {**places, "/app/output/": output, "python3": sys.executable}.items():
            command = command.replace(place, str(here))
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, check=False, cwd=tmp_path
        )
        return done, output

    return run


def test_what_lies_in_a_bundle(bundled):
    bundle = bundled()
    there = {p.relative_to(bundle).as_posix() for p in bundle.rglob("*") if p.is_file()}
    assert {
        "competition.yaml",
        "logo.png",
        "pages/terms.md",
        "reference_final/test-2.png",
        "reference_final/masks/test-2.png",
        "reference_final/reference.json",
        "reference_development/val-0.png",
        "scoring_program/scoring.py",
        "scoring_program/metadata.yaml",
        "scoring_program/requirements.txt",
        "scoring_program/lib/restorebench/submission/codabench/scoring_program.py",
        "scoring_program/lib/restorebench/submission/templates/detailed_results.html",
        "sample_submission_final.zip",
        "starting_kit_final.zip",
        "Dockerfile",
        "ORGANISERS.md",
    } <= there
    assert not [name for name in there if "__pycache__" in name or "/." in name]


def test_the_competition_refers_to_files_that_are_there(bundled):
    bundle = bundled()
    facts = yaml.safe_load((bundle / "competition.yaml").read_text())
    files = [facts["image"], facts["terms"], *(page["file"] for page in facts["pages"])]
    files += [task[key] for task in facts["tasks"] for key in ("reference_data", "scoring_program")]
    files += [solution["path"] for solution in facts["solutions"]]
    files += [phase["starting_kit"] for phase in facts["phases"]]
    assert [name for name in files if not (bundle / name).exists()] == []
    assert facts["docker_image"] == "me/scoring:1"


def test_phases_follow_each_other_and_the_board_goes_by_the_tasks_column(bundled):
    facts = yaml.safe_load((bundled() / "competition.yaml").read_text())
    development, final = facts["phases"]
    assert development["start"] == "2026-12-01 00:00:00"
    assert development["end"] == final["start"] == "2026-12-31 00:00:00"
    assert [p["tasks"] for p in facts["phases"]] == [[t["index"]] for t in facts["tasks"]]
    columns = facts["leaderboards"][0]["columns"]
    assert [(c["key"], c["sorting"]) for c in columns] == [
        ("psnr", "desc"),
        ("ssim", "desc"),
        ("runtime", "asc"),
    ]


@pytest.mark.parametrize("dataset", ["dim-set", "pair-set"])
def test_the_starting_kit_holds_inputs_and_no_target(bundled, suite, contest, dataset):
    with zipfile.ZipFile(bundled(dataset) / "starting_kit_final.zip") as kit:
        names = set(kit.namelist())
        assert {"README.md", "readme.txt", "sample_submission.zip"} <= names
        inputs = sorted(name for name in names if name.startswith("inputs/"))
        assert len(inputs) == 3 * suite.tasks[suite.datasets[dataset].task].views
        with kit.open(inputs[0]) as file, Image.open(file) as image:
            assert image.size == ((40, 32) if dataset == "dim-set" else (20, 16))
        conditions = {"dim-set": "sample,gain [1]\ntest-0,0.5\ntest-1,0.6\ntest-2,0.7\n"}
        if dataset in conditions:
            assert kit.read("conditions.csv").decode() == conditions[dataset]
        assert ("masks/test-0.png" in names) == (dataset == "dim-set")


def test_requirements_are_pinned_and_without_networks(bundled):
    text = (bundled() / "scoring_program/requirements.txt").read_text()
    assert re.fullmatch(r"(?:[a-z0-9-]+==[\w.]+\n)+", text)
    names = {line.partition("==")[0] for line in text.splitlines()}
    assert {"jinja2", "numpy", "pillow"} <= names
    assert "torch" not in names


@pytest.mark.parametrize("dataset", ["dim-set", "pair-set"])
def test_the_sample_submission_scores_as_the_reference_restorer(
    bundled, run_program, jury, dataset
):
    bundle = bundled(dataset)
    done, output = run_program(bundle, bundle / "sample_submission_final.zip")
    assert done.returncode == 0, done.stderr
    numbers = json.loads((output / "scores.json").read_text())
    here = jury(dataset).score(bundle / "sample_submission_final.zip", "reference")
    assert numbers["psnr"] == here.means()["psnr"]
    assert numbers["ssim"] == here.means()["ssim"]
    assert (numbers["images"], numbers["partial"]) == (3, 0)
    assert yaml.safe_load((output / "scores.txt").read_text()) == numbers
    assert (output / "detailed_results.html").exists()


def test_a_rejected_submission_has_a_report_and_no_scores(bundled, run_program, targets_of):
    done, output = run_program(bundled(), targets_of("dim-set", leave_out=1))
    assert done.returncode == 1
    assert "1 of 3 images are missing: test-0.png" in done.stderr
    assert {path.name for path in output.iterdir()} == {"report.txt", "report.json"}


def test_the_program_runs_the_scorer_that_the_bundle_brings(bundled, run_program, targets_of):
    bundle = bundled()
    path = bundle / "scoring_program/lib/restorebench/submission/codabench/scoring_program.py"
    path.write_text(path.read_text() + "\nprint('this is the copy in the bundle')\n")
    done, _ = run_program(bundle, targets_of("dim-set", offset=9))
    assert "this is the copy in the bundle" in done.stdout


def test_a_mistake_of_the_organisers_is_not_the_participants(bundled, run_program, targets_of):
    bundle = bundled()
    (bundle / "reference_final/test-1.png").unlink()
    done, output = run_program(bundle, targets_of("dim-set", offset=9))
    assert done.returncode == 2
    assert "the scoring program cannot work" in done.stderr
    assert list(output.iterdir()) == []


def test_scores_against_the_reference_folder_are_those_of_the_data_set(
    bundled, suite, jury, targets_of
):
    folder = bundled() / "reference_final"
    path = targets_of("dim-set", offset=10)
    there = SubmissionScorer(suite, FolderReference(suite, folder)).score(path, "x").records
    assert there == tuple(_without_provenance(record) for record in jury().score(path, "x").records)


def _without_provenance(record):
    assert record.provenance == ""
    return record


def test_a_changed_or_lost_mask_is_noticed(bundled, suite):
    folder = bundled() / "reference_final"
    path = folder / "masks" / "test-1.png"
    Image.eval(Image.open(path), lambda level: 255 - level).save(path)
    for _ in range(2):
        with pytest.raises(StoreError, match=r"the mask of 'test-1' in .* was changed"):
            FolderReference(suite, folder).truth("test-1")
        path.unlink(missing_ok=True)


def test_a_changed_target_or_protocol_is_noticed(bundled, suite, targets_of):
    folder = bundled() / "reference_final"
    image = Image.open(folder / "test-1.png")
    image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "test-1.png")
    with pytest.raises(StoreError, match="was changed"):
        FolderReference(suite, folder).truth("test-1")
    text = (folder / "reference.json").read_text()
    (folder / "reference.json").write_text(
        text.replace('"protocol_hash": "', '"protocol_hash": "0')
    )
    with pytest.raises(ProtocolError, match="the reference was made for"):
        FolderReference(suite, folder)


def test_a_plain_folder_of_targets_is_a_reference_too(bundled, suite, targets_of):
    folder = bundled("pair-set") / "reference_final"
    (folder / "reference.json").unlink()
    with pytest.raises(OptionError, match="--task"):
        FolderReference(suite, folder)
    reference = FolderReference(suite, folder, "pair")
    assert [p.name for p in reference.expected[:2]] == ["test-0_L.png", "test-0_R.png"]
    assert reference.truth("test-0").target.shape == (2, 3, 32, 40)
    (folder / "test-0_R.png").unlink()
    with pytest.raises(ImageError, match="without their other view: test-0_L"):
        FolderReference(suite, folder, "pair")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("test-0.png", b"no mask", r"masks/test-0\.png cannot be read"),
        ("test-0.jpg", None, r"test-0\.jpg is a JPEG"),
        ("test-0.bmp", None, r"test-0\.bmp is 8×8, but its image is"),
        ("test-0_mask.png", None, "holds test-0_mask, but no sample is called so"),
    ],
)
def test_a_mask_that_cannot_be_used_is_named(bundled, suite, name, content, said):
    folder = bundled() / "reference_final"
    (folder / "reference.json").unlink()
    (folder / "masks/test-0.png").unlink()
    Image.new("L", (8, 8), 255).save(folder / "masks" / name)
    if content is not None:
        (folder / "masks" / name).write_bytes(content)
    with pytest.raises(ImageError, match=said):
        verify(FolderReference(suite, folder, "dim"))


def test_targets_that_uploads_cannot_tell_apart_are_refused(bundled, suite):
    folder = bundled() / "reference_final"
    (folder / "reference.json").unlink()
    (folder / "TEST-0.png").write_bytes((folder / "test-0.png").read_bytes())
    with pytest.raises(ImageError, match=r"would both call test-0\.png"):
        FolderReference(suite, folder, "dim")


def test_a_bundle_is_the_same_bytes_again_but_for_measured_runtimes(suite, tmp_path, monkeypatch):
    monkeypatch.setattr(
        "restorebench.submission.codabench.kit.FILLED", "runtime per image [s] : 1\n"
    )
    phases = tuple(usual_phases(("test",), START, 30, 7))
    paths = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for path in paths:
        write_bundle(suite, Competition("dim-set", phases, "A contest", "image"), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_command(invoke, suite, tmp_path, monkeypatch):
    monkeypatch.setattr("restorebench.cli.output.suite", lambda: suite)
    monkeypatch.chdir(tmp_path)
    arguments = ("--task", "dim", "--dataset", "dim-set", "--start", "2026-12-01")
    assert invoke("bundle", *arguments).exit_code == 0
    facts = yaml.safe_load(zipfile.ZipFile("dim-set-competition.zip").read("competition.yaml"))
    assert facts["title"] == "Dim light: dim-set"
    wrong = invoke("bundle", "--task", "pair", "--dataset", "dim-set")
    assert (wrong.exit_code, "belongs to the task 'dim'" in wrong.stderr) == (2, True)


def test_samples_that_are_one_file_to_some_systems_are_refused(
    suite, contest, monkeypatch, tmp_path
):
    """`ID` and `id` fall on each other, so the bundle's own sample submission would be refused."""
    monkeypatch.setitem(contest.IDS, "test", ("Test-0", "test-0"))
    phases = tuple(usual_phases(("test",), START, 30, 7))
    with pytest.raises(
        OptionError, match=r"dim-set/test: the image 'test-0\.png' is the same file"
    ):
        write_bundle(suite, Competition("dim-set", phases, "A", "x"), tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()
