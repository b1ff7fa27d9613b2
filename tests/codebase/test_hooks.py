"""Every hook works, is documented, and its documented example runs."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from restorebench import (
    DatasetSpec,
    GuideSpec,
    LazySpec,
    MetricSpec,
    ProtocolSpec,
    Record,
    RestorerSpec,
    Sample,
    TaskSpec,
)
from restorebench.data.dataset import open_split
from restorebench.data.images import write_image
from restorebench.data.layouts.layout import Layout, SplitFiles
from restorebench.data.layouts.sources import with_sources
from restorebench.plugins import HOOKS, Suite, inline
from restorebench.restorers.base import Context

DOCS = Path(__file__).parents[2] / "docs" / "hooks"
OTHERS = {"restorebench_layouts", "restorebench_scored"}
"""Hooks without a registry of their own: layouts are data sets, and one hook provides nothing."""
PROVIDING = [hook for hook in HOOKS if hook not in OTHERS]

TASK = TaskSpec(name="toy", title="Toy", summary="A toy", protocol="toy")
PROTOCOL = ProtocolSpec(name="toy", summary="A toy", target="json:dumps")
OFFERS = {
    "restorebench_tasks": TASK,
    "restorebench_protocols": PROTOCOL,
    "restorebench_datasets": DatasetSpec(
        name="toy", summary="A toy", target="json:dumps", task="toy"
    ),
    "restorebench_guides": GuideSpec(name="toy", summary="A toy", target="json:dumps"),
    "restorebench_restorers": RestorerSpec(name="toy", summary="A toy", target="json:dumps"),
    "restorebench_metrics": MetricSpec(
        name="toy", summary="A toy", target="json:dumps", higher_is_better=True
    ),
}


def test_the_hooks_are_those_that_the_registries_need_and_two_more() -> None:
    kinds = {f"restorebench_{kind}" for kind in Suite([]).registries}
    assert kinds == set(PROVIDING)
    assert set(HOOKS) == {*PROVIDING, *OTHERS}


@pytest.mark.parametrize("hook", PROVIDING)
def test_what_a_plugin_offers_through_a_hook_is_in_that_hooks_registry(
    hook: str, plugin: Callable[..., ModuleType]
) -> None:
    offer = OFFERS.get(hook, LazySpec(name="toy", summary="A toy", target="json:dumps"))
    base = {"restorebench_tasks": lambda: [TASK], "restorebench_protocols": lambda: [PROTOCOL]}
    suite = Suite([inline(plugin(**{**base, hook: lambda: (o for o in [offer])}), "toy-plugin")])
    assert suite.failures == ()
    filled = {kind for kind, registry in suite.registries.items() if "toy" in registry}
    assert filled == {"tasks", "protocols", hook.removeprefix("restorebench_")}
    registry = suite.registries[hook.removeprefix("restorebench_")]
    assert registry["toy"] is offer
    assert registry.provider("toy").module == "toy-plugin"


def test_restorebench_scored_gets_the_record(
    plugin: Callable[..., ModuleType], record: Record
) -> None:
    seen: list[Record] = []
    suite = Suite([inline(plugin(restorebench_scored=lambda record: seen.append(record)), "toy")])
    suite.scored(record)
    assert seen == [record]
    assert seen[0] is record


# Documentation


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of a page."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def example(hook: str) -> tuple[str, str]:
    """The module name and code of a page's example."""
    (code,) = blocks(hook, "python")
    found = re.match(r"# (\w+)\.py\n", code)
    assert found is not None, "an example starts with the name of its file"
    return found.group(1), code


@pytest.fixture
def documented(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Suite]:
    """A suite with a page's example, and with the example task that others refer to."""

    def load(hook: str) -> Suite:
        sources = []
        for page in dict.fromkeys(["restorebench_tasks", hook]):
            name, code = example(page)
            module = ModuleType(name)
            module.__file__ = str(tmp_path / f"{name}.py")
            monkeypatch.setitem(sys.modules, name, module)  # importable, and forgotten afterwards
            exec(compile(code, f"{page}.md", "exec"), module.__dict__)
            sources.append(inline(module, name))
        return Suite(sources)

    return load


def test_the_folder_has_a_page_for_each_hook_and_no_other() -> None:
    assert {path.stem for path in DOCS.glob("*.md")} == {*HOOKS, "index"}


@pytest.mark.parametrize("hook", HOOKS)
def test_the_index_links_each_page(hook: str) -> None:
    assert f"[{hook}]({hook}.md)" in (DOCS / "index.md").read_text(encoding="utf-8")


def test_the_index_shows_how_to_load_a_plugin_that_is_not_installed(
    documented: Callable[[str], Suite],
) -> None:
    documented("restorebench_restorers")  # makes the example's module importable
    found: dict[str, Any] = {}
    exec("".join(blocks("index", "python")), found)
    assert found["suite"].failures == ()
    assert found["suite"].restorers.provider("unsharp").distribution == "inline"


@pytest.mark.slow  # builds a wheel
def test_the_index_shows_how_to_package_one(tmp_path: Path) -> None:
    name, code = example("restorebench_restorers")
    (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")
    (project,) = blocks("index", "toml")
    (tmp_path / "pyproject.toml").write_text(project, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w"]
    subprocess.run([*command, str(tmp_path), str(tmp_path)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert f"{name}.py" in archive.namelist()
        (points,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        assert archive.read(points).decode() == f"[restorebench]\nunsharp = {name}\n"


@pytest.mark.parametrize("hook", [h for h in HOOKS if h != "restorebench_layouts"])
def test_an_example_is_a_whole_plugin_with_that_hook(
    hook: str, documented: Callable[[str], Suite]
) -> None:
    suite = documented(hook)
    assert suite.failures == ()
    assert hook in suite.reports[-1].hooks
    assert len(example(hook)[1].splitlines()) <= 45


@pytest.mark.parametrize("hook", [h for h in PROVIDING if h != "restorebench_tasks"])
def test_the_target_of_an_example_can_be_loaded(
    hook: str, documented: Callable[[str], Suite]
) -> None:
    registry = documented(hook).registries[hook.removeprefix("restorebench_")]
    mine = [name for name in registry.names() if registry.provider(name).distribution == "inline"]
    assert len(mine) == 1
    assert registry.load(mine[0]) is not None


@pytest.mark.parametrize("hook", [h for h in PROVIDING if h != "restorebench_sdes"])
def test_a_page_names_every_field_of_its_spec(hook: str) -> None:
    page = (DOCS / f"{hook}.md").read_text(encoding="utf-8")
    spec = OFFERS.get(hook)
    missing = [f for f in vars(spec) if f"`{f}`" not in page] if spec else []
    assert missing == []


def test_the_layout_example_is_a_data_set(
    documented: Callable[[str], Suite], tmp_path: Path
) -> None:
    (text,) = blocks("restorebench_layouts", "toml")
    path = tmp_path / text.splitlines()[0].removeprefix("# ")
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    suite = documented("restorebench_layouts")
    assert suite.failures == ()
    assert suite.datasets["go-blurs"].splits == ("train", "test")
    for side in ("blur", "sharp"):
        pixels = np.full((3, 720, 1280), 9, np.uint8)
        write_image(tmp_path / "GO_BLURS" / "train" / "GOPR1" / side / "1.png", pixels)
    found, _ = with_sources(suite, root=tmp_path)
    (sample,) = open_split(found, "go-blurs", "train")
    assert (sample.id, sample.condition.tolist()) == ("GOPR1/1", [9, 0])


def test_the_layout_page_names_every_key() -> None:
    page = (DOCS / "restorebench_layouts.md").read_text(encoding="utf-8")
    keys = {*Layout.model_fields, *SplitFiles.model_fields} - {"splits", "strict", "degraded_is"}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


def test_the_data_set_example_makes_samples_of_its_task(
    documented: Callable[[str], Suite],
) -> None:
    suite = documented("restorebench_datasets")
    dataset = suite.datasets.load("row-blurs")("test")
    sample = dataset["test-coffee"]
    assert sample.condition.shape == (len(suite.tasks["deblur"].condition),)
    assert sample.target is not None
    gained = np.abs(np.diff(sample.target)).mean() / np.abs(np.diff(sample.degraded)).mean()
    assert gained > 2  # the blur took the detail


def test_the_restorer_example_restores(documented: Callable[[str], Suite], sample: Sample) -> None:
    unsharp = documented("restorebench_restorers").restorers.load("unsharp")(amount=0.5)
    stripped = replace(sample.without_target(), scale=1)
    answer = unsharp.restore(stripped, Context("deblur"))
    assert answer.image.shape == stripped.target_shape
    assert answer.image.std() > stripped.degraded.std()


def test_the_compressor_example_is_lossless(documented: Callable[[str], Suite]) -> None:
    import torch

    family = documented("restorebench_compressors").compressors.load("pixel-packing")
    packing = family.build(family.sizes["2"])
    image = torch.rand(1, 3, 5, 6)
    latent = packing.encode(image)
    assert latent.z.shape == (1, packing.latent_channels, 3, 3)
    assert torch.equal(packing(image), image)


def test_the_metric_example_counts_grey_levels(documented: Callable[[str], Suite]) -> None:
    mae = documented("restorebench_metrics").metrics.load("mae")
    dark, light = np.full((3, 2, 2), 10, np.uint8), np.full((3, 2, 2), 13, np.uint8)
    left = np.array([[True, False], [True, False]])
    light[:, :, 0] = 12
    assert mae.compute(dark, light, None, None) == 2.5
    assert mae.compute(light, dark, left, None) == 2.0


def test_the_protocol_example_scores_luma_inside_the_border(
    documented: Callable[[str], Suite],
) -> None:
    from restorebench.metrics import score

    suite = documented("restorebench_protocols")
    target = np.full((1, 3, 12, 12), 100, np.uint8)
    prediction = target.copy()
    prediction[..., :4, :] = 0
    protocol = suite.protocols.load("luma-border-4")
    assert score(protocol, prediction, target, None, suite.metrics.load).values == {"psnr": np.inf}


def test_the_path_example_runs_from_clean_to_degraded(
    documented: Callable[[str], Suite],
) -> None:
    path: Any = documented("restorebench_sdes").sdes.load("straight-bridge")()
    assert [(path.a(t), path.b(t), path.c(t)) for t in (0, 1)] == [(1, 0, 0), (0, 1, 0)]
    assert path.c(0.5) == 0.5


def test_the_solver_example_converges(documented: Callable[[str], Suite]) -> None:
    solve = documented("restorebench_solvers").solvers.load("halving")
    seen: list[float] = []
    times = [1.0, 0.7, 0.3, 0.0]
    x0 = solve(
        *(None, lambda x, t: (1.0, 0.0), 0.0, None, times, None),
        callback=lambda step, s, x, x0: seen.append(s),
    )
    assert x0 == 0.875
    assert seen == times[1:]


def test_the_backbone_example_builds_a_network(documented: Callable[[str], Suite]) -> None:
    import torch

    family = documented("restorebench_backbones").backbones.load("one-convolution")
    network = family.build(family.config(kernel=5))
    x = torch.zeros(2, 1, 3, 8, 9)
    assert network(x, x, 0.5).shape == x.shape


def test_the_renderer_example_names_the_winners(documented: Callable[[str], Suite]) -> None:
    from types import SimpleNamespace as Namespace

    winners = documented("restorebench_renderers").renderers.load("winners")
    rows = [Namespace(label="dark-channel", rank=1), Namespace(label="identity", rank=2)]
    board = Namespace(sections=[Namespace(dataset="dehaze-scenes", rows=rows)])
    assert winners([board]) == "dehaze-scenes: dark-channel\n"


def test_the_listener_example_speaks(
    documented: Callable[[str], Suite], record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    suite = documented("restorebench_scored")
    with caplog.at_level(logging.WARNING, logger="lamp"):
        suite.scored(replace(record, error="out of memory"))
        suite.scored(replace(record, scores={"psnr": 48.1}))
        suite.scored(record)
    assert caplog.messages == ["toy failed on toy/toy/toy", "toy shines on toy/toy/toy"]
