"""Networks out of files: PyTorch code, TorchScript, ONNX, and what spandrel recognises."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn

from restorebench.errors import CheckpointError, OptionError
from restorebench.plugins import suite
from restorebench.restorers.base import Context
from restorebench.restorers.factory import make_restorer
from restorebench.torchvision_guard import ensure_torchvision

CONTEXT = Context("any", seed=3)

CODE = """
from torch import nn
from parts import double


class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.a = nn.Conv2d(3, width, 3, padding=1)
        self.b = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, x):
        return double(self.b(self.a(x))) / 2

def make(width=4):
    return Net(width)
"""


def make(name, **options):
    return make_restorer(suite(), name, **options)


@pytest.fixture
def net(tmp_path):
    """A folder with a network's code and weights, and the network itself."""
    (tmp_path / "net.py").write_text(CODE)
    (tmp_path / "parts.py").write_text("def double(x):\n    return x + x\n")
    torch.manual_seed(0)
    plain = nn.Sequential()
    plain.a, plain.b = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 3, 3, padding=1)
    torch.save({"params": plain.state_dict()}, tmp_path / "net.pth")
    return plain


@pytest.fixture
def code(tmp_path):
    return {"file": str(tmp_path / "net.py"), "weights": str(tmp_path / "net.pth")}


@torch.inference_mode()
def expected(net, given):
    return net(torch.from_numpy(given.degraded)).numpy()


@pytest.mark.parametrize("name", ["", "Net", "make"])
def test_a_network_of_ones_own(net, code, one, name):
    made = make("torch", **code, **({"class": name} if name else {}))
    out = made.restore(one, CONTEXT)
    assert np.abs(out.image - expected(net, one)).max() < 1e-6
    assert out.parameters == sum(p.numel() for p in net.parameters())


@pytest.mark.parametrize("prefix", ["module.", "net.generator."])
def test_a_prefix_of_the_weights_names_is_taken_off(net, code, one, tmp_path, prefix):
    state = {f"{prefix}{key}": value for key, value in net.state_dict().items()}
    torch.save({**state, "other.weight": torch.zeros(1)}, tmp_path / "net.pth")
    out = make("torch", **code).restore(one, CONTEXT)
    assert np.abs(out.image - expected(net, one)).max() < 1e-6


def test_arguments_go_to_the_class_and_options_to_the_network(net, code):
    with pytest.raises(CheckpointError, match=r"net\.pth does not fit Net .* of another shape"):
        make("torch", **code, width=8)
    assert make("torch", file=code["file"], width=8, multiple=8)
    with pytest.raises(OptionError, match=r"Net\(depth=2\) raised TypeError"):
        make("torch", **code, depth=2)
    with pytest.raises(OptionError, match="values is 'byte'"):
        make("torch", **code, values="byte")


def test_changed_code_and_weights_are_another_restorer(net, code, tmp_path):
    def fingerprint():
        return make("torch", **code).fingerprint("a", 1)

    seen = {fingerprint(), fingerprint()}
    assert len(seen) == 1
    torch.save({k: v + 1 for k, v in net.state_dict().items()}, tmp_path / "net.pth")
    seen.add(fingerprint())
    (tmp_path / "parts.py").write_text("def double(x):\n    return 2 * x\n")
    seen.add(fingerprint())
    (tmp_path / "net.py").write_text(CODE + "\n")
    assert len(seen | {fingerprint()}) == 4


def test_two_networks_may_have_files_of_one_name(net, code, one, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "net.py").write_text(CODE)
    (other / "parts.py").write_text("def double(x):\n    return x * 0\n")
    first = make("torch", **code)
    second = make("torch", file=str(other / "net.py"), weights=code["weights"])
    assert not second.restore(one, CONTEXT).image.any()
    assert first.restore(one, CONTEXT).image.any()
    assert make("torch", **code).restore(one, CONTEXT).image.any()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import nothing_of_that_name", "cannot be imported: ModuleNotFoundError"),
        ("raise SystemExit(0)", "cannot be imported: SystemExit"),
        ("x = 1", "defines no class of nn.Module"),
        (CODE + "\nclass Other(Net):\n    pass\n", r"defines 2 networks \(Net, Other\); .* class="),
    ],
)
def test_code_that_holds_no_one_network(net, code, tmp_path, text, says):
    (tmp_path / "net.py").write_text(text)
    with pytest.raises(OptionError, match=says):
        make("torch", **code)


def test_names_that_are_not_there(net, code, tmp_path):
    with pytest.raises(OptionError, match=r"nothing to call named 'Nett'; it has Net"):
        make("torch", **code, **{"class": "Nett"})
    for name, option in (("torch", "file"), ("torchscript", "file"), ("onnx", "file")):
        with pytest.raises(OptionError, match=f"{name}' needs {option}=FILE"):
            make(name)
        with pytest.raises(OptionError, match="which does not exist"):
            make(name, **{option: str(tmp_path / "gone")})


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_torchscript_program(net, one, tmp_path):
    path = tmp_path / "net.pt"
    program = torch.jit.trace(nn.Sequential(net.a, net.b), torch.zeros(1, 3, 8, 8))
    program.save(str(path))
    out = make("torchscript", file=str(path)).restore(one, CONTEXT)
    with torch.inference_mode():
        assert np.abs(out.image - net.b(net.a(torch.from_numpy(one.degraded))).numpy()).max() < 1e-6
    with pytest.raises(OptionError, match=r"no TorchScript program: .* torch:file=NET.py"):
        make("torchscript", file=str(tmp_path / "net.pth"))


def convolution(path, weight, bias, size=("h", "w"), inputs=1):
    """Write an ONNX model of one convolution."""
    image = [helper.make_tensor_value_info(f"x{k}", TensorProto.FLOAT, ["n", 3, *size])
             for k in range(inputs)]  # fmt: skip
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3, *size])
    node = helper.make_node("Conv", ["x0", "w", "b"], ["y"], pads=[1, 1, 1, 1])
    weights = [
        helper.make_tensor(name, TensorProto.FLOAT, value.shape, value.flatten().tolist())
        for name, value in (("w", weight), ("b", bias))
    ]
    graph = helper.make_graph([node], "net", image, [out], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)


def test_an_onnx_model(one, tmp_path):
    torch.manual_seed(1)
    layer = nn.Conv2d(3, 3, 3, padding=1)
    path = tmp_path / "net.onnx"
    convolution(path, layer.weight.detach().numpy(), layer.bias.detach().numpy())
    made = make("onnx", file=str(path))
    assert np.abs(made.restore(one, CONTEXT).image - expected(layer, one)).max() < 1e-5
    before = made.fingerprint("a", 1)
    convolution(path, layer.weight.detach().numpy() * 2, layer.bias.detach().numpy())
    assert make("onnx", file=str(path)).fingerprint("a", 1) != before


def test_an_onnx_model_of_one_size_is_given_tiles_of_it(sample, tmp_path):
    given, path = sample(height=32, width=48), tmp_path / "net.onnx"
    weight = np.zeros((3, 3, 3, 3), np.float32)
    weight[range(3), range(3), 1, 1] = 1
    convolution(path, weight, np.zeros(3, np.float32), size=(16, 16))
    with pytest.raises(ValueError, match=r"cannot take images \(1, 3, 32, 48\); its input"):
        make("onnx", file=str(path)).restore(given, CONTEXT)
    out = make("onnx", file=str(path), tile=16, halo=0).restore(given, CONTEXT)
    assert np.allclose(out.image, given.degraded)


def test_other_files_are_no_onnx_model(tmp_path):
    (tmp_path / "net.onnx").write_bytes(b"nothing")
    with pytest.raises(OptionError, match=r"net\.onnx is not an ONNX model"):
        make("onnx", file=str(tmp_path / "net.onnx"))
    convolution(tmp_path / "two.onnx", np.zeros((3, 3, 3, 3)), np.zeros(3), inputs=2)
    with pytest.raises(OptionError, match=r"inputs x0 .* x1 .*; expected one tensor"):
        make("onnx", file=str(tmp_path / "two.onnx"))


def test_a_released_network_is_recognised_by_its_weights(one, sample, tmp_path):
    ensure_torchvision()
    from spandrel.architectures.NAFNet import NAFNet

    torch.manual_seed(0)
    net = NAFNet(width=4, middle_blk_num=1, enc_blk_nums=[1, 1], dec_blk_nums=[1, 1]).eval()
    path = tmp_path / "net.pth"
    torch.save({"params": net.state_dict()}, path)
    out = make("spandrel", weights=str(path)).restore(one, CONTEXT)
    assert np.abs(out.image - expected(net, one)).max() < 0.5
    assert out.parameters == sum(p.numel() for p in net.parameters())
    exact = sample(height=32, width=32)
    out = make("spandrel", weights=str(path)).restore(exact, CONTEXT)
    assert np.abs(out.image - expected(net, exact)).max() < 1e-5
    torch.save({"strange.weight": torch.zeros(2)}, path)
    with pytest.raises(OptionError, match=r"spandrel .* cannot load"):
        make("spandrel", weights=str(path))
