using Deq.Benchmarks.Timing;
using Deq.Gradients;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>Vector-Jacobian products and time until the adjoint u = J^T u + g is as near to the true one as wanted, GMRES beside Anderson.</summary>
/// <remarks>In float64 and on a batch of 2: 1e-6 at a radius of .99 is beyond float32, and how many products it takes is a matter of a sample.</remarks>
internal static class AdjointTable
{
    private const int MostProducts = 400, UsualRounds = 5;
    private const double NeverMet = 1e-30;

    public static void Print(TextWriter output, SuiteSettings settings)
    {
        int rounds = settings.Smoke ? 1 : Math.Min(UsualRounds, settings.Rounds ?? UsualRounds);
        var table = new Table(output, ("adjoint to error", 36), ("GMRES products", 14), ("Anderson's", 10), ("GMRES ms", 9), ("Anderson's", 10), ("time, ratio", 11), ("goal: both less", 15));
        table.Begin("Adjoint solves to a given error");
        foreach (string title in new[] { "transformer", "conv" })
        {
            BenchmarkCell cell = BenchmarkCell.Create(title, settings.Smoke, batch: 2, ScalarType.Float64);
            using Tensor point = FixedPointLoop.Solve(cell.Cell, cell.Start, new("the benchmark", new Anderson(), 60, 1e-10)).Value;
            double natural = Radius(cell, point);
            foreach (double? wanted in new double?[] { null, 0.99 })
            {
                // f is linear in its last parameters, so J at this point is scaled exactly.
                if (wanted is { } radius) Scale(cell, radius / natural);
                Measure(table, $"{title}, rho {Table.Number(wanted ?? natural, "F2")}", cell, point, rounds);
            }
        }
    }

    private static void Measure(Table table, string title, BenchmarkCell cell, Tensor point, int rounds)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        using Tensor g = randn_like(point);
        var tape = Tape.Record(cell.Cell, point);
        Tensor exact = Solve(cell, point, g, new Gmres(), MostProducts);
        int anderson3 = MostProducts + 1, anderson6 = MostProducts + 1, products = 0;
        FixedPointLoop.Solve(u =>
        {
            Tensor image = tape.TransposedJacobianTimes(u).add_(g);
            products++;
            double error = Error(image, exact);
            if (error <= 1e-3) anderson3 = Math.Min(anderson3, products);
            if (error <= 1e-6) anderson6 = Math.Min(anderson6, products);
            return image;
        }, g, new("the benchmark", new Anderson(), MostProducts, 1e-9));
        foreach (var (error, anderson) in new[] { (1e-3, anderson3), (1e-6, anderson6) })
        {
            int gmres = LeastProducts(cell, point, g, exact, error, Math.Min(anderson, MostProducts));
            int ran = Math.Min(anderson, MostProducts);
            Interleaved times = Interleaved.Run([() => Solve(cell, point, g, new Gmres(), gmres).Dispose(), () => Solve(cell, point, g, new Anderson(), ran).Dispose()], rounds);
            double ratio = times.Ratio(0, to: 1);
            table.Row($"{title}, {Table.Number(error, "0e-0")}", $"{gmres}", anderson > MostProducts ? $"> {MostProducts}" : $"{anderson}",
                Table.Number(times.Seconds(0) * 1e3, "F1"), Table.Number(times.Seconds(1) * 1e3, "F1"), Table.Number(ratio, "F2"), gmres < anderson && ratio < 1 ? "ok" : "missed");
        }
    }

    /// <summary>The fewest products after which GMRES is within the error; its error falls, so that the middle decides.</summary>
    private static int LeastProducts(BenchmarkCell cell, Tensor point, Tensor g, Tensor exact, double error, int most)
    {
        int least = 1;
        while (least < most)
        {
            int middle = (least + most) / 2;
            using Tensor u = Solve(cell, point, g, new Gmres(), middle);
            if (Error(u, exact) <= error) most = middle;
            else least = middle + 1;
        }

        return most;
    }

    /// <summary>u as a layer's backward has it: it is the gradient of what is added to f(z).</summary>
    private static Tensor Solve(BenchmarkCell cell, Tensor point, Tensor g, Solver solver, int products)
    {
        using var scope = NewDisposeScope();
        Tensor added = zeros_like(point).requires_grad_();
        var options = new EquilibriumOptions { Solver = new Picard(), MaxEvaluations = 1, BackwardSolver = solver, BackwardMaxEvaluations = products, BackwardTolerance = NeverMet };
        Tensor value = Equilibrium.Solve(z => cell.Cell(z) + added, point, options).Value;
        autograd.backward([value], [g], inputs: [added]);
        return added.grad!.MoveToOuterDisposeScope();
    }

    private static double Error(Tensor u, Tensor exact)
    {
        using var scope = NewDisposeScope();
        Tensor norms(Tensor t) => linalg.vector_norm(t.reshape(t.shape[0], -1), 2, [1]);
        return (norms(u - exact) / norms(exact)).max().item<double>();
    }

    private static double Radius(BenchmarkCell cell, Tensor point) => Deq.SpectralRadius.Of(cell.Cell, point).Max();

    private static void Scale(BenchmarkCell cell, double factor)
    {
        using var still = no_grad();
        foreach (var parameter in cell.Last) parameter.mul_(factor);
    }
}
