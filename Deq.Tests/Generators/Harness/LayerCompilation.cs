using System.Collections.Immutable;
using Deq.Generators;
using Deq.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Deq.Tests.Generators.Harness;

/// <summary>A compilation of test sources, with the generator and the analyzers on it as the compiler has them.</summary>
internal sealed class LayerCompilation
{
    /// <summary>What a file of a user's begins with.</summary>
    public const string Prelude = """
        using System;
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using Deq;
        using TorchSharp;
        using TorchSharp.Modules;
        using static TorchSharp.torch;
        using static TorchSharp.torch.nn;

        """;

    private const string Undocumented = "CS1591";

    // Its references are read once: every compilation that derives from it shares what was found in them.
    private static readonly Lazy<CSharpCompilation> Empty = new(() =>
    {
        var empty = CSharpCompilation.Create(
            "Declared", [], References.All, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        Assert.NotNull(empty.GetTypeByMetadataName("System.Object"));
        return empty;
    });

    private LayerCompilation(CSharpCompilation input, CSharpCompilation output, GeneratorDriverRunResult run)
    {
        Input = input;
        Output = output;
        Run = run;
    }

    /// <summary>The sources without what is emitted.</summary>
    public CSharpCompilation Input { get; }

    /// <summary>The sources with what is emitted.</summary>
    public CSharpCompilation Output { get; }

    public GeneratorDriverRunResult Run { get; }

    public static LayerCompilation Of(string source, LanguageVersion version = LanguageVersion.Latest) => OfFiles(version, Prelude + source);

    public static LayerCompilation OfFiles(LanguageVersion version, params string[] files)
    {
        var input = Compile(version, files);
        var driver = Driver(version).RunGeneratorsAndUpdateCompilation(input, out var output, out _);
        return new(input, (CSharpCompilation)output, driver.GetRunResult());
    }

    public static CSharpCompilation Compile(LanguageVersion version, params string[] files) =>
        Empty.Value.AddSyntaxTrees([.. files.Select((file, i) => CSharpSyntaxTree.ParseText(file, Options(version), path: $"File{i}.cs"))]);

    public static GeneratorDriver Driver(LanguageVersion version = LanguageVersion.Latest) => CSharpGeneratorDriver.Create(
        [new EquilibriumLayerGenerator().AsSourceGenerator()],
        parseOptions: Options(version),
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    public static CSharpParseOptions Options(LanguageVersion version) => new(version, DocumentationMode.Diagnose);

    /// <summary>Every analyzer of the generator's assembly.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers() =>
    [
        .. typeof(EquilibriumLayerAnalyzer).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <summary>Our findings, as an editor shows them: the generator's and the analyzers', with everything emitted in sight.</summary>
    public IReadOnlyList<Diagnostic> Findings()
    {
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: false);
        var found = Output.WithAnalyzers(Analyzers(), options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        return [.. found.Concat(Told()).OrderBy(finding => finding.Id, StringComparer.Ordinal).ThenBy(finding => finding.Location.SourceSpan.Start)];
    }

    /// <summary>
    /// Our errors, as the command line shows them: where a declaration is wrong in the compiler's own eyes it ends there, and analyzers are never
    /// asked; <c>ConsumerTests</c> has the same from a build.
    /// </summary>
    public IReadOnlyList<Diagnostic> ShownErrors() =>
        [.. (Output.GetDeclarationDiagnostics().Any(message => message.Severity == DiagnosticSeverity.Error) ? Told() : Findings()).Where(finding => finding.Severity == DiagnosticSeverity.Error)];

    /// <summary>What the generator itself told, at its place in the files: it knows no more of it than an editor, the path and the span.</summary>
    private IEnumerable<Diagnostic> Told() => Run.Diagnostics.Select(told => Placed(told, Input.SyntaxTrees));

    public static Diagnostic Placed(Diagnostic told, IEnumerable<SyntaxTree> files) => Diagnostic.Create(
        told.Descriptor.Id, told.Descriptor.Category, told.GetMessage(), told.Severity, told.DefaultSeverity, isEnabledByDefault: true, warningLevel: 0,
        helpLink: told.Descriptor.HelpLinkUri, properties: told.Properties,
        location: Location.Create(files.Single(file => file.FilePath == told.Location.GetLineSpan().Path), told.Location.SourceSpan));

    /// <summary>What the compiler itself says, warnings included: what is emitted must be documented, what tests declare need not be.</summary>
    public IReadOnlyList<Diagnostic> CompilerMessages() =>
        [.. Output.GetDiagnostics().Where(message => message.Severity >= DiagnosticSeverity.Warning && !(message.Id == Undocumented && IsDeclared(message)))];

    public IReadOnlyList<string> CompilerErrors() =>
        [.. Output.GetDiagnostics().Where(message => message.Severity == DiagnosticSeverity.Error).Select(message => message.ToString())];

    /// <summary>The compiled assembly.</summary>
    public byte[] Image()
    {
        using var image = new MemoryStream();
        var result = Output.Emit(image);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return image.ToArray();
    }

    private bool IsDeclared(Diagnostic message) => message.Location.SourceTree is { } tree && Input.ContainsSyntaxTree(tree);

    public IReadOnlyList<(string HintName, string Text)> Emitted() =>
        [.. Run.Results.Single().GeneratedSources.Select(source => (source.HintName, source.SourceText.ToString()))];
}
