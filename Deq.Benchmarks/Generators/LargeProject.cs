using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TorchSharp;

namespace Deq.Benchmarks.Generators;

/// <summary>
/// A project of many files as an editor holds it: some declare a layer each, the others ordinary classes that use torch and have attributes of
/// their own.
/// </summary>
internal sealed class LargeProject
{
    private readonly SyntaxTree[] files;

    /// <param name="layers">Files that declare a layer.</param>
    /// <param name="files">Files in all.</param>
    public LargeProject(int layers, int files)
    {
        Layers = layers;
        this.files = [.. Enumerable.Range(0, files).Select(i => CSharpSyntaxTree.ParseText(i < layers ? Layer(i) : Ordinary(i), Options, $"File{i}.cs"))];
        Compilation = CSharpCompilation.Create("Large", this.files, References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    public static CSharpParseOptions Options { get; } = new(LanguageVersion.Latest);

    public int Layers { get; }

    public CSharpCompilation Compilation { get; }

    /// <summary>A method's body in a file without layers.</summary>
    public CSharpCompilation EditElsewhere(int edit) => Replace(files.Length - 1, Ordinary(files.Length - 1).Replace("values.Sum()", $"values.Sum() + {edit}", StringComparison.Ordinal));

    /// <summary>The body of the first layer's cell.</summary>
    public CSharpCompilation EditCellBody(int edit) => Replace(0, Layer(0).Replace("=> tanh(", $"=> {edit} * tanh(", StringComparison.Ordinal));

    /// <summary>What the first layer declares about itself.</summary>
    public CSharpCompilation EditDeclaration(int edit) => Replace(0, Layer(0).Replace("MaxEvaluations = 30", $"MaxEvaluations = {100 + edit}", StringComparison.Ordinal));

    private CSharpCompilation Replace(int file, string text) =>
        Compilation.ReplaceSyntaxTree(files[file], CSharpSyntaxTree.ParseText(text, Options, files[file].FilePath));

    private static string Layer(int i) => $$"""
        using Deq;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        namespace Large.Part{{i % 20}};

        /// <summary>One of many.</summary>
        [EquilibriumLayer]
        [Solver("anderson", MaxEvaluations = 30, Tolerance = 1e-3)]
        [JacobianReg(gamma: 1.0, Frequency = 0.35)]
        public sealed partial class Layer{{i}} : Module<Tensor, Tensor>
        {
            private readonly Linear state, input;

            public Layer{{i}}(long width)
                : base(nameof(Layer{{i}}))
            {
                state = Linear(width, width);
                input = Linear(width, width);
                RegisterComponents();
            }

            [Cell]
            private Tensor Step(Tensor z, Tensor x) => tanh(state.call(z) + input.call(x));
        }
        """;

    private static string Ordinary(int i) => $$"""
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using static TorchSharp.torch;

        namespace Large.Part{{i % 20}};

        [Serializable]
        public sealed class Ordinary{{i}}
        {
            private readonly List<double> values = [{{i}}, 1.0];

            [Obsolete("Use Total.")]
            public double Sum() => Total;

            public double Total => values.Sum();

            public Tensor Scale(Tensor x)
            {
                foreach (double value in values) x = x * value;
                return x;
            }
        }
        """;

    private static IEnumerable<MetadataReference> References()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework)
            .Append(typeof(torch).Assembly.Location)
            .Append(typeof(EquilibriumLayerAttribute).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
