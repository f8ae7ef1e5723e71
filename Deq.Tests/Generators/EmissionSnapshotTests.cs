using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Generators;

/// <summary>What is emitted, read by people before it was accepted.</summary>
public sealed class EmissionSnapshotTests
{
    [Fact]
    public void OneState() => Accept("""
        namespace Sample;

        [EquilibriumLayer]
        public sealed partial class Block : Module<Tensor, Tensor>
        {
            public Block() : base(nameof(Block)) => RegisterComponents();

            [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(z + x);
        }
        """);

    [Fact]
    public void EveryAttribute() => Accept("""
        namespace Sample;

        [EquilibriumLayer]
        [Solver("broyden", MaxEvaluations = 30, Tolerance = 1e-3, InferenceMaxEvaluations = 20, InferenceTolerance = 1e-8, StopMode = StopMode.Absolute, Memory = 12)]
        [BackwardSolver("anderson", MaxEvaluations = 12, Tolerance = 2.5e-4, StopMode = StopMode.Relative, Memory = 4, Damping = 0.9)]
        [JacobianReg(gamma: 2.0, Frequency = 0.35, Probes = 2)]
        public sealed partial class TransformerLayer : Module<Tensor, Tensor, Tensor>
        {
            public TransformerLayer() : base(nameof(TransformerLayer)) => RegisterComponents();

            [Cell] private Tensor Step(Tensor z, Tensor x, Tensor positions) => tanh(z + x + positions);

            [InitialState] private Tensor Start(Tensor x) => zeros_like(x);
        }
        """);

    [Fact]
    public void NeumannGradient() => Accept("""
        namespace Sample;
        [EquilibriumLayer, Gradient("neumann", Steps = 3, Damping = 0.75)]
        public sealed partial class Series() : Module<Tensor, Tensor>("Series") { [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(z + x); }
        """);

    [Fact]
    public void JacobianFreeGradient() => Accept("""
        namespace Sample;
        [EquilibriumLayer, Gradient("jacobian_free")]
        public sealed partial class Free() : Module<Tensor, Tensor>("Free") { [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(z + x); }
        """);

    [Fact]
    public void UnrolledGradient() => Accept("""
        namespace Sample;
        [EquilibriumLayer, Solver("picard", MaxEvaluations = 12), Gradient("unrolled")]
        public sealed partial class Unrolled() : Module<Tensor, Tensor>("Unrolled") { [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(z + x); }
        """);

    [Fact]
    public void SeveralStates() => Accept("""
        namespace Sample;

        [EquilibriumLayer]
        [Solver("anderson", Memory = 6)]
        [JacobianReg(0.5)]
        public sealed partial class Pyramid : Module<Tensor, (Tensor High, Tensor Low)>
        {
            public Pyramid() : base(nameof(Pyramid)) => RegisterComponents();

            [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image) => (high + low, low + image);

            [InitialState] private (Tensor High, Tensor Low) Start(Tensor image) => (zeros_like(image), zeros_like(image));
        }
        """);

    [Fact]
    public void ThreeUnnamedStates() => Accept("""
        namespace Sample;

        [EquilibriumLayer, Solver("picard", Damping = 0.7)]
        public sealed partial class Trio : Module<Tensor, (Tensor, Tensor, Tensor)>
        {
            public Trio() : base(nameof(Trio)) => RegisterComponents();

            [Cell] private (Tensor, Tensor, Tensor) Step(Tensor a, Tensor b, Tensor c, Tensor x) => (b, c, a + x);

            [InitialState] private static (Tensor, Tensor, Tensor) Start(Tensor x) => (x, x, x);
        }
        """);

    [Fact]
    public void InputsOfAnyType() => Accept("""
        namespace Sample;

        public sealed class Memory { }

        [EquilibriumLayer]
        public sealed partial class Attention : Module<Tensor, Tensor?, int?, List<string?>, Memory, Tensor>
        {
            public Attention() : base(nameof(Attention)) => RegisterComponents();

            [Cell] private Tensor Step(Tensor z, Tensor x, Tensor? mask, int? heads, List<string?> labels, Memory memory) =>
                mask is null || heads is null || labels.Count == 0 || memory is null ? z + x : z + x + mask;
        }
        """);

    [Fact]
    public void InputsThatHoldTensors() => Accept("""
        namespace Sample;

        [EquilibriumLayer]
        public sealed partial class Levels : Module<Tensor, List<Tensor>, (Tensor Key, Tensor? Value)?, Tensor>
        {
            public Levels() : base(nameof(Levels)) => RegisterComponents();

            [Cell] private Tensor Step(Tensor z, Tensor x, List<Tensor> levels, (Tensor Key, Tensor? Value)? pair) => z + x + levels[0] + pair!.Value.Key;
        }
        """);

    [Fact]
    public void ReversibleInputsThatHoldTensors() => Accept("""
        namespace Sample;

        [EquilibriumLayer, Reversible(0.8)]
        public sealed partial class ReversibleLevels() : Module<Tensor, Tensor[]?, IReadOnlyDictionary<string, Tensor>, Tensor>("ReversibleLevels")
        {
            [Cell] private Tensor Step(Tensor z, Tensor x, Tensor[]? levels, IReadOnlyDictionary<string, Tensor> named) =>
                z + x + named["bias"] + (levels is null ? 0 : levels[0]);
        }
        """);

    [Fact]
    public void NestedGenericAndKeywords() => Accept("""
        namespace @event.Sub
        {
            public partial record struct Outer<T>
            {
                internal partial interface IInner<TIn>
                {
                    [EquilibriumLayer]
                    private sealed partial class @class<TExtra> : Module<Tensor, TExtra, Tensor>
                        where TExtra : struct
                    {
                        public @class() : base("class") => RegisterComponents();

                        [Cell] private Tensor @do(Tensor @ref, Tensor @in, TExtra @params) => @params.Equals(default(TExtra)) ? @ref : @ref + @in;
                    }
                }
            }
        }
        """);

    [Fact]
    public void InputsWithTheNamesOfLocals() => Accept("""
        [EquilibriumLayer]
        [JacobianReg(1)]
        public sealed partial class Crowded : Module<Tensor, Tensor, Tensor, Tensor, Tensor, Tensor>
        {
            public Crowded() : base(nameof(Crowded)) => RegisterComponents();

            [Cell] private Tensor Cell(Tensor point, Tensor call, Tensor options, Tensor initial, Tensor Solve, Tensor Cell) =>
                point + call + options + initial + Solve + Cell;
        }
        """);

    [Fact]
    public void DeclaredForward() => Accept("""
        namespace Sample;

        [EquilibriumLayer]
        public sealed partial class Declared : Module<Tensor, Tensor>
        {
            public Declared() : base(nameof(Declared)) => RegisterComponents();

            /// <summary>The user's own words.</summary>
            public sealed override partial Tensor forward(Tensor image);

            [Cell] private Tensor Step(Tensor z, Tensor x) => z + x;
        }
        """);

    [Fact]
    public void PhantomGradient() => Accept("""
        namespace Sample;

        [EquilibriumLayer, Gradient("phantom", Steps = 3, Damping = 0.9)]
        public sealed partial class Phantom() : Module<Tensor, Tensor>("Phantom")
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(z + x);
        }
        """);

    [Fact]
    public void ReversibleOneState() => Accept("""
        namespace Sample;

        [EquilibriumLayer, Reversible(beta: 0.8, Steps = 12, Tolerance = 1e-4, StateType = ScalarType.Float32, KeepEvery = 3)]
        public sealed partial class ReversibleLayer() : Module<Tensor, Tensor>("ReversibleLayer")
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(z + x);
        }
        """);

    [Fact]
    public void ReversibleSeveralStates() => Accept("""
        #pragma warning disable DEQ044
        namespace Sample;

        [EquilibriumLayer, Reversible(0.5), JacobianReg(1, Frequency = 0.05)]
        public sealed partial class ReversiblePair() : Module<Tensor, int, Tensor?, Tensor, (Tensor High, Tensor Low)>("ReversiblePair")
        {
            [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image, int scale, Tensor? mask, Tensor noise) =>
                scale == 0 || mask is null ? (high + image, low + noise) : (high + image, low * mask);

            [InitialState] private static (Tensor High, Tensor Low) Start(Tensor image, int scale) => scale == 0 ? (image, image) : (image, zeros_like(image));
        }
        """);

    [Fact]
    public void ArrayOfStates() => Accept("""
        namespace Sample;

        [EquilibriumLayer]
        [JacobianReg(0.5)]
        public sealed partial class Scales : Module<Tensor, int, Tensor[]>
        {
            public Scales() : base(nameof(Scales)) => RegisterComponents();

            [Cell] private Tensor[] Step(Tensor[] branches, Tensor image, int scales) => [.. branches, image.sum(scales)];

            [InitialState] private static Tensor[] Start(Tensor image, int scales) => [image.sum(scales)];
        }
        """);

    [Fact]
    public void ReversibleArrayOfStates() => Accept("""
        namespace Sample;

        [EquilibriumLayer, Reversible(0.5)]
        public sealed partial class ReversibleScales() : Module<Tensor, Tensor[]>("ReversibleScales")
        {
            [Cell] private Tensor[] Step(Tensor[] states, Tensor image) => [states[0] + image, states[0]];

            [InitialState] private static Tensor[] Start(Tensor image) => [image, image];
        }
        """);

    [Fact]
    public void SolverOfOnesOwnAndCorrection() => Accept("""
        namespace Sample;

        public sealed record Own<T> : Deq.Solvers.FixedPointSolver
        {
            public override string Name => "own";
            public override Deq.Solvers.SolverState Begin(Tensor start, Deq.Solvers.FixedPointProblem problem) => throw new NotSupportedException();
        }

        [EquilibriumLayer]
        [Solver(typeof(Own<List<int>>), MaxEvaluations = 20, CheckEvery = 2)]
        [JacobianReg(1, Attach = true, ThroughState = true)]
        [FixedPointCorrection(3, Decay = 0.7)]
        public sealed partial class Corrected() : Module<Tensor, (Tensor High, Tensor Low)>("Corrected")
        {
            [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor x) => (high + x, low);

            [InitialState] private static (Tensor High, Tensor Low) Start(Tensor x) => (x, x);
        }
        """);

    [Fact]
    public void ShineAndLineSearch() => Accept("""
        namespace Sample;

        [EquilibriumLayer]
        [Solver("broyden", LineSearch = true), BackwardSolver("gmres", Precondition = true), Gradient("shine", Refine = 5)]
        public sealed partial class Shining() : Module<Tensor, Tensor>("Shining")
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(z + x);
        }
        """);

    [Fact]
    public void StandIn() => Accept("""
        namespace Sample;

        [EquilibriumLayer]
        public sealed partial class Broken : Module<Tensor, Tensor, (Tensor High, Tensor Low)>
        {
            public Broken() : base(nameof(Broken)) => RegisterComponents();
        }
        """, valid: false);

    private static void Accept(string source, bool valid = true, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        var compilation = LayerCompilation.Of(source);
        Assert.Empty(compilation.CompilerMessages());
        if (valid) Assert.Empty(compilation.Findings());
        Snapshot.Verify(compilation, nameof(EmissionSnapshotTests), test);
    }
}
