"""The plan: what is selected, what is offered, and what an unknown name says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from restorebench.errors import OptionError, UnknownNameError
from restorebench.harness.plan import RestorerRef, Selection, offered, plan
from restorebench.specs import RestorerSpec, TaskSpec


def ids(suite, **selection):
    return [cell.id for cell in plan(suite, Selection(**selection))]


def test_the_default_plan_has_the_default_restorers(suite):
    assert ids(suite) == ["toy-squares-brighten", "toy-squares-identity", "toy-squares-noisy"]


def test_globs_select(suite):
    assert ids(suite, restorers=("b*",)) == ["toy-squares-brighten"]
    assert ids(suite, restorers=("fail*", "identity")) == [
        "toy-squares-failing",
        "toy-squares-identity",
    ]


def test_draws_come_from_the_restorer_unless_they_are_asked_for(suite):
    (cell,) = plan(suite, Selection(restorers=("noisy",)))
    assert cell.draws == 2
    (cell,) = plan(suite, Selection(restorers=("noisy",), draws=5))
    assert cell.draws == 5


@pytest.mark.parametrize(
    ("selection", "says"),
    [
        ({"tasks": ("tox",)}, "did you mean 'toy'"),
        ({"datasets": ("nothing*",)}, "toy-squares"),
        ({"restorers": ("brigthen",)}, "did you mean 'brighten'"),
    ],
)
def test_an_unknown_name_is_answered_with_what_there_is(suite, selection, says):
    with pytest.raises(UnknownNameError, match=says):
        plan(suite, Selection(**selection))


def test_a_split_that_a_named_data_set_lacks_is_an_error(suite):
    with pytest.raises(OptionError, match="no split 'final'"):
        plan(suite, Selection(datasets=("toy-squares",), split="final"))


@pytest.mark.parametrize(
    ("selection", "says"),
    [({"split": "final"}, "no data set fits"), ({"restorers": ("bicubic",)}, "no restorer is")],
)
def test_a_selection_that_leaves_nothing_is_an_error(suite, selection, says):
    with pytest.raises(OptionError, match=says):
        plan(suite, Selection(**selection))


def test_a_restorer_is_run_on_the_data_sets_that_it_names(suite):
    entries = suite.restorers._entries  # the registry is frozen: a spec is changed for this test
    known = entries["brighten"]
    entries["brighten"] = replace(known, spec=replace(known.spec, datasets=("*-x4",)))
    try:
        assert ids(suite) == ["toy-squares-identity", "toy-squares-noisy"]
        with pytest.raises(OptionError, match="no restorer is offered"):
            plan(suite, Selection(restorers=("brighten",)))
    finally:
        entries["brighten"] = known


def test_options_are_read_from_the_written_form():
    ref = RestorerRef.parse("folder:path=a/b,label=My net,limit=3,exact=true")
    assert dict(ref.options) == {"path": "a/b", "label": "My net", "limit": 3, "exact": True}
    assert ref.label == "My net"
    assert RestorerRef.parse(str(ref)) == ref


@pytest.mark.parametrize("text", ["folder:", "folder:path", "folder:=x"])
def test_a_malformed_option_is_an_error(text):
    with pytest.raises(OptionError, match="key=value"):
        RestorerRef.parse(text)


@pytest.mark.parametrize(
    ("tasks", "own", "theirs", "expected"),
    [
        (("*",), False, False, True),
        (("*",), False, True, False),
        (("*",), None, True, True),
        (("toy",), False, True, True),
        (("other",), False, False, False),
    ],
)
def test_a_generic_restorer_is_offered_where_sizes_fit(tasks, own, theirs, expected):
    restorer = RestorerSpec(name="r", summary="", target="m:o", tasks=tasks, resizes=own)
    task = TaskSpec(name="toy", summary="", title="", resizes=theirs)
    assert offered(restorer, task) is expected


def test_an_option_given_twice_is_refused():
    with pytest.raises(OptionError, match="'path' more than once"):
        RestorerRef.parse("folder:path=a,path=b")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e999", "1" + "0" * 400, "[" * 100_000])
def test_a_value_that_no_record_can_hold_stays_a_text(text):
    assert dict(RestorerRef.parse(f"identity:a={text}").options) == {"a": text}


def test_a_pattern_leaves_out_what_cannot_be_made_without_options(suite):
    def names(*patterns):
        return {cell.restorer.name for cell in plan(suite, Selection(restorers=patterns))}

    assert names("*") >= {"brighten", "identity", "noisy", "failing"}
    assert names("*").isdisjoint({"folder", "diffusion", "regression", "torch", "command"})
    assert names("folder") == {"folder"}  # which then says what it needs
    assert names("fold*:path=x") == {"folder"}
