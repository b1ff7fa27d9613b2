"""Programs as restorers: no shell, a time limit, and an output that is checked."""

from __future__ import annotations

import os
import sys
import time

import numpy as np
import pytest

from restorebench.errors import ImageError, OptionError
from restorebench.harness.plan import RestorerRef
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.factory import make_restorer

CONTEXT = Context("any", seed=3)

COPY = "import shutil, sys; shutil.copy(*sys.argv[1:3])"
COPY_ALL = "import shutil, sys; shutil.copytree(*sys.argv[1:3], dirs_exist_ok=True)"


@pytest.fixture
def command(tmp_path):
    """A restorer that runs Python code."""

    def make(text, fields="{input} {output}", **options):
        script = tmp_path / "run.py"
        script.write_text(text)
        return make_restorer(
            suite(), "command", run=f"{sys.executable} -S {script} {fields}", **options
        )

    return make


def test_a_program_reads_an_image_and_writes_one(command, one):
    assert np.array_equal(command(COPY).restore(one, CONTEXT).image, one.degraded)


def test_folders_hold_all_views(command, two):
    made = command(COPY_ALL, "{input_dir} {output_dir}")
    assert np.array_equal(made.restore(two, CONTEXT).image, two.degraded)
    with pytest.raises(OptionError, match="has 2 views; use "):
        command(COPY).restore(two, CONTEXT)


def test_numbers_are_filled_in_and_other_braces_stay(command, sample):
    code = f"{COPY}; assert sys.argv[3:] == ['2', '3', 'cpu', '{{a}}', '$HOME', ';ls'], sys.argv"
    fields = "{input} {output} {scale} {seed} {device} {a} $HOME ';ls'"
    with pytest.raises(ImageError, match="expected 60×42"):  # the copy is not larger
        command(code, fields).restore(sample(scale=2), CONTEXT)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import sys; sys.exit('no weights')", r"exit status 1; it printed: no weights"),
        ("import os; os.abort()", "signal SIGABRT"),
        ("", "wrote no a.png .* it wrote nothing"),
        ("import sys; open(sys.argv[2] + 'x', 'w')", r"wrote no a\.png .* it wrote a\.pngx"),
        ("import sys; open(sys.argv[2], 'w')", "is empty"),
        (f"{COPY}; print('x' * 10**7); sys.exit(3)", "exit status 3; it printed: x"),
    ],
)
def test_what_went_wrong_is_said(command, one, code, says):
    with pytest.raises(ImageError, match=says) as caught:
        command(code).restore(one, CONTEXT)
    assert len(str(caught.value)) < 3000


def test_a_program_that_hangs_is_stopped_with_all_that_it_started(one, tmp_path):
    pipe, script = tmp_path / "pipe", tmp_path / "hangs.sh"
    os.mkfifo(pipe)
    script.write_text(f"(echo child; exec sleep 60) > '{pipe}' &\necho begun\nsleep 60\n")
    program = f"sh {script} {{input}} {{output}}"
    start = time.monotonic()
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)) as child:
        with pytest.raises(ImageError, match=r"stopped after 0\.5 s .* it printed: begun"):
            make_restorer(suite(), "command", run=program, timeout=0.5).restore(one, CONTEXT)
        os.set_blocking(child.fileno(), True)
        assert child.read() == "child\n"  # which ends with the process that holds the other end
    assert time.monotonic() - start < 30


def test_a_changed_script_is_another_restorer(command):
    before = command(COPY).fingerprint("a", 1)
    assert command(COPY).fingerprint("a", 1) == before
    assert command(COPY + " ").fingerprint("a", 1) != before


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "expected a program with {input} and {output}"),
        ({"run": "cp {input}"}, "expected a program with {input} and {output}"),
        ({"run": "cp '{input} {output}"}, "cannot be split"),
        ({"run": "no-such-program {input} {output}"}, "cannot find the program 'no-such-program'"),
        ({"run": "cp {input} {output}", "timeout": 0}, "timeout is 0"),
        ({"run": "cp {input} {output}", "timeout": "long"}, "timeout is 'long'"),
    ],
)
def test_commands_that_cannot_be_run(options, says):
    with pytest.raises(OptionError, match=says):
        make_restorer(suite(), "command", **options)


def test_the_written_form_takes_commas_in_quotes():
    written = 'command:run="python a.py --size 3,4 {input} {output}",timeout=5'
    ref = RestorerRef.parse(written)
    assert dict(ref.options) == {"run": "python a.py --size 3,4 {input} {output}", "timeout": 5}
    assert RestorerRef.parse(str(ref)) == ref
    plain = RestorerRef.parse("command:run=cp {input} {output}")
    assert dict(plain.options) == {"run": "cp {input} {output}"}
    assert RestorerRef.parse('folder:label=5",path=b').options == (("label", '5"'), ("path", "b"))
