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
    private const int MostProducts = 400, MostOfAnderson = 2000, UsualRounds = 5;
    private const double NeverMet = 1e-30, Exact = 1e-10, Right = 1e-8;

    public static void Print(TextWriter output, SuiteSettings settings)
    {
        int rounds = settings.Smoke ? 1 : Math.Min(UsualRounds, settings.Rounds ?? UsualRounds);
        var table = new Table(output, ("adjoint to error", 30), ("least possible", 14), ("GMRES products", 14), ("Anderson's", 10), ("GMRES ms", 9), ("Anderson's", 10), ("time, ratio", 11), ("goal: both less", 15));
        table.Begin("Adjoint solves to a given error");
        foreach (string title in new[] { "transformer", "conv" })
        {
            BenchmarkCell cell = BenchmarkCell.Create(title, settings.Smoke, batch: 2, ScalarType.Float64);
            using Tensor point = FixedPointLoop.Solve(cell.Cell, cell.Start, new("the benchmark", new Anderson(), 60, 1e-10)).Value;
            double present = Deq.SpectralRadius.Of(cell.Cell, point).Max();
            foreach (double radius in new[] { 0.7, 0.99 })
            {
                // f is linear in its last parameters, so J at this point is scaled exactly.
                Scale(cell, radius / present);
                present = radius;
                Measure(table, $"{title}, rho {Table.Number(radius, "F2")}", cell, point, rounds);
            }
        }
    }

    private static void Measure(Table table, string title, BenchmarkCell cell, Tensor point, int rounds)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        using Tensor g = randn_like(point);
        var tape = Tape.Record(cell.Cell, point);
        Tensor exact = Solve(cell, point, g, new Gmres(), MostProducts, Exact);
        if (Error(tape.TransposedJacobianTimes(exact).add_(g), exact) > Right) throw new InvalidOperationException($"{title}: {MostProducts} products of GMRES do not give an adjoint to compare with.");
        double[] errors = [1e-3, 1e-6];
        int[] anderson = [MostOfAnderson + 1, MostOfAnderson + 1], possible = LeastPossible(tape, g, exact, errors);
        int products = 0;
        FixedPointLoop.Solve(u =>
        {
            Tensor image = tape.TransposedJacobianTimes(u).add_(g);
            products++;
            double error = Error(image, exact);
            for (int i = 0; i < errors.Length; i++) if (error <= errors[i]) anderson[i] = Math.Min(anderson[i], products);
            return image;
        }, g, new("the benchmark", new Anderson(), MostOfAnderson, 1e-9));
        for (int i = 0; i < errors.Length; i++)
        {
            int gmres = LeastProducts(cell, point, g, exact, errors[i], possible[i]);
            int ran = Math.Min(anderson[i], MostOfAnderson);
            Interleaved times = Interleaved.Run([() => Solve(cell, point, g, new Gmres(), gmres).Dispose(), () => Solve(cell, point, g, new Anderson(), ran).Dispose()], rounds);
            double ratio = times.Ratio(0, to: 1);
            table.Row($"{title}, {Table.Number(errors[i], "0e-0")}", $"{possible[i]}", $"{gmres}", anderson[i] > MostOfAnderson ? $"> {MostOfAnderson}" : $"{anderson[i]}",
                Table.Number(times.Seconds(0) * 1e3, "F1"), Table.Number(times.Seconds(1) * 1e3, "F1"), Table.Number(ratio, "F2"),
                gmres < anderson[i] && ratio < 1 ? "ok" : gmres == possible[i] && anderson[i] == gmres ? "least possible" : "missed");
        }
    }

    /// <summary>
    /// The products that no method can do without whose u is made of g and of products: k of them span, with g, the Krylov space of k + 1 vectors, and in
    /// every sample the vector of it that is nearest to the true adjoint must be near enough. Which that is, nobody knows without the true adjoint.
    /// </summary>
    private static int[] LeastPossible(Tape tape, Tensor g, Tensor exact, double[] errors)
    {
        using var untaped = no_grad();
        long batch = g.shape[0];
        Tensor v = g.reshape(batch, -1), left = exact.reshape(batch, -1);
        Tensor whole = linalg.vector_norm(left, 2, [1], true);
        var basis = new List<Tensor>();
        int[] least = new int[errors.Length];
        Array.Fill(least, MostProducts + 1);
        for (int products = 0; products <= MostProducts && least.Contains(MostProducts + 1); products++)
        {
            // The basis alone outlives a product: what its vectors are made of is as much again for every pair of them.
            using var product = NewDisposeScope();
            v = (products > 0 ? tape.TransposedJacobianTimes(v.reshape(g.shape)).reshape(batch, -1) : v).clone();
            // Twice: one pass of Gram-Schmidt loses orthogonality.
            for (int pass = 0; pass < 2; pass++)
                foreach (Tensor q in basis)
                {
                    using var part = NewDisposeScope();
                    v.sub_(q * (q * v).sum(1, true));
                }

            v.div_(linalg.vector_norm(v, 2, [1], true)).MoveToOuterDisposeScope();
            basis.Add(v);
            left = (left - v * (v * left).sum(1, true)).MoveToOuterDisposeScope();
            double error = (linalg.vector_norm(left, 2, [1], true) / whole).max().item<double>();
            for (int i = 0; i < errors.Length; i++) if (error <= errors[i]) least[i] = Math.Min(least[i], products);
        }

        return least;
    }

    /// <summary>The fewest products after which GMRES is within the error; its error falls, so that the middle decides.</summary>
    /// <param name="from">Fewer it cannot be.</param>
    private static int LeastProducts(BenchmarkCell cell, Tensor point, Tensor g, Tensor exact, double error, int from)
    {
        bool Suffice(int products)
        {
            using Tensor u = Solve(cell, point, g, new Gmres(), products);
            return Error(u, exact) <= error;
        }

        // A little more than the least possible is what it takes: from there up in growing steps.
        int least = Math.Max(1, from), most = least;
        for (int step = 1; most < MostProducts && !Suffice(most); step *= 2) (least, most) = (most + 1, Math.Min(MostProducts, most + step));
        while (least < most)
        {
            int middle = (least + most) / 2;
            if (Suffice(middle)) most = middle;
            else least = middle + 1;
        }

        return most;
    }

    /// <summary>u as a layer's backward has it: it is the gradient of what is added to f(z).</summary>
    private static Tensor Solve(BenchmarkCell cell, Tensor point, Tensor g, Solver solver, int products, double tolerance = NeverMet)
    {
        using var scope = NewDisposeScope();
        Tensor added = zeros_like(point).requires_grad_();
        var options = new EquilibriumOptions { Solver = new Picard(), MaxEvaluations = 1, BackwardSolver = solver, BackwardMaxEvaluations = products, BackwardTolerance = tolerance };
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

    private static void Scale(BenchmarkCell cell, double factor)
    {
        using var still = no_grad();
        foreach (var parameter in cell.Last) parameter.mul_(factor);
    }
}
