namespace Deq.Tests.Package;

/// <summary>A user's project: every warning there is, as an error, and no knowledge of this repository.</summary>
internal static class ConsumerSources
{
    public static string Project => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <GenerateDocumentationFile>true</GenerateDocumentationFile>
            <EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>
            <AnalysisLevel>latest-all</AnalysisLevel>
            <EnforceCodeStyleInBuild>true</EnforceCodeStyleInBuild>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Deq" Version="{PackedDeq.Version}" />
            <PackageReference Include="{PackedDeq.TorchPackage}" Version="{PackedDeq.TorchVersion}" />
          </ItemGroup>
        </Project>
        """;

    /// <summary>Of what latest-all says of the user's own files here, that is left out which a sample of layers cannot heed: nobody uses them.</summary>
    public const string EditorConfig = """
        root = true
        [{Layers,Program,Mistakes}.cs]
        dotnet_diagnostic.CS1591.severity = none
        dotnet_diagnostic.CA1515.severity = none
        dotnet_diagnostic.CA1812.severity = none
        dotnet_diagnostic.CA2213.severity = none
        dotnet_diagnostic.CA1822.severity = warning
        dotnet_diagnostic.IDE0060.severity = warning
        """;

    /// <summary>All shapes of layers; no cell of these uses its instance.</summary>
    public const string Layers = """
        using Deq;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        namespace Consumer
        {
            [EquilibriumLayer]
            public sealed partial class One() : Module<Tensor, Tensor>(nameof(One))
            {
                [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(0.4 * z + x);
            }

            [EquilibriumLayer, Solver("broyden", Memory = 10), BackwardSolver("gmres"), JacobianReg(gamma: 0.1)]
            public sealed partial class Two() : Module<Tensor, Tensor, (Tensor High, Tensor Low)>(nameof(Two))
            {
                [Cell] internal (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor x, Tensor y) => (tanh(0.3 * low + x), tanh(0.3 * high + y));
                [InitialState] internal (Tensor High, Tensor Low) Start(Tensor x, Tensor y) => (zeros_like(x), zeros_like(x));
            }

            [EquilibriumLayer, Solver("newton_krylov")]
            internal sealed partial class Three() : Module<Tensor, (Tensor, Tensor, Tensor)>(nameof(Three))
            {
                [Cell] private (Tensor, Tensor, Tensor) Step(Tensor a, Tensor b, Tensor c, Tensor x) => (0.3 * b + x, 0.3 * c, 0.3 * a);
                [InitialState] private (Tensor, Tensor, Tensor) Start(Tensor x) => (zeros_like(x), zeros_like(x), zeros_like(x));
            }

            [EquilibriumLayer, Reversible(beta: 0.8, Steps = 8)]
            public sealed partial class Back() : Module<Tensor, Tensor>(nameof(Back))
            {
                [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(0.4 * z + x);
            }

            [EquilibriumLayer, Reversible(beta: 0.8, Steps = 8)]
            public sealed partial class BackPair() : Module<Tensor, (Tensor, Tensor)>(nameof(BackPair))
            {
                [Cell] private (Tensor, Tensor) Step(Tensor a, Tensor b, Tensor x) => (tanh(0.4 * b + x), tanh(0.4 * a));
                [InitialState] private (Tensor, Tensor) Start(Tensor x) => (zeros_like(x), zeros_like(x));
            }

            [EquilibriumLayer, Gradient("phantom", Steps = 3, Damping = 0.5)]
            public sealed partial class Phantom() : Module<Tensor, Tensor>(nameof(Phantom))
            {
                [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(0.4 * z + x);
            }

            [EquilibriumLayer, Gradient("neumann", Steps = 3)]
            public sealed partial class Neumann() : Module<Tensor, Tensor?, int, Tensor>(nameof(Neumann))
            {
                [Cell] private Tensor Step(Tensor z, Tensor x, Tensor? mask, int scale) => mask is null ? 0.4 * z + scale * x : (0.4 * z + scale * x) * mask;
            }

            [EquilibriumLayer, Solver(typeof(Halfway), MaxEvaluations = 40, CheckEvery = 2), BackwardSolver(typeof(Deq.Solvers.Anderson)), FixedPointCorrection(2, Decay = 0.5)]
            public sealed partial class Scales() : Module<Tensor, Tensor[]>(nameof(Scales))
            {
                [Cell] private Tensor[] Step(Tensor[] states, Tensor x) => [tanh(0.3 * states[1] + x), tanh(0.3 * states[0])];
                [InitialState] private Tensor[] Start(Tensor x) => [zeros_like(x), zeros_like(x)];
            }

            /// <summary>A solver of one's own.</summary>
            public sealed record Halfway : Deq.Solvers.FixedPointSolver
            {
                /// <inheritdoc/>
                public override string Name => "halfway";

                /// <inheritdoc/>
                public override Deq.Solvers.SolverState Begin(Tensor start, Deq.Solvers.FixedPointProblem problem) => new Deq.Solvers.Picard { Damping = 0.5 }.Begin(start, problem);
            }

            [EquilibriumLayer, Solver("broyden", LineSearch = true), Gradient("shine", Refine = 3), BackwardSolver("gmres", Precondition = true), JacobianReg(0.1, Attach = true, ThroughState = true)]
            public sealed partial class Shining() : Module<Tensor, Tensor>(nameof(Shining))
            {
                [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(0.4 * z + x);
            }

            [EquilibriumLayer, Gradient("unrolled"), JacobianReg(0.1)]
            public sealed partial class Unrolled() : Module<Tensor, Tensor>(nameof(Unrolled))
            {
                [Cell] private Tensor Step(Tensor z, Tensor x) => tanh(0.4 * z + x);
            }

        #pragma warning disable DEQ044 // One evaluation more is no matter here.
            [EquilibriumLayer, Reversible(0.6, KeepEvery = 2, StateType = ScalarType.Float32), JacobianReg(0.1)]
        #pragma warning restore DEQ044
            internal sealed partial class BackScales() : Module<Tensor, Tensor[]>(nameof(BackScales))
            {
                [Cell] private Tensor[] Step(Tensor[] states, Tensor x) => [tanh(0.3 * states[0] + x)];
                [InitialState] private Tensor[] Start(Tensor x) => [zeros_like(x)];
            }

            public static partial class Outer<T> where T : struct
            {
                [EquilibriumLayer, Solver("picard", Damping = 0.8)]
                internal sealed partial class @class() : Module<Tensor, T, Tensor>("class")
                {
                    [Cell] private Tensor @do(Tensor @ref, Tensor @in, T @params) => 0.5 * @ref + @in;
                }
            }

            public abstract class Base(string name) : Module<Tensor, Tensor>(name);

            [EquilibriumLayer]
            public sealed partial class Derived() : Base(nameof(Derived))
            {
                /// <summary>Declared here, written by the compiler.</summary>
                public override partial Tensor forward(Tensor x);
            }

            public sealed partial class Derived
            {
                [Cell] private Tensor Step(Tensor z, Tensor x) => 0.4 * z + x;
            }
        }

        [EquilibriumLayer]
        internal sealed partial class WithoutNamespace() : Module<Tensor, Tensor>(nameof(WithoutNamespace))
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => 0.4 * z + x;
        }
        """;

    /// <summary>A training step on the fixed point z = z W + x of a known W: what it prints can be computed by hand.</summary>
    public const string Program = """
        using Consumer;
        using Deq;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        using var layer = new Trained();
        using var optimizer = optim.SGD(layer.parameters(), 0.1);
        using var x = ones(1, 1, dtype: float64);
        using var loss = layer.call(x).sum();
        loss.BackwardOrThrow();
        optimizer.step();
        FormattableString said = $"loss {loss.item<double>():F6} gradient {layer.Gradient:F6} weight {layer.Weight:F6} {layer.Statistics.Forward!.Outcome}";
        Console.WriteLine(FormattableString.Invariant(said));

        using var failing = new Failing();
        try
        {
            failing.call(x);
        }
        catch (NotSupportedException e)
        {
            Console.WriteLine(e.StackTrace);
        }

        namespace Consumer
        {
            /// <summary>Whose trace shows the emitted lines that led here.</summary>
            [EquilibriumLayer]
            public sealed partial class Failing() : Module<Tensor, Tensor>(nameof(Failing))
            {
                [Cell] private Tensor Step(Tensor z, Tensor x) => throw new NotSupportedException();
            }

            [EquilibriumLayer, Solver("anderson", Tolerance = 1e-12), BackwardSolver("anderson", Tolerance = 1e-12)]
            public sealed partial class Trained : Module<Tensor, Tensor>
            {
                private readonly TorchSharp.Modules.Parameter weight;

                public Trained() : base(nameof(Trained))
                {
                    weight = Parameter(full([1, 1], 0.5, dtype: float64));
                    RegisterComponents();
                }

                public double Weight => weight.item<double>();

                public double Gradient => weight.grad!.item<double>();

                [Cell] private Tensor Step(Tensor z, Tensor x) => z.matmul(weight) + x;
            }
        }
        """;

    /// <summary>Mistakes with which a class cannot be compiled at all, whatever a generator adds to it.</summary>
    public const string MistakesOfTheLanguage = """
        using Deq;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        [EquilibriumLayer]
        internal sealed class Whole() : Module<Tensor, Tensor>(nameof(Whole))
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => 0.4 * z + x;
        }

        internal static class Around
        {
            [EquilibriumLayer, Solver("andersen")]
            internal sealed partial class Inner() : Module<Tensor, Tensor>(nameof(Inner))
            {
                [Cell] private Tensor Step(Tensor z, Tensor x) => 0.4 * z + x;
            }
        }

        [EquilibriumLayer]
        file sealed partial class OfThisFile() : Module<Tensor, Tensor>(nameof(OfThisFile))
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => 0.4 * z + x;
        }
        """;

    /// <summary>A mistake where every analyzer is silenced, and what becomes of it.</summary>
    public const string SilencedProgram = """
        using Deq;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        try
        {
            using var layer = new Misspelt();
            layer.call(ones(1, 1));
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine(e.Message);
        }

        [EquilibriumLayer, Solver("andersen")]
        internal sealed partial class Misspelt() : Module<Tensor, Tensor>(nameof(Misspelt))
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => 0.4 * z + x;
        }
        """;

    /// <summary>What an editor would underline.</summary>
    public const string Mistakes = """
        using Deq;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        [EquilibriumLayer, Solver("andersen")]
        internal sealed partial class Misspelt() : Module<Tensor, Tensor>(nameof(Misspelt))
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => 0.4 * z + x;
            private Tensor NoCell(Tensor z, Tensor unused) => 0.4 * z;
            public Tensor Used(Tensor z) => NoCell(z, z);
        }

        [EquilibriumLayer]
        internal sealed partial class Random() : Module<Tensor, Tensor>(nameof(Random))
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => z + functional.dropout(x, 0.5);
        }
        """;
}
