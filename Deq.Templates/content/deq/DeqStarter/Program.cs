using Deq;
using DeqStarter;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

// A teacher of the same kind makes the data: what is learnt is its map from x to the fixed point.
manual_seed(1);
const int Width = 16, BatchSize = 64, Steps = 200;
using var teacher = new Mixer(Width);
using var model = new Mixer(Width);
using var optimizer = optim.Adam(model.parameters(), lr: 1e-2);
teacher.eval();

double first = 0, last = 0;
for (int step = 1; step <= Steps; step++)
{
    using var scope = NewDisposeScope();
    var x = randn(BatchSize, Width);
    Tensor target;
    using (no_grad()) target = teacher.call(x);

    optimizer.zero_grad();
    var loss = functional.mse_loss(model.call(x), target);
    // Exceptions of a backward solve arrive here as they were thrown.
    (loss + model.JacobianPenalty()).BackwardOrThrow();
    optimizer.step();

    last = loss.item<float>();
    if (step == 1) first = last;
    if (step % 50 == 0 || step == 1) Console.WriteLine($"step {step,4}  loss {last:0.0000}  {model.Statistics.Forward}");
}

Console.WriteLine($"loss {first:0.0000} -> {last:0.0000}");
