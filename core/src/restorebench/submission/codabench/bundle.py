"""A Codabench competition from a task plugin: everything that an organiser uploads, in one zip."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from restorebench.data.colour import quantise
from restorebench.data.layouts.fields.views import image_names
from restorebench.errors import OptionError
from restorebench.metrics import Protocol
from restorebench.metrics.lpips.trunks import INSTALL
from restorebench.plugins import Suite
from restorebench.restorers.factory import make_restorer
from restorebench.submission.archive.limits import Limits
from restorebench.submission.archive.names import collisions
from restorebench.submission.codabench.competition import (
    COMMAND,
    Competition,
    Phase,
    competition_yaml,
)
from restorebench.submission.codabench.kit import (
    samples_of,
    write_inputs,
    write_reference,
    write_solution,
)
from restorebench.submission.codabench.vendored import requirements, write_library
from restorebench.submission.codabench.zip_writer import pack
from restorebench.submission.readme import TEMPLATE
from restorebench.submission.reference.dataset import DatasetReference
from restorebench.templates import environment
from restorebench.types import Sample

LOGO = 256
"""Pixels of the logo's longer side, at most."""

_SCORING = '''"""Scores one submission: scoring.py INPUT OUTPUT, as metadata.yaml calls it."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))
if (HERE / "weights").is_dir():  # weights/hub/checkpoints/*.pth, for LPIPS
    os.environ["TORCH_HOME"] = str(HERE / "weights")
try:
    from restorebench.submission.codabench.scoring_program import main
except ImportError as error:
    sys.exit(f"{error}: this container lacks what requirements.txt lists; build its image from "
             "the Dockerfile beside competition.yaml, and name that in competition.yaml")
sys.exit(main(sys.argv[1:]))
'''

_DOCKERFILE = """FROM python:{python}-slim
COPY scoring_program/requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt
"""
_TRUNK = f"RUN {INSTALL.replace('pip install', 'pip install --no-cache-dir')}\n"


def write_bundle(suite: Suite, competition: Competition, path: Path) -> None:
    """Write the competition as a zip file; the same competition gives the same bytes.

    Only the measured runtimes in the sample submissions' readmes differ. Raises `OptionError` for a
    split that the data set lacks, and what data set, protocol and restorer raise.
    """
    if not competition.phases:
        msg = "a competition needs at least one phase"
        raise OptionError(msg)
    with tempfile.TemporaryDirectory(prefix="restorebench-bundle-") as scratch:
        root = Path(scratch, "bundle")
        for phase in competition.phases:
            _write_phase(suite, competition, phase, root, Path(scratch))
        _write_program(suite, competition, root)
        pack(path, root)


def _write_phase(
    suite: Suite, competition: Competition, phase: Phase, root: Path, scratch: Path
) -> None:
    memory = scratch / "datasets.jsonl"
    reference = DatasetReference(suite, competition.dataset, phase.split, None, memory)
    _refuse_one_name(reference)
    task, samples = suite.tasks[reference.task], samples_of(reference)
    write_reference(root / f"reference_{phase.key}", reference, samples)
    kit, solution = scratch / f"kit_{phase.key}", scratch / f"solution_{phase.key}"
    write_inputs(kit, task, samples)
    write_solution(solution, task, make_restorer(suite, task.reference), samples)
    sample_zip = root / f"sample_submission_{phase.key}.zip"
    pack(sample_zip, solution)
    shutil.copy(sample_zip, kit / "sample_submission.zip")
    views, _, height, width = samples[0].target_shape
    names = image_names(samples[0].id, views)
    readme = _page("starting_kit.md", task=task, names=names, height=height, width=width)
    (kit / "README.md").write_text(readme, encoding="utf-8")
    pack(root / f"starting_kit_{phase.key}.zip", kit)
    if not (root / "logo.png").exists():
        _write_logo(root / "logo.png", samples[0])


def _refuse_one_name(reference: DatasetReference) -> None:
    """Raise `OptionError` where two images have names that an upload may not hold together."""
    names = (image.name for image in reference.expected)
    for found in collisions(names, Limits()):
        where = f"{reference.dataset}/{reference.split}"
        msg = f"{where}: the image {found.member!r} {found.what}, so that no upload could hold it; "
        raise OptionError(f"{msg}rename one of the samples")


def _write_program(suite: Suite, competition: Competition, root: Path) -> None:
    spec = suite.datasets[competition.dataset]
    task = suite.tasks[spec.task]
    protocol = suite.protocols.load(task.protocol)
    program = root / "scoring_program"
    write_library(program / "lib", suite, protocol)
    texts = {
        "scoring_program/scoring.py": _SCORING,
        "scoring_program/metadata.yaml": f"command: {COMMAND}\n",
        "scoring_program/requirements.txt": requirements(suite, protocol),
        "Dockerfile": _dockerfile(protocol),
        "competition.yaml": competition_yaml(competition, suite, protocol),
        "pages/overview.md": _page("overview.md", competition=competition, task=task),
        "pages/evaluation.md": _page(
            "evaluation.md", task=task, protocol=protocol, readme=TEMPLATE
        ),
        "pages/data.md": _page("data.md", dataset=spec),
        "pages/terms.md": _page("terms.md"),
        "ORGANISERS.md": _page("organisers.md", competition=competition),
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def _page(name: str, **values: Any) -> str:
    return environment("restorebench.submission.codabench").get_template(name).render(**values)


def _dockerfile(protocol: Protocol) -> str:
    """The container of this Python, with LPIPS' trunks where the protocol needs one."""
    text = _DOCKERFILE.format(python=".".join(map(str, sys.version_info[:2])))
    return text + _TRUNK * any(m.metric == "lpips" for m in protocol.measures.values())


def _write_logo(path: Path, sample: Sample) -> None:
    """The first input, small."""
    pixels = quantise(sample.degraded)[0].transpose(1, 2, 0)
    with Image.fromarray(pixels) as image:
        image.thumbnail((LOGO, LOGO))
        image.save(path)
