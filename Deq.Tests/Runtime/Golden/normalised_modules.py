"""What torch.nn.utils.weight_norm and spectral_norm compute, for NormalisedModuleTests: python3 normalised_modules.py > normalised-modules.json"""
import json
import sys

import torch
from torch import nn
from torch.nn.utils import spectral_norm, weight_norm


def numbers(tensor):
    return {"shape": list(tensor.shape), "values": tensor.detach().double().flatten().tolist()}


def case(kind, module, x):
    module, x = module.double(), x.double().requires_grad_()
    state = {name: numbers(value) for name, value in module.state_dict().items()}
    # In eval mode the vectors of a spectral norm stay as they are.
    module.train(kind.startswith("weight"))
    y = module(x)
    c = torch.sin(torch.arange(y.numel()).double() * 0.37 + 0.5).view(y.shape)
    names, parameters = zip(*module.named_parameters())
    gradients = torch.autograd.grad((y * c).sum(), [x, *parameters])
    # PyTorch 1.13's fused weight norm has a wrong second derivative (finite differences show it): take that of the formula.
    home = sys.modules["torch.nn.utils.weight_norm"]
    fused, home._weight_norm = home._weight_norm, lambda v, g, dim: v * (g / v.flatten(1).norm(2, 1).view(g.shape))
    graph = torch.autograd.grad((module(x) * c).sum(), [x, *parameters], create_graph=True)
    home._weight_norm = fused
    assert all(torch.allclose(a, b, rtol=1e-12) for a, b in zip(gradients, graph))
    second = torch.autograd.grad(sum((g ** 2).sum() for g in graph), parameters, allow_unused=True)
    return {
        "kind": kind, "state": state, "input": numbers(x), "output": numbers(y),
        "gradients": {n: numbers(g) for n, g in zip(["input", *names], gradients)},
        "second": {n: numbers(g) for n, g in zip(names, second) if g is not None},
    }


torch.manual_seed(5)
modules = {
    "linear": (lambda: nn.Linear(4, 3), torch.randn(2, 4)),
    "conv1d": (lambda: nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), torch.randn(2, 4, 7)),
    "conv2d": (lambda: nn.Conv2d(2, 4, 3, padding=1, bias=False), torch.randn(1, 2, 4, 4)),
}
cases = []
for name, (make, x) in modules.items():
    weighted = weight_norm(make())
    with torch.no_grad():
        weighted.weight_g.mul_(torch.rand_like(weighted.weight_g) + 0.5)
    cases.append(case("weight_norm " + name, weighted, x))
    spectral = spectral_norm(make())
    for _ in range(3):
        spectral(x)
    cases.append(case("spectral_norm " + name, spectral, x))
print(json.dumps({"made": f"PyTorch {torch.__version__}, float64", "cases": cases}))
