"""Networks and programs that were not made for this project, as restorers.

`network` calls a network of anybody's; `torch_file`, `torchscript`, `onnx` and `spandrel_model` get
one out of a file; `command` runs a program.
"""
