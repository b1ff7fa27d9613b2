"""A registry is a frozen table of names that says who brought what and helps who misspells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from restorebench.errors import DuplicateNameError, PluginError, RegistryNameError, UnknownNameError
from restorebench.registry import Provider, Registry, nearest, resolve
from restorebench.specs import LazySpec, TaskSpec


def spec(name: str, target: str = "json:dumps") -> LazySpec:
    return LazySpec(name=name, summary="A toy", target=target)


@pytest.fixture
def solvers(provider: Provider) -> Registry[LazySpec]:
    registry = Registry("solver", LazySpec)
    for name in ("heun", "euler-maruyama", "unipc", "unipc-2"):
        registry.add(spec(name), provider)
    return registry


@pytest.mark.parametrize("name", ["heun", "x4", "ir-sde", "ssim-1.0", "2x", "a-b-c"])
def test_kebab_case_names_are_taken(name: str, provider: Provider) -> None:
    registry = Registry("solver", LazySpec)
    registry.add(spec(name), provider)
    assert registry[name].name == name


@pytest.mark.parametrize(
    "name", ["", "Heun", "ir_sde", "-heun", "heun-", "a--b", "a b", "pfad/name", "größe", "heun\n"]
)
def test_other_names_are_refused(name: str, provider: Provider) -> None:
    registry = Registry("solver", LazySpec)
    with pytest.raises(RegistryNameError, match=r"restorebench-toy 1\.2 names a solver .*kebab"):
        registry.add(spec(name), provider)
    assert len(registry) == 0


def test_a_duplicate_names_both_distributions(solvers: Registry[LazySpec]) -> None:
    other = Provider("somebody-elses", "0.9", "elses.plugin")
    with pytest.raises(DuplicateNameError) as caught:
        solvers.add(spec("heun", "other:target"), other)
    message = str(caught.value)
    assert "restorebench-toy 1.2 (restorebench_toy)" in message
    assert "somebody-elses 0.9 (elses.plugin)" in message
    assert solvers["heun"].target == "json:dumps"


def test_a_spec_of_another_kind_is_refused(solvers: Registry[LazySpec], provider: Provider) -> None:
    task = TaskSpec(name="deblur", title="Deblurring", summary="A toy")
    with pytest.raises(PluginError, match=r"offers TaskSpec.* as a solver; expected a LazySpec"):
        solvers.add(task, provider)  # type: ignore[arg-type]


def test_an_unknown_name_offers_the_nearest(solvers: Registry[LazySpec]) -> None:
    with pytest.raises(UnknownNameError, match="unknown solver 'unipcc'; did you mean 'unipc' or"):
        solvers["unipcc"]


def test_a_name_like_none_of_them_lists_all(solvers: Registry[LazySpec]) -> None:
    listing = "there are euler-maruyama, heun, unipc, unipc-2"
    with pytest.raises(UnknownNameError, match=listing):
        solvers.load("zzz")


def test_an_unknown_name_in_an_empty_registry_says_that_it_is_empty() -> None:
    with pytest.raises(UnknownNameError, match="unknown solver 'heun'; none is installed"):
        Registry("solver", LazySpec).provider("heun")


def test_an_unknown_name_is_a_key_error_with_a_readable_text() -> None:
    assert issubclass(UnknownNameError, KeyError)
    assert str(UnknownNameError("unknown 'x'")) == "unknown 'x'"  # KeyError alone would quote it


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        ((), ("euler-maruyama", "heun", "unipc", "unipc-2")),
        (("unipc*",), ("unipc", "unipc-2")),
        (("*e*", "heun"), ("euler-maruyama", "heun")),
        (("[hu]*",), ("heun", "unipc", "unipc-2")),
        (("HEUN",), ()),
    ],
)
def test_names_are_listed_by_pattern(
    solvers: Registry[LazySpec], patterns: tuple[str, ...], found: tuple[str, ...]
) -> None:
    assert solvers.names(*patterns) == found


def test_it_is_alphabetical_whatever_the_order_of_arrival(solvers: Registry[LazySpec]) -> None:
    names = ["euler-maruyama", "heun", "unipc", "unipc-2"]
    assert [s.name for s in solvers] == names == list(solvers.entries)
    assert len(solvers) == 4
    assert "heun" in solvers
    assert "Heun" not in solvers


def test_entries_are_read_only_and_know_their_provider(
    solvers: Registry[LazySpec], provider: Provider
) -> None:
    assert solvers.provider("heun") is provider
    assert solvers.entries["heun"].provider is provider
    with pytest.raises(TypeError, match="does not support item"):
        solvers.entries["heun"] = solvers.entries["unipc"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        solvers.entries["heun"].spec = spec("other")  # type: ignore[misc]


def test_a_frozen_registry_refuses_changes(solvers: Registry[LazySpec], provider: Provider) -> None:
    solvers.freeze()
    with pytest.raises(PluginError, match="frozen; provide 'late' through a plugin hook"):
        solvers.add(spec("late"), provider)
    with pytest.raises(PluginError, match="frozen; 'heun' cannot be withdrawn"):
        solvers.withdraw("heun")
    assert solvers.names() == ("euler-maruyama", "heun", "unipc", "unipc-2")


def test_before_that_an_entry_can_be_withdrawn(solvers: Registry[LazySpec]) -> None:
    solvers.withdraw("heun")
    assert "heun" not in solvers
    with pytest.raises(UnknownNameError):
        solvers.withdraw("heun")


def test_a_target_is_imported_on_use(solvers: Registry[LazySpec]) -> None:
    import json

    assert solvers.load("heun") is json.dumps
    assert resolve("json:JSONDecoder.decode", "x") is json.JSONDecoder.decode


@pytest.mark.parametrize(
    ("target", "cause", "said"),
    [
        ("no_such_module:thing", ModuleNotFoundError, "No module named 'no_such_module'"),
        ("json:no_such_thing", AttributeError, "no attribute 'no_such_thing'"),
        ("broken_on_import:thing", ZeroDivisionError, "ZeroDivisionError: division by zero"),
        ("exits_on_import:thing", SystemExit, "SystemExit: 3"),
    ],
)
def test_a_target_that_fails_is_a_plugin_error_with_its_cause(
    target: str,
    cause: type[BaseException],
    said: str,
    provider: Provider,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "broken_on_import.py").write_text("1 / 0")
    (tmp_path / "exits_on_import.py").write_text("raise SystemExit(3)")
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry("solver", LazySpec)
    registry.add(spec("toy", target), provider)
    where = re.escape(f"the solver 'toy' of restorebench-toy 1.2 cannot be loaded from {target!r}")
    with pytest.raises(PluginError, match=f"{where}.*{re.escape(said)}") as caught:
        registry.load("toy")
    assert isinstance(caught.value.__cause__, cause)


def test_what_has_no_target_cannot_be_loaded(provider: Provider) -> None:
    registry = Registry("task", TaskSpec)
    registry.add(TaskSpec(name="deblur", title="Deblurring", summary="A toy"), provider)
    with pytest.raises(PluginError, match=r"the task 'deblur' of .* has no target"):
        registry.load("deblur")


def test_nearest_offers_at_most_three() -> None:
    assert nearest("step1", ["step2", "step3", "step4", "step5"]).count("'") == 6


@pytest.mark.parametrize(
    ("typed", "known", "offered"),
    [
        ("PSNR", "psnr", True),
        ("pnsr", "psnr", True),
        ("tox", "toy", True),
        ("dark", "dark-channel", True),
        ("arch", "torch", False),
        ("derain", "dehaze", False),
        ("uformer", "folder", False),
    ],
)
def test_names_are_offered_for_slips_case_and_beginnings_alone(
    typed: str, known: str, offered: bool
) -> None:
    said = f"did you mean {known!r}?" if offered else f"there are {known}"
    assert nearest(typed, [known]) == said
