"""The published NAFNets by name, and compact ones for two cores."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from restorebench.backbones.nafnet_config import Config


def _deep(config: Config) -> Config:
    """The block counts that NAFNet uses for SIDD, and Refusion on bokeh latents."""
    return config.replace(encoder=(2, 2, 4, 8), middle=12, decoder=(2, 2, 2, 2))


def _column(width: int, blocks: int, upscale: int) -> Config:
    """NAFSSR: a column of blocks at one resolution, each with stereo attention."""
    return _NAFNET.replace(
        encoder=(),
        decoder=(),
        width=width,
        middle=blocks,
        views=2,
        fusion="full",
        upscale=upscale,
        local_pool=(30, 90),
    )


_REFUSION = Config()
_NAFNET = Config(degraded=False, timed=False, residual=True, norm_bias=True, norm_eps=1e-6)
_COMPACT = Config(width=24, encoder=(1, 2, 4), decoder=(1, 1, 1))

SIZES: Mapping[str, Config] = MappingProxyType(
    {
        "refusion": _REFUSION,
        "refusion-denoising": _REFUSION.replace(degraded=False),
        "refusion-stereo": _REFUSION.replace(views=2, fusion="quarter"),
        "refusion-latent-dehazing": _REFUSION.replace(channels=8, intro_skip=True),
        "refusion-latent-bokeh": _deep(_REFUSION.replace(channels=4, condition_dim=3)),
        "nafnet-gopro-w32": _NAFNET.replace(width=32, local_pool=(256, 256)),
        "nafnet-gopro-w64": _NAFNET.replace(local_pool=(256, 256)),
        "nafnet-sidd-w32": _deep(_NAFNET.replace(width=32)),
        "nafnet-sidd-w64": _deep(_NAFNET),
        **{
            f"nafssr-{letter}-x{upscale}": _column(width, blocks, upscale)
            for letter, width, blocks in (("t", 48, 16), ("s", 64, 32), ("b", 96, 64))
            for upscale in (2, 4)
        },
        "compact": _COMPACT,
        "compact-stereo": _COMPACT.replace(views=2, fusion="quarter"),
        "compact-bokeh": _COMPACT.replace(condition_dim=3),
        "compact-regression": _COMPACT.replace(degraded=False, timed=False, residual=True),
    }
)
