"""The ranking rules of challenges, as a listing."""

from __future__ import annotations


def test_rules_are_listed_with_how_they_are_known(json_of, call):
    found = {rule["name"]: rule for rule in json_of("rules", "--json")}
    assert found["ntire-2025-shadow-fidelity"]["standing"] == "derived"
    assert found["ntire-2026-shadow"]["rule"] == ""
    shown = call("rules", "*dehazing")
    assert "rank-sum:psnr,ssim,lpips,mos,tie=mos" in shown.stdout
    assert "stereo" not in shown.stdout


def test_an_unknown_pattern_is_an_error(call):
    result = call("rules", "ntire-2024-dehaze")
    assert (result.exit_code, "ntire-2024-dehazing" in result.stderr) == (2, True)
