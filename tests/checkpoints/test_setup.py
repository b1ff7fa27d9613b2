"""A setup is small, plain, strict, and can be changed in part."""

from __future__ import annotations

import json

import pytest

from restorebench.checkpoints import parts
from restorebench.checkpoints.setup import Choice, Setup, read_setup
from restorebench.errors import OptionError
from restorebench.plugins import suite

REFUSION = {
    "backbone": {"name": "nafnet", "size": "refusion"},
    "path": {"name": "irsde", "max_sigma": 50.0, "T": 100},
    "solver": "ancestral",
    "steps": 100,
}


def test_it_goes_through_plain_data():
    setup = Setup.from_dict({**REFUSION, "condition": [0, 1, 4], "scale": 4})
    assert Setup.from_dict(json.loads(json.dumps(setup.to_dict()))) == setup
    assert setup.condition == (0, 1, 4)
    assert setup.solver == Choice("ancestral")


def test_numbers_are_written_as_they_were_given():
    values = {"noise_level": 25, "start": 0.5, "path": {"name": "irsde", "max_sigma": 30}}
    written = json.dumps(Setup.from_dict(values).to_dict())
    assert '"noise_level": 25,' in f"{written},".replace("}", ",")
    assert '"max_sigma": 30}' in written


def test_what_is_not_said_is_not_written():
    written = Setup.from_dict(REFUSION).to_dict()
    assert "compressor" not in written
    assert "enlarge" not in written
    assert written["solver"] == {"name": "ancestral"}


def test_a_table_of_the_same_thing_changes_key_by_key():
    changed = Setup.from_dict(REFUSION).changed({"path": {"max_sigma": 30}, "steps": 20})
    assert changed.path == Choice("irsde", {"max_sigma": 30, "T": 100})
    assert (changed.steps, changed.solver.name) == (20, "ancestral")


def test_a_table_of_another_thing_replaces_the_old_one():
    changed = Setup.from_dict(REFUSION).changed({"path": {"name": "goub"}, "solver": "ddim"})
    assert (changed.path, changed.solver) == (Choice("goub"), Choice("ddim"))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"stepps": 3}, r"no key stepps; did you mean 'steps'\?"),
        ({"steps": 0}, "steps is 0; expected a number greater than or equal to 1"),
        ({"steps": True}, "steps is True; expected a valid integer"),
        ({"start": True}, "start is True; expected a number"),
        ({"start": 1.5}, "start is 1.5; expected a number less than or equal to 1"),
        ({"prior": "normal"}, "prior is 'normal'; expected 'marginal' or 'stationary'"),
        ({"enlarge": "lanczos"}, "expected 'bicubic', 'bicubic-0.75' or 'nearest'"),
        ({"condition": [-1]}, "condition.0 is -1; expected a number greater than or equal to 0"),
        ({"solver": {"eta": 1.0}}, "solver is .*; expected a name, or a table with a name"),
        ({"scale": 0.5}, "scale is 0.5; expected a valid integer"),
    ],
)
def test_impossible_setups_are_refused(values, says):
    with pytest.raises(OptionError, match=says):
        Setup.from_dict(values)


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.toml", "steps = 5\n[path]\nname = 'vp'\n"), ("a.json", '{"steps": 5, "path": "vp"}')],
)
def test_a_file_is_toml_or_json(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    setup = Setup.from_dict(read_setup(tmp_path / name))
    assert (setup.steps, setup.path) == (5, Choice("vp"))


@pytest.mark.parametrize("text", ["steps == 5", "[", None])
def test_a_file_that_cannot_be_read_is_named(tmp_path, text):
    path = tmp_path / "bad.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(OptionError, match=r"bad\.toml cannot be read as TOML"):
        read_setup(path)


def test_parts_are_built_with_their_options():
    path = parts.path(suite(), Choice("irsde", {"T": 50, "max_sigma": 30}))
    assert path.steps == 50
    assert parts.times(Choice("trailing"), path, 5, 1.0).tolist() == [1, 0.8, 0.6, 0.4, 0.2, 0]
    assert (
        parts.backbone(
            suite(), Choice("nafnet", {"size": "compact", "channels": 8})
        ).inputs.channels
        == 8
    )


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (
            lambda: parts.path(suite(), Choice("irsde", {"sigma": 3})),
            "path 'irsde' takes no option 'sigma'",
        ),
        (lambda: parts.path(suite(), Choice("irsd")), "did you mean 'irsde'"),
        (
            lambda: parts.solver(suite(), Choice("ddim", {"etta": 1})),
            "takes no option 'etta'; did you mean",
        ),
        (
            lambda: parts.solver(suite(), Choice("heun", {"mu": 1})),
            "'heun' takes no option 'mu'; it has none",
        ),
        (
            lambda: parts.backbone(suite(), Choice("nafnet", {"size": "huge"})),
            "nafnet has no size 'huge'",
        ),
        (lambda: parts.backbone(suite(), Choice("nafnet", {"widht": 8})), "did you mean 'width'"),
        (lambda: parts.compressor(suite(), Choice("harr")), "did you mean 'haar'"),
    ],
)
def test_names_and_options_that_there_are_not(build, says):
    with pytest.raises((OptionError, KeyError), match=says):
        build()
