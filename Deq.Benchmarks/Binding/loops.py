"""The loops of BindingLoops.cs in Python: reads "CASE ITERATIONS" a line, answers with the seconds."""
import sys
import time

import torch

torch.set_num_threads(1)
four, other_four, leaf, ones4 = torch.rand(4), torch.rand(4), torch.rand(4, requires_grad=True), torch.ones(4)
left, right = torch.rand(64, 64), torch.rand(64, 64)
start, weight, x = torch.zeros(32, 64), torch.randn(64, 64) * 0.05, torch.randn(32, 64)


class Doubled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * 2


def add(n):
    a, b = four, other_four
    for _ in range(n):
        a + b


def graph_add(n):
    a, b = leaf, other_four
    for _ in range(n):
        a + b


def matmul(n):
    a, b = left, right
    for _ in range(n):
        a.matmul(b)


def function(n):
    for _ in range(n):
        torch.autograd.grad([Doubled.apply(leaf)], [leaf], [ones4])


def fixed_point(n):
    w, c = weight, x
    with torch.no_grad():
        for _ in range(n):
            z = start
            for _ in range(100):
                z = (z.matmul(w) + c).tanh()


def no_grad(n):
    for _ in range(n):
        with torch.no_grad():
            pass


cases = {f.__name__: f for f in (add, graph_add, matmul, function, fixed_point, no_grad)}
print(torch.__version__, *cases, flush=True)
for line in sys.stdin:
    name, iterations = line.split()
    begin = time.perf_counter()
    cases[name](int(iterations))
    print(time.perf_counter() - begin, flush=True)
