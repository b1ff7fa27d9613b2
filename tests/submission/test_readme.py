"""readme.txt: NTIRE's four lines, in the forms in which teams write them."""

from __future__ import annotations

import pytest

from restorebench.submission.archive.finding import UploadError
from restorebench.submission.readme import TEMPLATE, parse_readme

FULL = (
    "runtime per image [s] : 10.43\nCPU[1] / GPU[0] : 0\n"
    "Extra Data [1] / No Extra Data [0] : 1\nOther description : Our method, in PyTorch\n"
)


def parsed(text: str):
    return parse_readme(text.encode())


def said(readme) -> str:
    return " | ".join(finding.what for finding in readme.findings)


def test_the_traditional_lines():
    readme = parsed(FULL)
    assert (readme.runtime, readme.cpu, readme.extra_data) == (10.43, False, True)
    assert readme.description == "Our method, in PyTorch"
    assert readme.findings == ()
    assert readme.numbers() == {"runtime": 10.43, "cpu": 0, "extra_data": 1}


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("runtime per image [s] : 1.69", 1.69),
        ("Runtime per image [s]: 1.69", 1.69),
        ("RUNTIME PER IMAGE [S]:1.69", 1.69),
        ("  runtime  per  image  [ s ]  :  1.69  ", 1.69),
        ("runtime per frame [s] : 1.69", 1.69),
        ("runtime per video [s] : 1.69", 1.69),
        ("1. runtime per image [s] : 1.69", 1.69),
        ("- runtime per image [s] : 1.69", 1.69),
        ("**runtime per image [s]** : 1.69", 1.69),
        ("runtime per image [s] : 1.69s", 1.69),
        ("runtime per image [s] : ~1.69 s/image", 1.69),
        ("runtime per image [s] : 1,69", 1.69),
        ("runtime per image [s] ： 1.69", 1.69),
        ("runtime per image [s] : on a V100: 1.69", 1.69),
        ("runtime per image [s] : 2e-2", 0.02),
        ("runtime per image [s] : 0", 0.0),
        ("runtime per image [ms] : 169", 0.169),
        ("runtime per image [s] : 169 ms", 0.169),
    ],
)
def test_variants_of_the_runtime(line, seconds):
    assert parsed(line).runtime == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("line", "seconds", "warning"),
    [
        ("runtime per image [s] : 1.69 (RTX 3090)", 1.69, "'(RTX 3090)' is left"),
        ("runtime per image [s] : 1.69 s on one A100", 1.69, "'on one A100' is left"),
        ("runtime per image [s] : 1.69 on a V100: 3 GB", 1.69, "'on a V100: 3 GB' is left"),
        ("runtime per image [s] : on a V100: 1.69", 1.69, "'on a V100' is left"),
        ("runtime per image [s] : 1.69 ± 0.2", 1.69, "is left"),
        ("runtime per image [s] : 2 min", 120, "given in min; read as 120 s"),
        ("runtime per image [s] : 6 hours", 21600, "given in hours"),
        ("runtime per image [ms] : 0.1 s", 0.1, "given in s under a label in ms"),
        ("Runtime:0.123s", 0.123, ""),
        ("Inference time (ms): 12", 0.012, "given in milliseconds"),
    ],
)
def test_what_else_stands_beside_a_runtime_is_said(line, seconds, warning):
    readme = parsed(f"{line}\nCPU[1] / GPU[0] : 0\nExtra Data[1] / No Extra Data[0] : 0\n"
                    "Other description : none")  # fmt: skip
    assert readme.runtime == pytest.approx(seconds)
    assert (warning in said(readme)) if warning else said(readme) == ""


@pytest.mark.parametrize(
    "value",
    [
        "25 fps", "30 Hz", "1.69 (25 fps)", "1.69 images/s", "3 frames", "3 GB", "3090", "12 %",
        "1-2", "1.2 - 1.5", "1.2.3", "1,234", "1 234", "1/3", "0x10", "1_000", "two", "٣", "<1",
        "CPU: 12, GPU: 1.69", "1.69 per second", "12 epochs", "2023-03-01", "1.69e",
    ],
)  # fmt: skip
def test_what_may_be_no_time_is_not_read(value):
    """3090 has a unit in its label: it is 3090 seconds, and its own test."""
    readme = parsed(f"runtime per image [s] : {value}\n")
    assert (readme.runtime is None) != (value == "3090")
    if readme.runtime is None:
        assert "is not a number of seconds" in said(readme)


@pytest.mark.parametrize("value", ["1e400", "9e307 h", "1e300", "1.234,5", "1,2,3"])
def test_a_time_that_no_run_can_take_is_not_read(value):
    readme = parsed(f"runtime per image [s] : {value}\n")
    assert readme.runtime is None
    assert repr(value) in said(readme)


@pytest.mark.parametrize(
    "line",
    ["Parameters: 9e302 G", "Parameters: 9e300 M", "Parameters [M]: 1234", "Params [k]: 1,234"],
)
def test_a_number_of_parameters_that_cannot_be_meant_is_not_read(line):
    """Under [M], 1234 may be 1.2 billion, or all its digits."""
    readme = parsed(f"{line}\n")
    assert readme.parameters is None
    assert repr(line.partition(": ")[2]) in said(readme)


@pytest.mark.parametrize("value", ["0/1", "0 or 1", "1, 0", "0 and 1", "-1", "1 0", "1 (GPU)"])
def test_a_choice_of_both_is_none(value):
    readme = parsed(f"CPU[1] / GPU[0] : {value}\n")
    assert readme.cpu is None
    assert f"{value!r} is neither 0 nor 1" in said(readme)


def test_a_time_without_any_unit_is_not_read():
    readme = parsed("runtime per image : 1.69\n")
    assert readme.runtime is None
    assert "the runtime '1.69' has no unit; it is not read" in said(readme)


FORM_2026 = (
    "This file contains relevant metadata for the challenge leaderboard, double check!\n"
    "Architecture Name:Bokeh (small)\nParameters:23.10M\nRuntime:0.123s\n"
    "Device:NVIDIA GeForce RTX 3090\nExtra data:No\n"
)


def test_the_five_lines_of_2026():
    readme = parsed(FORM_2026)
    assert (readme.runtime, readme.parameters, readme.extra_data) == (0.123, 23_100_000, False)
    assert (readme.architecture, readme.device) == ("Bokeh (small)", "NVIDIA GeForce RTX 3090")
    assert said(readme) == ""
    assert readme.claims() == {"runtime": 0.123, "parameters": 23_100_000, "extra_data": 0,
                               "device": "NVIDIA GeForce RTX 3090"}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Parameters : 23.1 M", 23_100_000), ("Number of parameters [M] : 23.1", 23_100_000),
        ("number of parameters  : 678123", 678_123), ("#Params: 23,100,000", 23_100_000),
        ("Params: 0.5K", 500), ("Parameters (M): 1,5", 1_500_000), ("Parameters: 23", None),
        ("Parameters: 23 MB", None), ("Parameters: 17.1M (trainable 3M)", 17_100_000),
        ("Parameters: batch size 16", None), ("Parameters: 1.2 G", 1_200_000_000),
        ("Total params: 1 234 567", 1_234_567), ("Parameters: 1.2.3 M", None),
    ],
)  # fmt: skip
def test_parameters_have_a_unit_or_all_their_digits(line, number):
    readme = parsed(f"{line}\n")
    assert readme.parameters == number
    assert ("are not read" in said(readme)) == (number is None)


@pytest.mark.parametrize(
    ("value", "extra"),
    [
        *((text, False) for text in ("No", "none", "NO!", "n/a", "-", "not used", "nothing")),
        *((text, False) for text in ("no extra data", "No, the official set alone", "None (fair)")),
        *((text, True) for text in ("Yes", "1", "DIV2K, Flickr2K", "NoHaze", "yes, DIV2K")),
        *((text, None) for text in ("", "?", "we did not use any", "no RTTS but DIV2K", "2")),
    ],
)
def test_extra_data_may_be_yes_no_or_their_names(value, extra):
    assert parsed(f"Extra data:{value}\n").extra_data is extra


def test_lines_of_the_form_below_the_description_count_and_sentences_do_not():
    sentence = "GPU: we trained on eight A100 for three days and nights"
    more = f"Parameters: 23.1 M\nDevice: RTX 3090\nMethod: two stages\n{sentence}\n"
    readme = parsed(f"{FULL}{more}Runtime: it varies\n")
    assert (readme.parameters, readme.device, readme.architecture) == (23_100_000, "RTX 3090", "")
    assert readme.description.endswith("Runtime: it varies")
    assert readme.findings == ()


def test_a_choice_and_a_word_that_contradict_each_other_are_not_read():
    readme = parsed("CPU[1] / GPU[0] : 1 GPU\n")
    assert (readme.cpu, "is neither 0 nor 1" in said(readme)) == (None, True)


@pytest.mark.parametrize("value", ["", "N/A", "-3", "fast", "1e999", "nan", "inf"])
def test_a_runtime_must_be_a_number(value):
    readme = parsed(f"runtime per image [s] : {value}\n")
    assert readme.runtime is None
    assert "is not a number of seconds" in said(readme)


@pytest.mark.parametrize(
    ("line", "cpu"),
    [
        ("CPU[1] / GPU[0] : 0", False),
        ("CPU[1] / GPU[0] : 1", True),
        ("CPU [1] / GPU [0] : 0", False),
        ("cpu[1]/gpu[0]:1", True),
        ("CPU[1] / GPU[0] : [0]", False),
        ("CPU[1] / GPU[0] : 0 (RTX 3090)", False),
        ("CPU[1] / GPU[0] : GPU", False),
        ("GPU[1] / CPU[0] : 0", True),
        ("CPU[1] / GPU[0] : 2", None),
        ("CPU[1] / GPU[0] : 0.5", None),
        ("CPU[1] / GPU[0] : yes", None),
    ],
)
def test_variants_of_the_device(line, cpu):
    assert parsed(line).cpu is cpu


def test_a_legend_the_wrong_way_round_is_said():
    assert "wrong way round" in said(parsed("GPU[1] / CPU[0] : 1"))
    assert "wrong way round" not in said(parsed("CPU[1] / GPU[0] : 1"))


@pytest.mark.parametrize(
    ("cpu", "extra", "text", "warning"),
    [
        (1, 0, "runs on one RTX 3090", "1 means CPU, but the description mentions 'RTX'"),
        (1, 0, "we trained on 4 A100 with CUDA 12", "1 means CPU"),
        (1, 0, "1 = GPU: GeForce", "1 means CPU"),
        (0, 0, "CPU only, Intel Xeon", "0 means GPU, but the description mentions 'CPU'"),
        (0, 0, "no GPU is needed", "0 means GPU, but the description mentions 'no GPU'"),
        (0, 0, "trained with extra data from DIV2K", "0 means no extra data"),
        (0, 0, "pretrained on ImageNet", "0 means no extra data"),
        (0, 1, "we use no external data", "1 means extra data"),
        (0, 0, "an RTX 3090 and an Intel i9 CPU, no extra data", None),
        (1, 0, "measured on a CPU; trained on a GPU", None),
        (1, 0, "a Xeon, without a GPU", None),
        (0, 1, "extra data: Flickr2K", None),
        (0, 0, "PyTorch", None),
    ],
)
def test_free_text_that_contradicts_the_flags_is_pointed_out(cpu, extra, text, warning):
    lines = f"runtime per image [s] : 1\nCPU[1] / GPU[0] : {cpu}\n"
    lines += f"Extra Data [1] / No Extra Data [0] : {extra}\nOther description : {text}\n"
    assert (warning in said(parsed(lines))) if warning else said(parsed(lines)) == ""


def test_a_fifth_line_is_kept():
    fifth = "Full-Reference [1] / Non-Reference [0] : 1\nLLM [1] / No LLM [0] : 0\n"
    readme = parsed(fifth + FULL)
    assert readme.others == {
        "Full-Reference / Non-Reference": "Full-Reference",
        "LLM / No LLM": "No LLM",
    }
    assert readme.findings == ()


def test_a_description_keeps_its_colons_and_lines():
    text = "Other description: see https://a.b/c\n2.5 dB more: yes\n\nThank you : all\n"
    assert parsed(text).description == "see https://a.b/c\n2.5 dB more: yes\n\nThank you : all"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_endings(encoding, ending):
    text = FULL.replace("Our method", "Müller's method").replace("\n", ending)
    assert parse_readme(text.encode(encoding)).description.startswith("Müller's")


def test_lines_in_any_order_and_the_first_of_two_counts():
    lines = FULL.splitlines()
    readme = parsed("\n".join([*lines[2::-1], "runtime per image [s] : 99"]))
    assert (readme.runtime, readme.cpu, readme.extra_data) == (10.43, False, True)
    assert "is there twice" in said(readme)


def test_what_is_absent_is_said():
    assert said(parsed("")).count("says nothing readable under") == 3
    assert "has no 'Other description'" in said(parsed(""))
    assert parsed(TEMPLATE).numbers() == {}


def test_a_strange_line_is_quoted_without_its_control_characters():
    readme = parsed(f"{FULL}{TEMPLATE}"[: len(FULL) // 2] + "\nhello \x1b[31m\n")
    assert "\x1b" not in said(readme)
    assert "hello " in said(readme)


def test_a_binary_readme_is_refused():
    with pytest.raises(UploadError, match="is binary"):
        parse_readme(b"runtime\0per image")


@pytest.mark.parametrize(
    "line",
    [
        f"CPU[1] / GPU[0{' ' * 60_000}",
        f"CPU[1] / {' ' * 60_000}GPU[0 : 0",
        "[" * 60_000,
        f"{'/' * 30_000}{'[0]' * 10_000}",
        f"{' ' * 60_000}[2] : 1",
        f"runtime per image [s] : {'1 ' * 30_000}",
        f"runtime per image [s] : {'1' * 60_000}ms",
        f"Other description : {'no ' * 20_000}",
        f"Other description : no{' ' * 60_000}x",
        f"Other description : i3-{'1' * 60_000}\u0301",
        f"{'1' * 30_000}{' ' * 30_000}x : 0",
        f"{'runtime' * 8_000} : 1",
        f"runtime [s] : 1{' ' * 60_000}x",
        f"runtime [s] : {':' * 60_000}",
        f"runtime {'(s ' * 20_000} : 1",
        f"Parameters : {'1,000' * 12_000}",
        f"Extra data:{'no(' * 20_000}",
        f"CPU[1] / GPU[0] : {'-' * 60_000}1",
    ],
    ids=lambda line: repr(line[:24]),
)
def test_the_work_is_linear_in_the_text(line):
    """A pattern that tries each start again would take hours here; 400 spaces once cost minutes."""
    assert isinstance(parsed(FULL + line).findings, tuple)


def test_a_legend_may_be_written_with_any_spaces():
    readme = parsed("CPU [ 1 ]  /  GPU [ 0 ] : 1\nLLM[1]/No LLM[0] : 0\nA[0] B[1] : 1")
    assert readme.cpu is True
    assert readme.others == {"LLM / No LLM": "No LLM", "A / B": "B"}
