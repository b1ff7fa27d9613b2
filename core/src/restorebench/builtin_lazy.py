"""What core provides and imports on use: paths, solvers, networks, compressors and renderers."""

from __future__ import annotations

from restorebench.specs import LazySpec


def _specs(package: str, *rows: tuple[str, str, str]) -> tuple[LazySpec, ...]:
    """Specs from rows of name, target below `package`, and summary."""
    return tuple(
        LazySpec(name=name, target=f"restorebench.{package}.{target}", summary=summary)
        for name, target, summary in rows
    )


PATHS = _specs(
    "paths",
    ("irsde", "irsde:irsde", "Mean-reverting SDE to the degraded image (IR-SDE, Refusion)"),
    ("vp", "diffusion:vp", "Variance-preserving diffusion, conditioned by the network (SR3)"),
    ("ve", "diffusion:ve", "Variance-exploding diffusion, conditioned by the network (EDM)"),
    ("rectified-flow", "flow:rectified_flow", "Straight path from data to noise"),
    ("pmrf", "flow:pmrf", "Straight path from data to a posterior mean with a little noise"),
    ("resshift", "shift:resshift", "Residual shifting in 15 steps (ResShift)"),
    ("rddm", "shift:rddm", "Residual denoising diffusion, residual and noise apart (RDDM)"),
    ("denoising-sde", "denoising:denoising_sde", "IR-SDE's authors' SDE for Gaussian noise"),
    ("goub", "bridges:goub", "IR-SDE's process bridged to the degraded image (GOUB)"),
    ("unidb", "bridges:unidb", "IR-SDE steered to the degraded image with penalty γ (UniDB)"),
    ("ddbm-vp", "bridges:ddbm_vp", "Variance-preserving diffusion bridge (DDBM, DBIM)"),
    ("ddbm-ve", "bridges:ddbm_ve", "Variance-exploding diffusion bridge (DDBM, DBIM)"),
    ("i2sb", "bridges:i2sb", "Schrödinger bridge with symmetric noise (I²SB)"),
    ("bbdm", "bridges:bbdm", "Brownian bridge (BBDM)"),
)
"""A target is called with its options and gives a `restorebench.paths.path.Path`."""

SOLVERS = _specs(
    "solvers",
    ("euler-maruyama", "euler:euler_maruyama", "Reverse SDE by Euler's method (IR-SDE)"),
    ("euler-ode", "euler:euler_ode", "Probability-flow ODE by Euler's method; flows"),
    ("ancestral", "onestep:ancestral", "The posterior of each step (DDPM, IR-SDE, GOUB)"),
    ("ddim", "onestep:ddim", "DDIM with noise share eta, 0 to 1; DBIM on bridges"),
    ("dpmpp-2m", "multistep:dpmpp_2m", "Order 2, data form, ODE (DPM-Solver++, MR-ODE-2)"),
    ("dpmpp-2m-sde", "multistep:dpmpp_2m_sde", "Order 2, data form, SDE (MR-SDE-2)"),
    ("dpmpp-3m", "multistep:dpmpp_3m", "Order 3, data form, ODE, exact coefficients"),
    ("dpm-2m", "multistep:dpm_2m", "Order 2, noise form, ODE (DPM-Solver, MR-ODE-2)"),
    ("dpm-2m-sde", "multistep:dpm_2m_sde", "Order 2, noise form, SDE: needs many steps"),
    ("unipc-2", "unipc:unipc_2", "UniPC with bh2: order 3 for the price of order 2"),
    ("heun", "heun:heun", "Heun's method in the gauge (EDM): two calls a step"),
)
"""Each target is a `restorebench.solvers.stepping.Solver`."""

BACKBONES = _specs(
    "backbones",
    (
        "nafnet",
        "nafnet:FAMILY",
        "NAFNet: plain, time-conditioned (Refusion), stereo, with lens metadata",
    ),
    ("unet", "unet:FAMILY", "IR-SDE's conditional U-Net, with linear attention on every level"),
    ("dit", "dit:FAMILY", "Diffusion transformer with adaLN-Zero, any resolution"),
    ("restormer", "restormer:FAMILY", "Restormer: plain regression, or conditioned on the time"),
)
"""Each target is a `restorebench.backbones.backbone.Family`."""

COMPRESSORS = _specs(
    "compressors",
    ("unet", "unet:FAMILY", "Refusion's U-Net with skips of every scale, 4 or 8 times smaller"),
    ("kl-vae", "kl_vae:FAMILY", "The autoencoder of latent diffusion, without skips"),
    ("haar", "haar:FAMILY", "Haar wavelets: orthonormal, lossless, nothing to train"),
    ("identity", "identity:FAMILY", "The image itself"),
)
"""Each target is a `restorebench.compressors.compressor.Family`."""

RENDERERS = _specs(
    "leaderboard.render",
    ("markdown", "markdown:markdown", "GitHub tables with footnotes and provenance"),
    ("csv", "csv_format:csv", "One line per row and section, numbers in full"),
    ("json", "json_format:json", "All that is in the tables, for programs"),
    ("latex", "latex:latex", "A booktabs table per data set, for a document of one's own"),
    ("latex-document", "latex:document", "The same tables as a document that pdflatex compiles"),
    ("html", "html.page:html", "One self-contained page: sorting, intervals, plots, single images"),
    ("terminal", "terminal:terminal", "One ranked table per task, for a screen"),
    ("wins", "terminal:wins", "Win rates and Bradley–Terry strengths, for a screen"),
)
"""Each target turns boards into text, or into something that rich can print."""
