"""What pyiqa's metrics need beside pyiqa: packages, and files of weights."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from restorebench.metrics.hub_file import HubFile

PACKAGES = {"pyiqa": "'restorebench[iqa]'", "cv2": "opencv-python-headless", "requests": "requests"}
"""What every one of them imports, and the distributions that have it."""

_STORE = "https://huggingface.co/chaofengc/IQA-PyTorch-Weights/resolve/main"
_CLIP = "afeb0e10f9e5a86da6080e35cf09123aca3b358a0c3e3b6c78a7b63bc04b6762"


@dataclass(frozen=True)
class Needs:
    """The files of one metric, and packages by their import names, with their distributions."""

    files: tuple[HubFile, ...] = ()
    packages: tuple[tuple[str, str], ...] = ()

    def absent(self) -> str | None:
        """What is not here, with what to do about it; None where nothing is missing."""
        reasons = []
        for module, distribution in {**PACKAGES, **dict(self.packages)}.items():
            if find_spec(module) is None:
                reasons.append(f"the package {module} is not installed: pip install {distribution}")
        if files := [reason for file in self.files if (reason := file.absence()) is not None]:
            reasons.append(f"its weights are not here: {', and '.join(files)}")
        return "; ".join(reasons) or None


def _weights(name: str) -> HubFile:
    """A file of pyiqa's own store; a hash in its name is that of its content."""
    start = name.partition(".")[0].rpartition("-")[2]
    return HubFile("pyiqa", name, f"{_STORE}/{name}", start if len(start) == 8 else "")


_VGG16 = HubFile(
    "checkpoints",
    "vgg16-397923af.pth",
    "https://download.pytorch.org/models/vgg16-397923af.pth",
    "397923af",
)
_RN50 = HubFile(
    "clip", "RN50.pt", f"https://openaipublic.azureedge.net/clip/models/{_CLIP}/RN50.pt", _CLIP
)

WEIGHTLESS = (
    "psnr", "psnry", "ssim", "ssimc", "ms_ssim", "cw_ssim", "fsim",
    "gmsd", "mad", "nlpd", "vif", "vsi", "piqe", "entropy",
)  # fmt: skip
"""The metrics that need no file."""

WEIGHTED = {
    "brisque": Needs((_weights("brisque_svm_weights.pth"),)),
    "clipiqa": Needs(
        (_RN50,), (("clip", "openai-clip"), ("ftfy", "ftfy"), ("pkg_resources", "'setuptools<81'"))
    ),
    "dists": Needs((_weights("DISTS_weights-f5e65c96.pth"), _VGG16)),
    "ilniqe": Needs((_weights("ILNIQE_templateModel.mat"),)),
    "maniqa": Needs((_weights("ckpt_koniq10k.pt"),), (("einops", "einops"),)),
    "musiq": Needs((_weights("musiq_koniq_ckpt-e95806b9.pth"),)),
    "niqe": Needs((_weights("niqe_modelparameters.mat"),)),
    "pieapp": Needs((_weights("PieAPPv0.1-0937b014.pth"),)),
}
"""The metrics that need files; pyiqa would download them unasked."""

NEEDS = {**dict.fromkeys(WEIGHTLESS, Needs()), **WEIGHTED}
