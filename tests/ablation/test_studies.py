"""Studies: those that ship can be run at both sizes, and a wrong one says what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from restorebench.ablation.library import read_studies, read_study, study_names
from restorebench.ablation.study import Study
from restorebench.ablation.trials import trials
from restorebench.checkpoints import parts
from restorebench.errors import OptionError, UnknownNameError
from restorebench.plugins import suite
from restorebench.solvers.grids import grid

NAMES = study_names()
PAPER = {"noise-level", "denoising-steps", "patch-size", "optimiser", "backbone"}


def refused(study: Study, **changes) -> str:
    with pytest.raises(OptionError) as caught:
        trials("noise", study, "small", changes)
    return str(caught.value)


def broken(tmp_path, text: str) -> str:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(OptionError) as caught:
        read_study(str(path))
    return str(caught.value)


def test_the_papers_studies_are_there_with_their_source():
    studies = read_studies()
    assert set(studies) == {*PAPER, "seed"}
    assert {studies[name].citation for name in PAPER} == {
        "Luo et al., CVPRW 2023, arXiv 2304.08291"
    }


@pytest.mark.parametrize("size", ["small", "full"])
@pytest.mark.parametrize("name", NAMES)
def test_every_variant_can_be_trained_and_sampled(name, size):
    found = suite()
    for trial in trials(name, read_study(name), size):
        recipe, task = trial.recipe, found.datasets[trial.recipe.data.name].task
        setup = recipe.setup(1).changed(trial.options)
        with torch.device("meta"):
            inputs = parts.backbone(suite(), setup.backbone).inputs
        assert (inputs.views, inputs.channels) == (found.tasks[task].views, 3)
        path = parts.path(suite(), setup.path)
        assert len(grid(setup.grid.name)(path, setup.steps)) == setup.steps + 1
        assert {"train", "val"} <= set(found.datasets[recipe.data.name].splits)


def test_the_studies_of_a_size_share_a_recipe():
    """So that they have one run in common."""
    for size in ("small", "full"):
        scales = [study.at(size) for study in read_studies().values()]
        assert len({(s.recipe, str(s.changes)) for s in scales}) == 1


def test_noise_levels_are_the_papers():
    for size in ("small", "full"):
        found = trials("noise-level", read_study("noise-level"), size)
        assert [t.recipe.path["max_sigma"] for t in found] == [10, 30, 50, 70]
        assert [t.value for t in found] == [10, 30, 50, 70]


def test_numbers_of_steps_are_no_change_of_training():
    found = trials("denoising-steps", read_study("denoising-steps"), "small")
    assert len({t.recipe.model_dump_json() for t in found}) == 1
    assert {t.run for t in found} == {"base"}
    assert [t.options for t in found] == [{"steps": int(t.value)} for t in found]


def test_optimisers_have_the_published_rates():
    """Lion's is the paper's; Adam's with its milestones that of IR-SDE's public options."""
    adam, adamw, lion = (t.recipe for t in trials("optimiser", read_study("optimiser"), "full"))
    assert (adam.optimiser.name, adam.optimiser.lr) == ("adam", 1e-4)
    assert (adam.schedule.name, adam.schedule.milestones) == ("multistep", (200000, 400000, 600000))
    assert (adamw.optimiser.name, adamw.schedule.name) == ("adamw", "cosine")
    assert (lion.optimiser.name, lion.optimiser.lr, lion.schedule.minimum) == ("lion", 3e-5, 1e-7)


def test_unknown_studies_offer_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'noise-level'"):
        read_studies(["noise-levle"])
    assert set(read_studies(["*size", "noise*"])) == {"patch-size", "noise-level"}


def test_unknown_keys_offer_the_nearest(tmp_path):
    said = broken(
        tmp_path,
        'titel = "x"\n[small.variants.a]\nchnges = {}\n[small.variants.b.sampling]\nstep = 3\n',
    )
    assert "no key titel; did you mean 'title'" in said
    assert "no key small.variants.a.chnges; did you mean 'changes'" in said
    assert "no key small.variants.b.sampling.step; did you mean 'steps'" in said
    assert "summary is missing" in said
    assert "is not TOML" in broken(tmp_path, "a = ")


def test_the_study_in_the_documentation_is_one(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "ablations.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "mine.toml").write_text(text)
    found = trials("mine", read_study(str(tmp_path / "mine.toml")), "small")
    assert [t.recipe.optimiser.weight_decay for t in found] == [0, 0.01]


def test_recipes_of_variants_are_checked_too(study):
    wrong = study(
        {
            "a": {"value": 1, "changes": {"path.max_sigma": 1}},
            "b": {"value": 2, "changes": {"data.pach": 8}},
        }
    )
    assert "no key data.pach; did you mean 'patch'" in refused(wrong)


@pytest.mark.parametrize("label", ["base", "a/b", "..", ""])
def test_labels_are_names_of_folders(study, label):
    with pytest.raises(ValueError, match="cannot be a variant's name"):
        study({label: {"value": 1}, "b": {"value": 2}})


def test_a_plot_of_scores_needs_values(study):
    with pytest.raises(ValueError, match="different values of all variants"):
        study({"a": {"value": 1}, "b": {}})
    with pytest.raises(ValueError, match="different positive values"):
        study({"a": {"value": 1}, "b": {"value": 0}}, axis="log")


def test_values_given_last_have_the_last_word(study):
    found = trials("noise", study(), "small", {"data.patch": 8, "steps": 2})
    assert {(t.recipe.data.patch, t.recipe.steps) for t in found} == {(8, 2)}


def test_values_that_make_variants_the_same_are_refused(study):
    said = refused(study(), **{"path.max_sigma": 5})
    assert "sigma-10, sigma-30 of noise are the same" in said


def test_sampling_needs_a_path(study):
    steps = {f"s{k}": {"value": k, "sampling": {"steps": k}} for k in (1, 2)}
    changes = {"objective.kind": "regression", "path": None}
    assert "no path to sample" in refused(study(steps), **changes)


def test_variants_on_different_data_are_refused(study):
    other = {name: {"value": k, "changes": {"data.name": name}} for k, name in enumerate("ab")}
    assert "different data sets" in refused(study(other))
