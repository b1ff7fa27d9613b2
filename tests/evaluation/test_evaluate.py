"""Models from Python: scored as the command line does it, kept in the same store, shown."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import restorebench as rb
from restorebench.errors import OptionError, UnknownNameError
from restorebench.restorers.identity import Identity


class Gain(nn.Module):
    """Multiplies by a number."""

    def __init__(self, gain: float = 1.0) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.tensor(gain))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.gain


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with pairs of images, in which the program runs."""
    random = np.random.default_rng(0)
    for name in ("a", "b", "c"):
        clean = random.integers(30, 200, (24, 32, 3), dtype=np.uint8)
        for kind, pixels in (("hazy", clean // 2 + 60), ("gt", clean)):
            (tmp_path / kind).mkdir(exist_ok=True)
            Image.fromarray(pixels).save(tmp_path / kind / f"{name}.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def evaluate(model, **options):
    given = {"task": "dehaze", "data": rb.pairs("hazy/", "gt/", name="mine"), "progress": False}
    return rb.evaluate(model, **{**given, **options})


def test_a_module_is_a_row_beside_installed_restorers(folder):
    result = evaluate([Gain(1.1), "identity"])
    labels = {row.label for row in result.board.sections[0].rows}
    assert labels == {"gain", "identity"}
    frame = result.frame[result.frame.restorer == "gain"]
    assert list(frame["sample"]) == ["a", "b", "c"]
    assert set(frame["cost.parameters"]) == {1}
    assert (frame["score.psnr"] > 5).all()
    assert result.errors == {}


def test_scores_are_those_of_the_command_line_and_the_store_is_shared(folder):
    result = evaluate("identity")
    command = [sys.executable, "-m", "restorebench", "run", "--task", "dehaze"]
    command += ["--data", rb.pairs("hazy/", "gt/", name="mine"), "--restorer", "identity"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "3 from the store" in done.stderr + done.stdout
    lines = (folder / "restorebench-results" / "records.jsonl").read_text().splitlines()
    stored = {r["sample"]: r["scores"]["psnr"] for r in map(json.loads, lines)}
    assert stored == dict(zip(result.frame["sample"], result.frame["score.psnr"], strict=True))


def calls(model, **options):
    """How often a module restores in an evaluation (and not to be counted, without numbers)."""
    seen = []
    hook = model.register_forward_hook(lambda _, __, out: seen.append(out.device.type))
    evaluate(model, **options)
    hook.remove()
    return seen.count("cpu")


def test_what_is_stored_is_not_computed_again_unless_the_weights_have_changed(folder):
    model = Gain()
    assert calls(model) == 3
    assert calls(model) == calls(Gain()) == 0
    model.gain.data.mul_(1.05)
    assert calls(model) == 3
    assert calls(model, fresh=True) == 3


def test_functions_restorers_and_labels(folder):
    models = {"brighter": lambda image: image * 1.2, "as is": Identity(), "plain": "identity"}
    result = evaluate(models)
    assert {row.label for row in result.board.sections[0].rows} == set(models)
    psnr = result.frame.groupby("restorer")["score.psnr"].mean()
    assert psnr["as-is"] == psnr["identity"] != psnr["brighter"]


def test_a_function_is_called_anew_each_time(folder):
    seen = []
    for _ in range(2):
        evaluate(lambda image: seen.append(1) or image)
    assert len(seen) == 6


def test_functions_may_give_8_bit(folder):
    (psnr,) = {round(p, 6) for p in evaluate({"x": np.copy}, limit=1).frame["score.psnr"]}
    given = evaluate({"x": lambda image: np.round(image * 255).astype(np.uint8)}, limit=1)
    assert round(given.frame["score.psnr"][0], 6) == psnr


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (lambda image: image.transpose(2, 0, 1), "channels first; expected (H, W, 3)"),
        (lambda image: image * 255, "as 8-bit images; expected [0, 1]"),
        (lambda image: image[:4], "images are never resized to fit"),
        (nn.PixelShuffle(1), None),
        (nn.PixelUnshuffle(2), "expected"),
    ],
)
def test_what_is_wrong_with_a_model_is_in_the_errors(folder, model, says):
    result = evaluate({"x": model}, limit=1)
    text = " ".join(result.errors.values())
    assert (says in text) if says else not text


@pytest.mark.parametrize(
    ("model", "options", "says"),
    [
        (3, {}, "3 is not a model"),
        (Gain, {}, "Gain is a class; give an object of it"),
        ([], {}, "holds no model; give one at least"),
        ([Gain(), Gain()], {}, "two models are called"),
        (lambda image: image, {"multiple": 8}, "multiple: options of networks"),
        (Gain(), {"values": "byte"}, "values is 'byte'"),
        ("identity", {"task": None, "data": None}, "say what to evaluate on"),
    ],
)
def test_what_cannot_be_evaluated_is_said_at_once(folder, model, options, says):
    with pytest.raises(OptionError, match=says):
        evaluate(model, **options)


def test_names_that_there_are_not(folder):
    with pytest.raises(UnknownNameError, match="unknown restorer 'identiti'"):
        evaluate("identiti")
    with pytest.raises(UnknownNameError, match="unknown task 'haze'"):
        evaluate("identity", task="haze")


def test_comparing_and_saving(folder):
    result = evaluate([Gain(1.1), "identity"])
    (found,) = result.compare("identity")
    assert (found.a, found.b) == ("identity", "gain")
    paths = result.save(folder / "reports")
    assert (folder / "reports" / "index.html") in paths
    assert "gain" in (folder / "reports" / "dehaze.md").read_text()
    with pytest.raises(OptionError, match="say which model"):
        evaluate({"a": Gain(1.1), "b": Gain(1.2)}).compare("identity")


def test_it_is_shown_in_a_terminal_and_in_a_notebook(folder):
    result = evaluate(Gain(1.1), limit=1)
    assert "gain" in repr(result)
    assert "PSNR" in repr(result)
    page = result._repr_html_()
    assert page.startswith("<iframe srcdoc=")
    assert "data:image/webp" in page
    assert '"' not in page.partition('srcdoc="')[2].partition('" style')[0]


def test_pairs_are_the_text_of_a_data_set():
    assert rb.pairs("hazy", "gt/") == "degraded=hazy/{id},target=gt/{id}"
    text = rb.pairs("hazy/{id}_*.png", "gt/{id}.png", mask="m", scale=2, name="x")
    assert text == "degraded=hazy/{id}_*.png,target=gt/{id}.png,mask=m/{id},scale=2,name=x"
    with pytest.raises(OptionError, match="with a comma"):
        rb.pairs("a,b", "gt")
