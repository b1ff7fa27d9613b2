"""A broken plugin is reported with its traceback; everything else works as if it were not there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from restorebench import (
    DatasetSpec,
    LazySpec,
    ProtocolSpec,
    Record,
    RestorerSpec,
    TaskSpec,
    hookimpl,
)
from restorebench.plugins import HOOKS, Source, Suite, inline
from restorebench.registry import Provider

Make = Callable[..., ModuleType]


def task(name: str = "toy-task", **fields: Any) -> TaskSpec:
    return TaskSpec(name=name, title="Toy", summary="A toy", **{"protocol": "toy", **fields})


def lazy(name: str, target: str = "json:dumps") -> LazySpec:
    return LazySpec(name=name, summary="A toy", target=target)


@pytest.fixture
def good(plugin: Make) -> ModuleType:
    """A plugin that works, and that others must not disturb."""
    return plugin(restorebench_solvers=lambda: [lazy("good-solver")])


def suite_of(*plugins: object) -> Suite:
    return Suite([inline(p, name) for name, p in zip("abcdefgh", plugins, strict=False)])


def solvers_of(suite: Suite) -> tuple[str, ...]:
    """The solvers that are not core's own."""
    own = suite.solvers.provider
    return tuple(n for n in suite.solvers.names() if own(n).distribution != "restorebench")


def the_failure(suite: Suite) -> str:
    """The error of the only failure, whose plugin left nothing behind."""
    (report,) = suite.failures
    assert report.hooks == ()
    assert report.traceback is not None
    assert report.traceback.startswith("Traceback")
    everything = [e for r in suite.registries.values() for e in r.entries.values()]
    assert report.provider not in [entry.provider for entry in everything]
    return str(report.error)


def test_core_alone_has_no_failures() -> None:
    suite = Suite([])
    assert suite.failures == ()
    assert [report.name for report in suite.reports] == ["restorebench"]
    assert suite.restorers.provider("identity").distribution == "restorebench"


def test_a_plugin_that_raises_while_it_is_imported_is_left_out(good: ModuleType) -> None:
    def load() -> object:
        raise ImportError("no module named 'gone'")

    broken = Source(Provider("bad-dist", "6.6", "bad"), "bad", load)
    suite = Suite([inline(good, "early"), broken])
    assert the_failure(suite) == "ImportError: no module named 'gone'"
    assert suite.failures[0].provider.version == "6.6"
    assert suite.failures[0].traceback is not None
    assert "in load" in suite.failures[0].traceback
    assert solvers_of(suite) == ("good-solver",)


@pytest.mark.parametrize(
    "error", [RuntimeError("x"), SystemExit(3), GeneratorExit(), pytest.skip.Exception("x")]
)
def test_whatever_a_hook_raises_is_reported(
    plugin: Make, good: ModuleType, error: BaseException
) -> None:
    def restorebench_tasks() -> list[TaskSpec]:
        raise error

    bad = plugin(
        restorebench_solvers=lambda: [lazy("left-behind")], restorebench_tasks=restorebench_tasks
    )
    suite = suite_of(bad, good)
    assert the_failure(suite).startswith(type(error).__name__)
    assert "in restorebench_tasks" in str(suite.failures[0].traceback)
    assert solvers_of(suite) == ("good-solver",)


def test_ctrl_c_is_obeyed(plugin: Make) -> None:
    def restorebench_tasks() -> list[TaskSpec]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suite_of(plugin(restorebench_tasks=restorebench_tasks))


@pytest.mark.parametrize(
    ("rubbish", "said"),
    [
        (None, "returned None; expected an iterable of specs"),
        (task(), "expected an iterable of specs"),
        ("toy", "offers 't' as a task; expected a TaskSpec"),
        ([None], "offers None as a task"),
        ([lazy("solver")], "expected a TaskSpec"),
        ([task("Toy")], "kebab-case"),
        ([task("one"), task("one")], "offers the task 'one' twice"),
        ([TaskSpec], "expected a TaskSpec"),
    ],
)
def test_rubbish_is_reported(plugin: Make, good: ModuleType, rubbish: Any, said: str) -> None:
    bad = plugin(
        restorebench_solvers=lambda: [lazy("left-behind")], restorebench_tasks=lambda: rubbish
    )
    suite = suite_of(bad, good)
    assert said in the_failure(suite)
    assert solvers_of(suite) == ("good-solver",)


def test_a_duplicate_name_leaves_the_first_and_reports_the_second(plugin: Make) -> None:
    first = plugin(restorebench_solvers=lambda: [lazy("same", "json:dumps")])
    second = plugin(restorebench_solvers=lambda: [lazy("same", "json:loads"), lazy("other")])
    suite = suite_of(first, second)
    assert "'same' is provided twice, by inline 0 (a) and by inline 0 (b)" in the_failure(suite)
    assert solvers_of(suite) == ("same",)
    assert suite.solvers["same"].target == "json:dumps"


def test_a_name_of_cores_own_cannot_be_taken(plugin: Make) -> None:
    spec = RestorerSpec(name="identity", summary="Not core's", target="json:dumps")
    suite = suite_of(plugin(restorebench_restorers=lambda: [spec]))
    assert "provided twice, by restorebench 0" in the_failure(suite)


@pytest.mark.parametrize("hook", ["restorebench_taskz", "tasks", "pytest_addoption"])
def test_a_misspelt_hook_is_reported_not_ignored(plugin: Make, good: ModuleType, hook: str) -> None:
    suite = suite_of(plugin(**{hook: lambda: [task()]}), good)
    assert f"there is no hook {hook!r}; " in the_failure(suite)
    assert solvers_of(suite) == ("good-solver",)


def test_the_message_offers_the_hook_that_was_meant(plugin: Make) -> None:
    suite = suite_of(plugin(restorebench_taskz=lambda: [task()]))
    assert "did you mean 'restorebench_tasks'" in the_failure(suite)


def test_a_hook_of_a_newer_core_may_be_declared_optional() -> None:
    module = ModuleType("toy")
    module.restorebench_dreams = hookimpl(optionalhook=True)(lambda: [1])  # type: ignore[attr-defined]
    assert suite_of(module).failures == ()


def test_a_forgotten_decorator_is_reported_not_ignored() -> None:
    module = ModuleType("toy")
    module.restorebench_tasks = lambda: [task()]  # type: ignore[attr-defined]
    assert "restorebench_tasks() is not marked; put @" in the_failure(suite_of(module))


def test_arguments_that_a_hook_does_not_have_are_reported(plugin: Make) -> None:
    suite = suite_of(plugin(restorebench_tasks=lambda suite: [task()]))
    assert "suite" in the_failure(suite)


def test_wrappers_are_refused() -> None:
    module = ModuleType("toy")

    @hookimpl(wrapper=True)
    def restorebench_tasks() -> Any:
        return (yield)

    module.restorebench_tasks = restorebench_tasks  # type: ignore[attr-defined]
    assert "is a wrapper" in the_failure(suite_of(module))


def test_two_distributions_with_the_same_plugin_name_are_both_named(good: ModuleType) -> None:
    other = ModuleType("other")
    mine, theirs = Provider("mine", "1.0", "mine.plugin"), Provider("theirs", "2.0", "theirs.it")
    suite = Suite([Source(mine, "toy", lambda: good), Source(theirs, "toy", lambda: other)])
    said = "two plugins are called 'toy', of mine 1.0 (mine.plugin) and of theirs 2.0 (theirs.it)"
    assert said in the_failure(suite)
    assert suite.solvers.provider("good-solver") == mine


def test_the_same_module_under_two_names_is_loaded_once(good: ModuleType) -> None:
    suite = suite_of(good, good)
    assert "loaded already as 'a'" in the_failure_of_b(suite)
    assert solvers_of(suite) == ("good-solver",)


def the_failure_of_b(suite: Suite) -> str:
    (report,) = suite.failures
    assert report.name == "b"
    return str(report.error)


def test_nothing_is_not_a_plugin() -> None:
    assert "which is nothing" in the_failure(suite_of(None))


def test_after_a_failure_the_same_name_is_free_again(good: ModuleType) -> None:
    def load() -> object:
        raise ImportError("x")

    broken = Source(Provider("bad", "1", "bad"), "toy", load)
    suite = Suite([broken, inline(good, "toy")])
    assert len(suite.failures) == 1
    assert solvers_of(suite) == ("good-solver",)


def test_an_object_can_be_a_plugin() -> None:
    class Plugin:
        @hookimpl
        def restorebench_solvers(self) -> list[LazySpec]:
            return [lazy("bound")]

    suite = suite_of(Plugin())
    assert suite.failures == ()
    assert solvers_of(suite) == ("bound",)


def test_a_function_of_another_name_can_fill_a_hook() -> None:
    module = ModuleType("toy")
    module.mine = hookimpl(specname="restorebench_solvers")(lambda: [lazy("named")])  # type: ignore[attr-defined]
    suite = suite_of(module)
    assert suite.failures == ()
    assert suite.reports[-1].hooks == ("restorebench_solvers",)
    assert solvers_of(suite) == ("named",)


def test_registries_are_frozen_when_the_suite_stands() -> None:
    suite = Suite([])
    refused = [r for r in suite.registries.values() if _refuses(r)]
    assert len(refused) == len(suite.registries) == len(HOOKS) - 2  # all but scored and layouts


def _refuses(registry: Any) -> bool:
    try:
        registry.withdraw("anything")
    except Exception as error:
        return "frozen" in str(error)
    return False


# What names what nobody provides


def dataset(task_name: str, name: str = "toy-set") -> DatasetSpec:
    return DatasetSpec(name=name, summary="A toy", target="json:dumps", task=task_name)


def test_a_data_set_of_an_unknown_task_is_left_out_alone(plugin: Make, good: ModuleType) -> None:
    half = plugin(
        restorebench_datasets=lambda: [dataset("deblurr")],
        restorebench_solvers=lambda: [lazy("half-solver")],
    )
    suite = suite_of(half, good, _complete(plugin, "deblur"))
    (report,) = suite.failures
    assert report.name == "a"
    assert report.hooks == ("restorebench_datasets", "restorebench_solvers")
    assert "data set 'toy-set' is left out: its task is an unknown task 'deblurr'; " in str(
        report.error
    )
    assert "did you mean 'deblur'" in str(report.error)
    assert "toy-set" not in suite.datasets
    assert solvers_of(suite) == ("good-solver", "half-solver")


def _complete(plugin: Make, name: str, **fields: Any) -> ModuleType:
    """A plugin with a task, its protocol and a data set."""
    protocol = ProtocolSpec(name="toy", summary="A toy", target="json:dumps")
    return plugin(
        restorebench_tasks=lambda: [task(name, **fields)],
        restorebench_protocols=lambda: [protocol],
        restorebench_datasets=lambda: [dataset(name, f"{name}-set")],
    )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"protocol": "toyy"}, "its protocol is an unknown protocol 'toyy'; did you mean 'toy'?"),
        ({"reference": "identiti"}, "its reference is an unknown restorer 'identiti'; did you"),
    ],
)
def test_a_task_that_cannot_be_scored_goes_and_takes_its_data_sets_along(
    plugin: Make, good: ModuleType, fields: dict[str, str], said: str
) -> None:
    suite = suite_of(_complete(plugin, "deblur", **fields), good)
    (report,) = suite.failures
    assert said in str(report.error)
    assert "the data set 'deblur-set' is left out" in str(report.error)
    assert "deblur" not in suite.tasks
    assert "deblur-set" not in suite.datasets
    assert "toy" in suite.protocols
    assert solvers_of(suite) == ("good-solver",)


def test_plugins_may_name_what_later_ones_provide(plugin: Make) -> None:
    early = plugin(restorebench_datasets=lambda: [dataset("deblur", "early-set")])
    suite = suite_of(early, _complete(plugin, "deblur"))
    assert suite.failures == ()
    assert suite.datasets.names() == ("deblur-set", "early-set")


# restorebench_scored


def test_every_plugin_receives_a_record(plugin: Make, record: Record) -> None:
    said: list[object] = []
    listeners = [
        plugin(restorebench_scored=lambda record: said.append(record)),
        plugin(restorebench_scored=lambda: said.append("no argument is fine")),
    ]
    suite_of(*listeners).scored(record)
    assert len(said) == 2
    assert record in said


def test_a_listener_that_raises_stops_nobody_and_is_reported_once(
    plugin: Make, record: Record, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[Record] = []

    def raises(record: Record) -> None:
        raise ConnectionError(f"no route ({len(said)})")

    bad = plugin(restorebench_scored=raises)
    suite = suite_of(plugin(restorebench_scored=lambda record: said.append(record)), bad)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            suite.scored(record)
    (report,) = suite.failures
    assert len(said) == 3
    assert report.name == "b"
    assert str(report.error).startswith("restorebench_scored: ConnectionError: no route (")
    assert str(report.traceback).count("Traceback") == 1
    assert len(caplog.records) == 1


def test_a_rejected_plugin_receives_nothing(plugin: Make, record: Record) -> None:
    said: list[Record] = []
    bad = plugin(
        restorebench_tasks=lambda: None, restorebench_scored=lambda record: said.append(record)
    )
    suite_of(bad).scored(record)
    assert said == []


def test_namespaces_are_plugins_too() -> None:
    space = SimpleNamespace(restorebench_solvers=hookimpl(lambda: [lazy("spaced")]))
    assert solvers_of(suite_of(space)) == ("spaced",)
