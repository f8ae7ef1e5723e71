using System.Reflection;
using System.Runtime.CompilerServices;
using Deq.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Generators.Twins;

/// <summary>What a call gave, whoever made it: the states, the terms for the loss, and after a backward pass the gradients of the inputs.</summary>
internal sealed record TwinRun(Tensor[] States, Tensor? Penalty, IReadOnlyList<Tensor[]> Intermediates, EquilibriumStatistics Statistics)
{
    /// <summary>Calls what the generator wrote.</summary>
    public static TwinRun Emitted(nn.Module layer, Tensor[] inputs)
    {
        var solve = layer.GetType().GetMethod("Solve")!;
        object result = solve.Invoke(layer, BindingFlags.DoNotWrapExceptions, binder: null, [.. inputs, null, null], culture: null)!;
        object? Property(string name) => result.GetType().GetProperty(name)!.GetValue(result);
        return new(
            Parts(Property(nameof(EquilibriumResult<Tensor>.Value))!),
            (Tensor?)Property(nameof(EquilibriumResult<Tensor>.JacobianPenalty)),
            [.. ((System.Collections.IEnumerable)Property(nameof(EquilibriumResult<Tensor>.Intermediates))!).Cast<object>().Select(Parts)],
            (EquilibriumStatistics)Property(nameof(EquilibriumResult<Tensor>.Statistics))!);
    }

    /// <summary>Does by hand on the runtime what should have been written.</summary>
    /// <param name="module">Decides between train and eval.</param>
    public static TwinRun ByHand(nn.Module module, TwinShape shape, EquilibriumOptions options, Tensor[] inputs) =>
        options.Beta is null ? Solve(module, shape, options, inputs) : Reverse(module, shape, options, inputs);

    /// <summary>A loss of everything that has a gradient.</summary>
    public void Backward()
    {
        var loss = States.Select((state, k) => (state * (k + 1)).square().sum()).Aggregate((a, b) => a + b);
        foreach (var state in Intermediates.SelectMany(states => states)) loss += 0.1 * state.square().sum();
        if (Penalty is not null) loss += Penalty;
        loss.backward();
    }

    // What a result reads of itself belongs to the scope of who reads it, which is not the call's.
    private static TwinRun Solve(nn.Module module, TwinShape shape, EquilibriumOptions options, Tensor[] inputs) => Called(module, shape, options, inputs)();

    private static Func<TwinRun> Called(nn.Module module, TwinShape shape, EquilibriumOptions options, Tensor[] inputs)
    {
        using var call = EquilibriumCall.Begin(module, new("the twin"), options, null);
        var packing = new Packing(shape, inputs, start => call.Layout(start));
        Tensor Cell(Tensor z) => packing.Join(TwinShape.Map(packing.Split(z), inputs));

        var point = call.Solve(Cell, packing.Start, inputs);
        if (!point.NeedsTape) return Return(point.Value, null, z => []);
        var tape = call.Record(Cell, point);
        var penalty = options.JacobianGamma is null ? null : call.JacobianPenalty(tape);
        return Return(Gradient.apply(tape.Output, tape.State, call), penalty, split => options.CorrectionStates is null ? [] : call.Intermediates(Cell, split));

        // The result holds what the layer's cell returns: a tensor, or several.
        Func<TwinRun> Return(Tensor value, Tensor? drawn, Func<Func<Tensor, Tensor[]>, IReadOnlyList<Tensor[]>> intermediates)
        {
            if (packing.IsPacked)
            {
                var several = call.Return(packing.Split(value), drawn, intermediates(packing.Split));
                return () => new(several.Value, several.JacobianPenalty, several.Intermediates, several.Statistics);
            }
            var one = call.Return(value, drawn, [.. intermediates(packing.Split).Select(states => states[0])]);
            return () => new([one.Value], one.JacobianPenalty, [.. one.Intermediates.Select(state => new[] { state })], one.Statistics);
        }
    }

    private static TwinRun Reverse(nn.Module module, TwinShape shape, EquilibriumOptions options, Tensor[] inputs)
    {
        var packing = new Packing(shape, inputs, start => new StateLayout("the twin", start));
        var result = Equilibrium.SolveReversible((z, given) => packing.Join(TwinShape.Map(packing.Split(z), given)), packing.Start, inputs, options, module);
        return new(packing.Split(result.Value), result.JacobianPenalty, [], result.Statistics);
    }

    private static Tensor[] Parts(object states) => states switch
    {
        Tensor one => [one],
        Tensor[] all => all,
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => (Tensor)tuple[i]!)],
        _ => throw new ArgumentException($"{states.GetType()} is no state.", nameof(states)),
    };

    /// <summary>Several states side by side; a single one as it is.</summary>
    private sealed class Packing
    {
        private readonly StateLayout? layout;

        public Packing(TwinShape shape, Tensor[] inputs, Func<Tensor[], StateLayout> lay)
        {
            var start = shape.Start(inputs);
            if (shape.IsArray || shape.States > 1) layout = lay(start);
            Start = Join(start);
        }

        public bool IsPacked => layout is not null;

        public Tensor Start { get; }

        public Tensor Join(Tensor[] states) => layout is null ? states[0] : layout.Join(states);

        public Tensor[] Split(Tensor packed) => layout is null ? [packed] : layout.Split(packed);
    }

    private sealed class Gradient : autograd.SingleTensorFunction<Gradient>
    {
        public override string Name => "the twin";

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments) => ImplicitGradient.Forward(context, arguments);

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient) => ImplicitGradient.Backward(context, gradient);
    }
}
