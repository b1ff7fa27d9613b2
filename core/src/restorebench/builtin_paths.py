"""The paths ("sdes") that core provides; a target is called with its options and gives a `Path`."""

from __future__ import annotations

from restorebench.specs import LazySpec

_PACKAGE = "restorebench.paths"


def _path(name: str, target: str, summary: str) -> LazySpec:
    return LazySpec(name=name, summary=summary, target=f"{_PACKAGE}.{target}")


PATHS: tuple[LazySpec, ...] = (
    _path("irsde", "ou:irsde", "Mean-reverting SDE to the degraded image (IR-SDE, Refusion)"),
    _path("vp", "diffusion:vp", "Variance-preserving diffusion, conditioned by the network (SR3)"),
    _path("ve", "diffusion:ve", "Variance-exploding diffusion, conditioned by the network (EDM)"),
    _path("rectified-flow", "flow:rectified_flow", "Straight path from data to noise"),
    _path("pmrf", "flow:pmrf", "Straight path from data to a posterior mean with a little noise"),
    _path("resshift", "shift:resshift", "Residual shifting in 15 steps (ResShift)"),
    _path("rddm", "shift:rddm", "Residual denoising diffusion, residual and noise apart (RDDM)"),
    _path("denoising-sde", "denoising:denoising_sde", "IR-SDE's authors' SDE for Gaussian noise"),
    _path("goub", "bridges:goub", "IR-SDE's process bridged to the degraded image (GOUB)"),
    _path("unidb", "bridges:unidb", "IR-SDE steered to the degraded image with penalty γ (UniDB)"),
    _path("ddbm-vp", "bridges:ddbm_vp", "Variance-preserving diffusion bridge (DDBM, DBIM)"),
    _path("ddbm-ve", "bridges:ddbm_ve", "Variance-exploding diffusion bridge (DDBM, DBIM)"),
    _path("i2sb", "bridges:i2sb", "Schrödinger bridge with symmetric noise (I²SB)"),
    _path("bbdm", "bridges:bbdm", "Brownian bridge (BBDM)"),
)
