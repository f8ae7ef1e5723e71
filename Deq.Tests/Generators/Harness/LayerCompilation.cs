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

    public static CSharpCompilation Compile(LanguageVersion version, params string[] files) => CSharpCompilation.Create(
        "Declared",
        files.Select((file, i) => CSharpSyntaxTree.ParseText(file, Options(version), path: $"File{i}.cs")),
        References.All,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

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

    /// <summary>Our findings, as the compiler prints them: with everything emitted in sight.</summary>
    public IReadOnlyList<Diagnostic> Findings()
    {
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: false);
        var found = Output.WithAnalyzers(Analyzers(), options).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        return [.. found.OrderBy(finding => finding.Id, StringComparer.Ordinal).ThenBy(finding => finding.Location.SourceSpan.Start)];
    }

    /// <summary>What the compiler itself says, warnings included: what is emitted must be documented, what tests declare need not be.</summary>
    public IReadOnlyList<Diagnostic> CompilerMessages() =>
        [.. Output.GetDiagnostics().Where(message => message.Severity >= DiagnosticSeverity.Warning && !(message.Id == Undocumented && IsDeclared(message)))];

    public IReadOnlyList<string> CompilerErrors() =>
        [.. Output.GetDiagnostics().Where(message => message.Severity == DiagnosticSeverity.Error).Select(message => message.ToString())];

    private bool IsDeclared(Diagnostic message) => message.Location.SourceTree is { } tree && Input.ContainsSyntaxTree(tree);

    public IReadOnlyList<(string HintName, string Text)> Emitted() =>
        [.. Run.Results.Single().GeneratedSources.Select(source => (source.HintName, source.SourceText.ToString()))];
}
