using Deq.Gradients;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Solvers;

/// <summary>A cell to measure on.</summary>
/// <param name="Title">Its name in tables, and on the command line of the memory table's processes.</param>
/// <param name="Module">Whose parameters it has.</param>
/// <param name="Cell">f.</param>
/// <param name="Start">z_0.</param>
/// <param name="Last">The parameters in which f is linear at a given state: scaling them scales f and its Jacobian there.</param>
internal sealed record BenchmarkCell(string Title, nn.Module Module, Func<Tensor, Tensor> Cell, Tensor Start, Parameter[] Last)
{
    private readonly Parameter[] parameters = [.. Module.parameters().Cast<Parameter>()];
    private readonly Tensor cotangent = randn_like(Start);

    public static BenchmarkCell Create(string title, bool small, long? batch = null, ScalarType type = ScalarType.Float32) => title switch
    {
        "transformer" => TransformerCell.Create(small, batch, type),
        "conv" => TwoScales.Residual(title, small, batch, type),
        "one conv" => TwoScales.Single(title, small, batch, type),
        _ => throw new ArgumentException($"there is no cell '{title}'", nameof(title)),
    };

    /// <summary>A training step: solve, loss, backward.</summary>
    public void Step(EquilibriumOptions options)
    {
        using var scope = NewDisposeScope();
        ClearGradients();
        var result = Equilibrium.Solve(Cell, Start, options, Module);
        Tensor loss = (result.Value * cotangent).sum();
        if (result.JacobianPenalty is { } penalty) loss += penalty;
        loss.BackwardOrThrow();
    }

    /// <summary>What no implicit training step of so many evaluations and products can do without, by plain calls of torch.</summary>
    /// <param name="evaluations">Off the tape.</param>
    /// <param name="products">J^T u.</param>
    /// <param name="penalty">With the Jacobian penalty of one probe: one more product, recorded, and the second derivatives of the cell in the backward pass.</param>
    public void Floor(int evaluations, int products, bool penalty = false)
    {
        using var scope = NewDisposeScope();
        ClearGradients();
        Tensor z = Start.alias();
        using (no_grad())
        {
            for (int i = 0; i < evaluations; i++) Advance(ref z, Cell);
        }

        var tape = Tape.Record(Cell, z);
        Tensor u = cotangent.alias();
        for (int i = 0; i < products; i++) Advance(ref u, tape.TransposedJacobianTimes);
        if (!penalty)
        {
            autograd.backward([tape.Output], [cotangent], inputs: parameters);
            return;
        }

        Tensor product = autograd.grad([tape.Output], [tape.State], [randn_like(tape.State)], retain_graph: true, create_graph: true)[0];
        Tensor term = product.square().mean();
        autograd.backward([tape.Output, term], [cotangent, ones_like(term)], inputs: parameters);
    }

    /// <summary>One evaluation, off the tape.</summary>
    public void Evaluate()
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        Cell(Start);
    }

    /// <summary>The next of a row of vectors of which only the latest is kept.</summary>
    private static void Advance(ref Tensor vector, Func<Tensor, Tensor> map)
    {
        using var step = NewDisposeScope();
        Tensor next = map(vector).MoveToOuterDisposeScope();
        vector.Dispose();
        vector = next;
    }

    public void ClearGradients()
    {
        foreach (Parameter parameter in parameters) parameter.grad = null;
    }
}
