"""Core's own metrics and protocols."""

from __future__ import annotations

from restorebench.specs import MetricSpec, ProtocolSpec

_PACKAGE = "restorebench.metrics"

_OWN = (
    MetricSpec(
        name="psnr",
        summary="Peak signal-to-noise ratio, exact integer squared error",
        target=f"{_PACKAGE}.psnr:metric",
        higher_is_better=True,
        unit="dB",
        digits=2,
    ),
    MetricSpec(
        name="ssim",
        summary="Structural similarity, float64 in bounded memory",
        target=f"{_PACKAGE}.ssim:metric",
        higher_is_better=True,
        best=1.0,
        citation="Wang et al., IEEE TIP 2004",
    ),
    MetricSpec(
        name="lpips",
        summary="Learned perceptual distance, by the authors' package",
        target=f"{_PACKAGE}.lpips.metric:metric",
        higher_is_better=False,
        citation="Zhang et al., CVPR 2018",
    ),
    MetricSpec(
        name="lab-mae",
        summary="Mean absolute error in L*a*b*, called RMSE in shadow-removal papers",
        target=f"{_PACKAGE}.lab_mae:metric",
        higher_is_better=False,
        digits=2,
    ),
)

_IQA = {  # pyiqa's name: higher is better
    "psnr": True,
    "psnry": True,
    "ssim": True,
    "ssimc": True,
    "ms_ssim": True,
    "cw_ssim": True,
    "fsim": True,
    "gmsd": False,
    "mad": False,
    "nlpd": False,
    "vif": True,
    "vsi": True,
    "piqe": False,
    "entropy": True,
    "brisque": False,
    "clipiqa": True,
    "dists": False,
    "ilniqe": False,
    "maniqa": True,
    "musiq": True,
    "niqe": False,
    "pieapp": False,
}
_SIMILARITIES = frozenset({"ssim", "ssimc", "ms_ssim", "cw_ssim", "fsim", "vif", "vsi"})
"""Those that are 1 for equal images."""


def _iqa(name: str, higher_is_better: bool) -> MetricSpec:
    return MetricSpec(
        name=f"iqa-{name.replace('_', '-')}",
        summary=f"pyiqa's {name}, with pyiqa's conventions (extra iqa)",
        target=f"{_PACKAGE}.iqa.adapter:metrics.{name}",
        higher_is_better=higher_is_better,
        best=1.0 if name in _SIMILARITIES else None,
        citation="Chen and Mo, IQA-PyTorch, 2022",
    )


METRICS = (*_OWN, *(_iqa(name, higher) for name, higher in _IQA.items()))


def _protocol(name: str, summary: str, citation: str = "") -> ProtocolSpec:
    constant = name.upper().replace("-", "_")
    target = f"{_PACKAGE}.protocols:{constant}"
    return ProtocolSpec(name=name, summary=summary, target=target, citation=citation)


PROTOCOLS = (
    _protocol("ntire-rgb", "PSNR RGB, SSIM per RGB channel as by its authors, LPIPS alex; no crop"),
    _protocol("ntire-crop1", "CodaLab scoring program at scale 1: one pixel cut"),
    _protocol("sr-y-crop0", "BT.601 luma (16–235), nothing cut"),
    _protocol("sr-y-crop2", "×2 super-resolution: BT.601 luma (16–235), 2 px cut"),
    _protocol("sr-y-crop3", "×3 super-resolution: BT.601 luma (16–235), 3 px cut"),
    _protocol("sr-y-crop4", "×4 super-resolution: BT.601 luma (16–235), 4 px cut"),
    _protocol("sr-y-crop8", "×8 super-resolution: BT.601 luma (16–235), 8 px cut"),
    _protocol("sr-y-matlab-crop2", "×2: the rounded luma of MATLAB's rgb2ycbcr on uint8, 2 px cut"),
    _protocol("sr-y-matlab-crop3", "×3: the rounded luma of MATLAB's rgb2ycbcr on uint8, 3 px cut"),
    _protocol("sr-y-matlab-crop4", "×4: the rounded luma of MATLAB's rgb2ycbcr on uint8, 4 px cut"),
    _protocol(
        "matlab-gray",
        "Grey as MATLAB's rgb2gray gives it for uint8, rounded; SSIM as by its authors",
        "Wang et al., IEEE TIP 2004",
    ),
    _protocol(
        "matlab-gray-downsampled",
        "As matlab-gray; SSIM after its authors' averaging of large images (ssim.m)",
        "Wang et al., IEEE TIP 2004; ssim.m",
    ),
    _protocol(
        "ssim-3d-legacy",
        "SSIM with a Gaussian over rows, columns and channels (MATLAB on RGB; NAFNet)",
        "Chen et al., ECCV 2022",
    ),
    _protocol(
        "stereo-lr-mean",
        "Mean of both views, RGB, no crop; SSIM with scikit-image's uniform window",
        "Chu et al. (NAFSSR), CVPRW 2022",
    ),
    _protocol("stereo-left", "Left view only, RGB, no crop"),
    _protocol(
        "stereo-left-crop64",
        "Left view without its first 64 columns",
        "Wang et al. (PASSRnet), CVPR 2019",
    ),
    _protocol(
        "shadow-native-regions",
        "Full size; PSNR and L*a*b* error also of the shadow and of the rest, by true pixel counts",
    ),
    _protocol(
        "istd-legacy-256",
        "256×256 as in ISTD papers: regions by blackening, divided by all pixels",
        "Wang et al. (ST-CGAN), CVPR 2018; Guo et al. (ShadowFormer), AAAI 2023",
    ),
    _protocol(
        "istd-legacy-256-linear",
        "As istd-legacy-256, resized by MATLAB's bilinear kernel, antialiased",
    ),
    _protocol(
        "istd-legacy-256-opencv",
        "As istd-legacy-256, resized as OpenCV does by default: bilinear, not antialiased",
    ),
    _protocol(
        "bokeh-betd",
        "NTIRE 2023 bokeh starter kit: the peak of PSNR is the prediction's own maximum",
        "Conde et al., CVPRW 2023",
    ),
    _protocol(
        "bokeh-real-tm",
        "torchmetrics' conventions: SSIM with mirrored borders",
        "Seizinger et al. (Bokehlicious), ICCV 2025",
    ),
    _protocol(
        "bokeh-real-tm-center512",
        "As bokeh-real-tm, of the 512×512 in the middle (NTIRE 2026, development phase)",
    ),
    _protocol(
        "perception",
        "ntire-rgb, and pyiqa's MS-SSIM, VIF, FSIM, GMSD, NLPD and PIQE, which need no weights",
        "Chen and Mo, IQA-PyTorch, 2022",
    ),
    _protocol(
        "perception-learned",
        "ntire-rgb, and DISTS, CLIP-IQA, MANIQA, MUSIQ and NIQE, which need weights",
        "Chen et al., NTIRE 2025 image super-resolution (×4), CVPRW 2025",
    ),
)
