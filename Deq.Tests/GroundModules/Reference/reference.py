"""Writes what the tests of this folder expect, computed by PyTorch: values and gradients of functions and modules, initial
values for a seed, steps of optimisers, learning rates of schedules, files.

    /usr/bin/python3 reference.py        (PyTorch 1.13; writes *.json beside itself)

A tensor is [dtype, shape, elements]. Every case gives inputs, outputs and the gradients of the floating inputs for the
cotangent cos(0), cos(1), ... of the first output.
"""
import base64
import io
import json
import os
import struct

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))


def dump(tensor):
    tensor = tensor.detach()
    return [str(tensor.dtype).split(".")[1], list(tensor.shape), tensor.flatten().tolist()]


def write(name, content):
    with open(os.path.join(HERE, name), "w") as file:
        rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in content.items())
        file.write("{\n" + rows + "\n}\n")


def sample(*shape, seed=0, scale=1.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(1000 + seed)
    return (torch.randn(*shape, generator=generator, dtype=torch.float64) * scale).mul(1000).round().div(1000).to(dtype)


def cotangent(output):
    return torch.cos(torch.arange(output.numel(), dtype=torch.float64)).reshape(output.shape).to(output.dtype)


def differentiate(output, tensors):
    gradients = torch.autograd.grad(output, tensors, cotangent(output), allow_unused=True)
    return [dump(torch.zeros_like(t) if g is None else g) for g, t in zip(gradients, tensors)]


def case(function, *inputs):
    inputs = [i.clone().requires_grad_(i.is_floating_point()) for i in inputs]
    outputs = function(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    result = {"inputs": [dump(i) for i in inputs], "outputs": [dump(o) for o in outputs]}
    trained = [i for i in inputs if i.requires_grad]
    result["gradients"] = differentiate(outputs[0], trained) if trained and outputs[0].requires_grad else []
    return result


# ---------------------------------------------------------------- functions

def functions():
    x, w, b = sample(3, 4), sample(5, 4, seed=1), sample(5, seed=2)
    positive = sample(3, 4, seed=3).sigmoid().mul(1000).round().div(1000)
    binary = (sample(3, 4, seed=4) > 0).double()
    classes = torch.tensor([1, 0, 3])
    sequence, kernel1 = sample(2, 4, 7, seed=5), sample(6, 2, 3, seed=6)
    image, kernel2 = sample(2, 4, 6, 5, seed=7), sample(6, 4, 3, 2, seed=8)
    small = sample(1, 2, 3, 4, seed=9)
    q, k, v = sample(2, 3, 4, seed=10), sample(2, 5, 4, seed=11), sample(2, 5, 3, seed=12)
    mask = sample(3, 5, seed=13)
    allowed = torch.tensor([[1, 1, 0, 0, 1], [0, 1, 1, 1, 0], [1, 0, 0, 1, 1]], dtype=torch.bool)
    class_weights = torch.tensor([0.5, 1.0, 2.0, 1.5], dtype=torch.float64)

    def attention(query, key, value, bias=None):
        scores = query @ key.transpose(-2, -1) / query.shape[-1] ** 0.5
        if bias is not None:
            scores = scores.masked_fill(~bias, float("-inf")) if bias.dtype == torch.bool else scores + bias
        return scores.softmax(-1) @ value

    lower = torch.ones(3, 5, dtype=torch.bool).tril()
    return {
        "linear": case(F.linear, x, w, b),
        "linear/no bias": case(F.linear, x, w),
        "bilinear": case(F.bilinear, x, sample(3, 2, seed=14), sample(5, 4, 2, seed=15), b),
        "one_hot": case(lambda i: F.one_hot(i, 5), classes),
        "conv1d": case(lambda i, k, c: F.conv1d(i, k, c, 2, 1, 2, 2), sequence, kernel1, sample(6, seed=16)),
        "conv1d_padding": case(lambda i, k: F.conv1d(i, k, None, 1, "same", 2, 2), sequence, kernel1),
        "conv2d": case(lambda i, k, c: F.conv2d(i, k, c, (2, 1), (1, 0), (1, 2)), image, kernel2, sample(6, seed=17)),
        "conv2d_padding": case(lambda i, k: F.conv2d(i, k, None, 1, "same", (1, 2)), image, kernel2),
        "unfold": case(lambda i: F.unfold(i, (2, 3), 1, (1, 0), (1, 2)), small),
        "fold": case(lambda i: F.fold(i, (3, 4), (2, 2)), sample(1, 8, 6, seed=18)),
        "layer_norm": case(lambda i, s, t: F.layer_norm(i, (4,), s, t, 1e-3), x, sample(4, seed=19), sample(4, seed=20)),
        "layer_norm/float32": case(
            lambda i, s, t: F.layer_norm(i, (4,), s, t), x.float(), sample(4, seed=19).float(), sample(4, seed=20).float()),
        "group_norm": case(lambda i, s, t: F.group_norm(i, 2, s, t), image, sample(4, seed=21), sample(4, seed=22)),
        "batch_norm": case(
            lambda i, s, t, m, v: F.batch_norm(i, m.detach(), v.detach(), s, t),
            image, sample(4, seed=21), sample(4, seed=22), sample(4, seed=23), sample(4, seed=24).abs()),
        "batch_norm/training": case(
            lambda i, s, t: F.batch_norm(i, None, None, s, t, True), image, sample(4, seed=21), sample(4, seed=22)),
        "instance_norm": case(lambda i: F.instance_norm(i), image),
        "normalize": case(lambda i: F.normalize(i, 3.0, 1), x),
        "relu": case(F.relu, x),
        "relu6": case(lambda i: F.relu6(i), x * 5),
        "gelu": case(F.gelu, x),
        "gelu/tanh": case(lambda i: F.gelu(i, approximate="tanh"), x),
        "silu": case(F.silu, x),
        "mish": case(F.mish, x),
        "sigmoid": case(torch.sigmoid, x),
        "tanh": case(torch.tanh, x),
        "elu": case(lambda i: F.elu(i, 0.7), x),
        "leaky_relu": case(lambda i: F.leaky_relu(i, 0.2), x),
        "hardtanh": case(lambda i: F.hardtanh(i, -0.5, 0.8), x),
        "softplus": case(lambda i: F.softplus(i, 2.0, 1.0), x),
        "logsigmoid": case(F.logsigmoid, x),
        "glu": case(lambda i: F.glu(i, 1), x),
        "softmax": case(lambda i: F.softmax(i, 1), x),
        "softmax/dtype": case(lambda i: F.softmax(i, 0, dtype=torch.float64), x.float()),
        "log_softmax": case(lambda i: F.log_softmax(i, 1), x),
        "mse_loss": case(F.mse_loss, x, positive),
        "mse_loss/none": case(lambda i, t: F.mse_loss(i, t, reduction="none"), x, positive),
        "l1_loss": case(lambda i, t: F.l1_loss(i, t, reduction="sum"), x, positive),
        "smooth_l1_loss": case(lambda i, t: F.smooth_l1_loss(i, t, beta=0.4), x, positive),
        "huber_loss": case(lambda i, t: F.huber_loss(i, t, delta=0.4), x, positive),
        "nll_loss": case(lambda i, t, c: F.nll_loss(i, t, c.detach()), x, classes, class_weights),
        "cross_entropy": case(lambda i, t: F.cross_entropy(i, t), x, classes),
        "cross_entropy/float32": case(lambda i, t: F.cross_entropy(i, t), x.float(), classes),
        "cross_entropy/options": case(
            lambda i, t, c: F.cross_entropy(i, t, c.detach(), ignore_index=0, reduction="sum", label_smoothing=0.1),
            x, classes, class_weights),
        "cross_entropy/probabilities": case(lambda i, t: F.cross_entropy(i, t), x, positive),
        "binary_cross_entropy": case(lambda i, t: F.binary_cross_entropy(i, t.detach()), positive, binary),
        "binary_cross_entropy_with_logits": case(
            lambda i, t, p: F.binary_cross_entropy_with_logits(i, t.detach(), pos_weight=p.detach()), x, binary, class_weights),
        "kl_div": case(lambda i, t: F.kl_div(i, t, log_target=True), x, positive),
        "max_pool2d": case(lambda i: F.max_pool2d(i, (2, 3), (1, 2), (1, 1)), image),
        "max_pool2d_with_indices": case(lambda i: F.max_pool2d(i, 2, return_indices=True), image),
        "avg_pool2d": case(lambda i: F.avg_pool2d(i, (3, 2), (2, 1), (1, 0), True, False), image),
        "adaptive_avg_pool2d": case(lambda i: F.adaptive_avg_pool2d(i, (3, 2)), image),
        "pad": case(lambda i: F.pad(i, (1, 2, 0, 3), value=0.5), small),
        "pad/reflect": case(lambda i: F.pad(i, (1, 2, 2, 0), mode="reflect"), small),
        "pad/replicate": case(lambda i: F.pad(i, (1, 2, 2, 0), mode="replicate"), small),
        "pad/circular": case(lambda i: F.pad(i, (1, 2, 2, 0), mode="circular"), small),
        "pad/cut": case(lambda i: F.pad(i, (-1, 0)), small),
        "scaled_dot_product_attention": case(attention, q, k, v),
        "scaled_dot_product_attention/mask": case(attention, q, k, v, mask),
        "scaled_dot_product_attention/boolean": case(attention, q, k, v, allowed),
        "scaled_dot_product_attention/causal": case(lambda *t: attention(*t, lower), q, k, v),
        "interpolate": case(lambda i: F.interpolate(i, (5, 6)), small),
        "interpolate/factor": case(lambda i: F.interpolate(i, scale_factor=(2.0, 1.5)), small),
        "interpolate/exact": case(lambda i: F.interpolate(i, scale_factor=1.7, mode="nearest-exact"), small),
        "interpolate/bilinear": case(lambda i: F.interpolate(i, (5, 7), mode="bilinear", align_corners=False), small),
        "interpolate/corners": case(lambda i: F.interpolate(i, scale_factor=2.0, mode="bilinear", align_corners=True), small),
        "interpolate/recomputed": case(
            lambda i: F.interpolate(i, scale_factor=(1.7, 2.4), mode="bilinear", recompute_scale_factor=True), small),
        "interpolate/bicubic": case(lambda i: F.interpolate(i, (4, 6), mode="bicubic"), small),
        "interpolate/antialias": case(lambda i: F.interpolate(i, (2, 2), mode="bilinear", antialias=True), small),
        "interpolate/area": case(lambda i: F.interpolate(i, (2, 2), mode="area"), small),
        "interpolate/linear": case(lambda i: F.interpolate(i, 10, mode="linear"), sequence),
        "upsample": case(lambda i: F.interpolate(i, (5, 7), mode="bilinear", align_corners=True), small),
        "upsample_nearest": case(lambda i: F.interpolate(i, scale_factor=2.0), small),
        "upsample_bilinear": case(lambda i: F.interpolate(i, (5, 7), mode="bilinear", align_corners=True), small),
        "upsample_nearest1d": case(lambda i: F.interpolate(i, 9), sequence),
        "upsample_nearest2d": case(lambda i: F.interpolate(i, (4, 5)), small),
    }


def seeded(function, value, seed=11):
    torch.manual_seed(seed)
    return case(function, value)


def random_functions():
    x, image = sample(3, 20, seed=30), sample(2, 5, 3, 4, seed=31)
    return {
        "dropout": seeded(lambda i: F.dropout(i, 0.3), x),
        "dropout/float32": seeded(lambda i: F.dropout(i, 0.3), x.float()),
        "dropout1d": seeded(lambda i: F.dropout1d(i, 0.4), sample(2, 6, 5, seed=32)),
        "dropout1d/unbatched": seeded(lambda i: F.dropout1d(i, 0.4), sample(6, 5, seed=33)),
        "dropout2d": seeded(lambda i: F.dropout2d(i, 0.4), image),
    }


# ---------------------------------------------------------------- modules

def module_case(module, *inputs, steps=1):
    """Values and gradients of inputs and parameters after some forwards (which move running statistics), and the state."""
    module = module.double()
    state = {name: dump(value) for name, value in module.state_dict().items()}
    inputs = [i.clone().requires_grad_(i.is_floating_point()) for i in inputs]
    for _ in range(steps):
        outputs = module(*inputs)
    flat = []

    def flatten(value):
        if isinstance(value, tuple):
            for item in value:
                flatten(item)
        else:
            flat.append(value)

    flatten(outputs)
    named = dict(module.named_parameters())
    trained = [i for i in inputs if i.requires_grad] + list(named.values())
    result = {"state": state, "inputs": [dump(i) for i in inputs], "outputs": [dump(o) for o in flat]}
    result["gradients"] = differentiate(flat[0], trained) if trained and flat[0].requires_grad else []
    result["after"] = {name: dump(value) for name, value in module.state_dict().items()}
    return result


def modules():
    torch.manual_seed(3)
    nn = torch.nn
    x, image, sequence = sample(3, 4, seed=40), sample(2, 4, 6, 5, seed=41), sample(2, 4, 7, seed=42)
    tokens = torch.tensor([[1, 0, 4], [2, 2, 3]])
    steps = sample(5, 2, 3, seed=43)
    classes = torch.tensor([1, 0, 3])

    def affine(module):
        with torch.no_grad():
            for index, parameter in enumerate(module.parameters()):
                parameter.copy_(sample(*parameter.shape, seed=60 + index))
        return module

    batch = affine(nn.BatchNorm2d(4, momentum=0.3))
    evaluated = affine(nn.BatchNorm2d(4))
    with torch.no_grad():
        evaluated.running_mean.copy_(sample(4, seed=70))
        evaluated.running_var.copy_(sample(4, seed=71).abs() + 0.1)
    return {
        "Linear": module_case(nn.Linear(4, 5), x),
        "Linear/no bias": module_case(nn.Linear(4, 5, bias=False), x),
        "Embedding": module_case(nn.Embedding(5, 3), tokens),
        "Embedding/padding": module_case(nn.Embedding(5, 3, padding_idx=2), tokens),
        "Embedding/max_norm": module_case(nn.Embedding(5, 3, max_norm=0.8), tokens),
        "Conv1d": module_case(nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), sequence),
        "Conv1d/reflect": module_case(nn.Conv1d(4, 6, 3, padding=2, padding_mode="reflect"), sequence),
        "Conv2d": module_case(nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0)), image),
        "Conv2d/same": module_case(nn.Conv2d(4, 6, 3, padding="same", bias=False), image),
        "Conv2d/same circular": module_case(nn.Conv2d(4, 6, (3, 2), padding="same", padding_mode="circular"), image),
        "LayerNorm": module_case(affine(nn.LayerNorm(4)), x),
        "GroupNorm": module_case(affine(nn.GroupNorm(2, 4)), image),
        "BatchNorm1d": module_case(affine(nn.BatchNorm1d(4)), x, steps=2),
        "BatchNorm2d": module_case(batch, image, steps=2),
        "BatchNorm2d/eval": module_case(evaluated.eval(), image),
        "LSTM": module_case(nn.LSTM(3, 4, 2), steps),
        "LSTM/bidirectional": module_case(nn.LSTM(3, 2, 1, bias=False, batch_first=True, bidirectional=True), steps),
        "GRU": module_case(nn.GRU(3, 4, 2, bidirectional=True), steps),
        "Softmax": module_case(nn.Softmax(1), x),
        "LogSoftmax": module_case(nn.LogSoftmax(1), x),
        "ReLU": module_case(nn.ReLU(), x),
        "GELU": module_case(nn.GELU(), x),
        "GELU/tanh": module_case(nn.GELU("tanh"), x),
        "SiLU": module_case(nn.SiLU(), x),
        "Sigmoid": module_case(nn.Sigmoid(), x),
        "Tanh": module_case(nn.Tanh(), x),
        "Softplus": module_case(nn.Softplus(2, 1), x),
        "LeakyReLU": module_case(nn.LeakyReLU(0.3), x),
        "ELU": module_case(nn.ELU(0.6), x),
        "MaxPool2d": module_case(nn.MaxPool2d(2), image),
        "AvgPool2d": module_case(nn.AvgPool2d(3, 2, 1, count_include_pad=False), image),
        "AdaptiveAvgPool2d": module_case(nn.AdaptiveAvgPool2d((2, 3)), image),
        "Upsample": module_case(nn.Upsample(scale_factor=2, mode="bilinear"), image),
        "Flatten": module_case(nn.Flatten(1, 2), image),
        "Identity": module_case(nn.Identity(), x),
        "Sequential": module_case(nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2)), x),
        "CrossEntropyLoss": module_case(nn.CrossEntropyLoss(ignore_index=3), x, classes),
        "NLLLoss": module_case(nn.NLLLoss(reduction="sum"), x, classes),
        "MSELoss": module_case(nn.MSELoss(), x, sample(3, 4, seed=44)),
        "L1Loss": module_case(nn.L1Loss(), x, sample(3, 4, seed=44)),
        "SmoothL1Loss": module_case(nn.SmoothL1Loss(beta=0.5), x, sample(3, 4, seed=44)),
        "BCEWithLogitsLoss": module_case(nn.BCEWithLogitsLoss(), x, sample(3, 4, seed=44).sigmoid()),
        "BCELoss": module_case(nn.BCELoss(), x.sigmoid(), sample(3, 4, seed=44).sigmoid().detach()),
    }


# ---------------------------------------------------------------- initial values

def initial():
    init = torch.nn.init

    def drawn(function, *shape):
        torch.manual_seed(5)
        return dump(function(torch.empty(*shape)))

    def made(create):
        torch.manual_seed(6)
        return {name: dump(value) for name, value in create().state_dict().items()}

    nn = torch.nn
    return {
        "uniform_": drawn(lambda t: init.uniform_(t, -0.3, 0.7), 4, 5),
        "normal_": drawn(lambda t: init.normal_(t, 0.5, 0.2), 4, 5),
        "normal_/few": drawn(lambda t: init.normal_(t), 3),
        "trunc_normal_": drawn(lambda t: init.trunc_normal_(t, 0.1, 0.5, -0.6, 0.9), 4, 5),
        "constant_": drawn(lambda t: init.constant_(t, 0.25), 2, 2),
        "ones_": drawn(init.ones_, 2, 2),
        "zeros_": drawn(init.zeros_, 2, 2),
        "xavier_uniform_": drawn(lambda t: init.xavier_uniform_(t, 1.3), 4, 5),
        "xavier_normal_": drawn(lambda t: init.xavier_normal_(t, 0.7), 4, 5, 3),
        "kaiming_uniform_": drawn(lambda t: init.kaiming_uniform_(t, 0.1, "fan_out"), 4, 5, 3),
        "kaiming_normal_": drawn(lambda t: init.kaiming_normal_(t, nonlinearity="relu"), 4, 5),
        "orthogonal_": drawn(lambda t: init.orthogonal_(t, 1.5), 3, 5),
        "orthogonal_/tall": drawn(lambda t: init.orthogonal_(t), 4, 2, 1),
        "eye_": drawn(init.eye_, 3, 4),
        "dirac_": drawn(init.dirac_, 3, 2, 3),
        "sparse_": drawn(lambda t: init.sparse_(t, 0.4, 0.1), 5, 3),
        "gains": {name: init.calculate_gain(name) for name in ("linear", "conv2d", "sigmoid", "tanh", "relu")},
        "modules": {
            "Linear": made(lambda: nn.Linear(5, 4)),
            "Embedding": made(lambda: nn.Embedding(6, 4, padding_idx=1)),
            "Conv1d": made(lambda: nn.Conv1d(4, 2, 3)),
            "Conv2d": made(lambda: nn.Conv2d(4, 2, (3, 2), groups=2)),
            "LayerNorm": made(lambda: nn.LayerNorm((3, 2))),
            "GroupNorm": made(lambda: nn.GroupNorm(2, 4)),
            "BatchNorm2d": made(lambda: nn.BatchNorm2d(3)),
            "LSTM": made(lambda: nn.LSTM(3, 2, 2, bidirectional=True)),
            "GRU": made(lambda: nn.GRU(3, 2, 1, bias=False)),
            "Sequential": made(lambda: nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2), nn.Linear(2, 2))),
        },
    }


# ---------------------------------------------------------------- optimisers and schedules

def gradients():
    """Two parameters and six steps' gradients; the second parameter has none in one step."""
    start = [sample(3, 2, seed=80), sample(4, seed=81)]
    steps = [[sample(*p.shape, seed=90 + 10 * index + step) for index, p in enumerate(start)] for step in range(6)]
    steps[2][1] = None
    return start, steps


def optimisers():
    start, steps = gradients()

    def run(create, dtype=torch.float64):
        parameters = [torch.nn.Parameter(p.clone().to(dtype)) for p in start]
        optimiser = create(parameters)
        trace = []
        for given in steps:
            for parameter, gradient in zip(parameters, given):
                parameter.grad = None if gradient is None else gradient.to(dtype)
            optimiser.step()
            trace.append([dump(p) for p in parameters])
        return trace

    o = torch.optim
    return {
        "SGD": run(lambda p: o.SGD(p, 0.1)),
        "SGD/momentum": run(lambda p: o.SGD(p, 0.1, momentum=0.9, dampening=0.3, weight_decay=0.05)),
        "SGD/nesterov": run(lambda p: o.SGD(p, 0.1, momentum=0.8, nesterov=True)),
        "SGD/maximize": run(lambda p: o.SGD(p, 0.1, momentum=0.8, weight_decay=0.1, maximize=True)),
        "Adam": run(lambda p: o.Adam(p, 0.02)),
        "Adam/float32": run(lambda p: o.Adam(p, 0.02), torch.float32),
        "Adam/decay": run(lambda p: o.Adam(p, 0.02, (0.8, 0.95), 1e-4, 0.1)),
        "Adam/amsgrad": run(lambda p: o.Adam(p, 0.02, (0.8, 0.9), amsgrad=True)),
        "Adam/maximize": run(lambda p: o.Adam(p, 0.02, weight_decay=0.1, maximize=True)),
        "AdamW": run(lambda p: o.AdamW(p, 0.02, weight_decay=0.1)),
        "AdamW/amsgrad": run(lambda p: o.AdamW(p, 0.02, weight_decay=0.1, amsgrad=True, maximize=True)),
        "groups": run(lambda p: o.Adam([{"params": [p[0]], "lr": 0.05}, {"params": [p[1]], "weight_decay": 0.2}], 0.01)),
    }


def schedules():
    def run(create, epochs=14, metric=None):
        optimiser = torch.optim.SGD(
            [{"params": [torch.nn.Parameter(torch.zeros(1))]}, {"params": [torch.nn.Parameter(torch.zeros(1))], "lr": 0.5}], 0.1)
        scheduler = create(optimiser)
        rates = [[g["lr"] for g in optimiser.param_groups]]
        momenta = [optimiser.param_groups[0]["momentum"]]
        for epoch in range(epochs):
            optimiser.step()
            scheduler.step() if metric is None else scheduler.step(metric[epoch])
            rates.append([g["lr"] for g in optimiser.param_groups])
            momenta.append(optimiser.param_groups[0]["momentum"])
        return {"rates": rates, "momenta": momenta}

    s = torch.optim.lr_scheduler
    metric = [5, 4, 4.2, 4.1, 4.3, 3.9, 4, 4, 4, 4, 4, 4, 3, 3.1]
    return {
        "LambdaLR": run(lambda o: s.LambdaLR(o, lambda e: 1 / (1 + e))),
        "MultiplicativeLR": run(lambda o: s.MultiplicativeLR(o, lambda e: 1 - 0.01 * e)),
        "StepLR": run(lambda o: s.StepLR(o, 4, 0.3)),
        "MultiStepLR": run(lambda o: s.MultiStepLR(o, [3, 7], 0.2)),
        "ExponentialLR": run(lambda o: s.ExponentialLR(o, 0.9)),
        "ConstantLR": run(lambda o: s.ConstantLR(o, 0.25, 4)),
        "LinearLR": run(lambda o: s.LinearLR(o, 0.2, 0.9, 6)),
        "PolynomialLR": run(lambda o: s.PolynomialLR(o, 10, 2.0)),
        "CosineAnnealingLR": run(lambda o: s.CosineAnnealingLR(o, 5, 0.01)),
        "ReduceLROnPlateau": run(lambda o: s.ReduceLROnPlateau(o, "min", 0.5, 2, cooldown=1), metric=metric),
        "OneCycleLR": run(lambda o: s.OneCycleLR(o, [1.0, 2.0], total_steps=15, pct_start=0.4)),
        "OneCycleLR/three phases": run(
            lambda o: s.OneCycleLR(o, 0.8, epochs=5, steps_per_epoch=3, anneal_strategy="linear", three_phase=True, div_factor=10)),
        "CyclicLR": run(lambda o: s.CyclicLR(o, 0.1, 0.9, 4, 3)),
        "CyclicLR/halved": run(lambda o: s.CyclicLR(o, [0.1, 0.2], [0.9, 1.0], 3, mode="triangular2", cycle_momentum=False)),
        "CyclicLR/range": run(lambda o: s.CyclicLR(o, 0.1, 0.9, 3, mode="exp_range", gamma=0.9)),
        "SequentialLR": run(lambda o: s.SequentialLR(o, [s.LinearLR(o, 0.1, 1.0, 4), s.CosineAnnealingLR(o, 10)], [4])),
        "ChainedLR": run(lambda o: s.ChainedScheduler([s.ConstantLR(o, 0.5, 3), s.ExponentialLR(o, 0.8)])),
    }


def clipping():
    def run(clip):
        parameters = [torch.nn.Parameter(sample(3, 2, seed=100)), torch.nn.Parameter(sample(4, seed=101))]
        for index, parameter in enumerate(parameters):
            parameter.grad = sample(*parameter.shape, seed=102 + index)
        given = [dump(p.grad) for p in parameters]
        norm = clip(parameters)
        return {"given": given, "norm": None if norm is None else norm.item(), "gradients": [dump(p.grad) for p in parameters]}

    u = torch.nn.utils
    return {
        "norm": run(lambda p: u.clip_grad_norm_(p, 0.5)),
        "norm/loose": run(lambda p: u.clip_grad_norm_(p, 50.0)),
        "norm/one": run(lambda p: u.clip_grad_norm_(p, 0.5, 1.0)),
        "norm/infinity": run(lambda p: u.clip_grad_norm_(p, 0.5, float("inf"))),
        "value": run(lambda p: u.clip_grad_value_(p, 0.3)),
    }


# ---------------------------------------------------------------- files

def files():
    """A module's and an optimiser's file, byte by byte, as TorchSharp writes them."""
    codes = {torch.float32: 6, torch.float64: 7, torch.int64: 4}

    def leb128(value):
        out = bytearray()
        while value > 127:
            out.append(value & 127 | 128)
            value >>= 7
        out.append(value)
        return bytes(out)

    def text(value):
        raw = value.encode()
        return leb128(len(raw)) + raw

    def tensor(value):
        return leb128(codes[value.dtype]) + leb128(value.dim()) + b"".join(map(leb128, value.shape)) + value.numpy().tobytes()

    def module(entries):
        out = io.BytesIO()
        out.write(leb128(len(entries)))
        for name, value in entries:
            out.write(text(name) + tensor(value))
        return base64.b64encode(out.getvalue()).decode()

    weight, bias = sample(2, 200, seed=110, dtype=torch.float32), sample(2, seed=111, dtype=torch.float32)
    counters = [
        ("weight", torch.ones(3)), ("bias", torch.zeros(3)), ("running_mean", sample(3, seed=112, dtype=torch.float32)),
        ("running_var", torch.full((3,), 2.0)), ("num_batches_tracked", torch.tensor(300))]

    adam = io.BytesIO()
    adam.write(text("Adam") + leb128(1) + leb128(1))
    adam.write(struct.pack("<dddddd??", 0.01, 0.02, 0.8, 0.9, 1e-6, 0.1, True, False))
    adam.write(struct.pack("<q", 7))
    moments = [sample(2, 2, seed=113 + i).abs() for i in range(3)]
    adam.write(tensor(moments[0]) + tensor(moments[1]) + b"\1" + tensor(moments[2]))
    return {
        "Linear": {"file": module([("weight", weight), ("bias", bias)]), "state": {"weight": dump(weight), "bias": dump(bias)}},
        "BatchNorm2d": {"file": module(counters), "state": {name: dump(value) for name, value in counters}},
        "Adam": {"file": base64.b64encode(adam.getvalue()).decode(), "moments": [dump(m) for m in moments]},
    }


if __name__ == "__main__":
    write("functions.json", functions())
    write("random.json", random_functions())
    write("modules.json", modules())
    write("initial.json", initial())
    start, steps = gradients()
    write("gradients.json", {
        "start": [dump(p) for p in start], "steps": [[None if g is None else dump(g) for g in step] for step in steps]})
    write("optimisers.json", optimisers())
    write("schedules.json", schedules())
    write("clipping.json", clipping())
    write("files.json", files())
