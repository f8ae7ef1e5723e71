using Deq.Generators.Diagnostics;
using Deq.Generators.Parsing;
using Microsoft.CodeAnalysis.Operations;

namespace Deq.Generators.Analyzers;

/// <summary>Calls of torch that break what a solve or its gradient assumes of a cell.</summary>
internal static class TorchHazards
{
    private static readonly ImmutableHashSet<string> RandomModules =
        ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout", "RReLU"];

    private static readonly ImmutableHashSet<string> BatchNormModules = ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d"];

    private static readonly ImmutableHashSet<string> RandomFunctions =
    [
        "dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_alpha_dropout", "feature_dropout", "rrelu",
        "rand", "rand_like", "randn", "randn_like", "randint", "randint_like", "randperm", "rand_out", "randn_out",
        "bernoulli", "multinomial", "normal", "poisson", "gumbel_softmax",
        "bernoulli_", "cauchy_", "exponential_", "geometric_", "log_normal_", "normal_", "random_", "uniform_",
    ];

    private static readonly ImmutableHashSet<string> TapeCuts = ["no_grad", "inference_mode", "set_grad_enabled", "detach", "detach_"];

    // Tensors that share the memory of the one that they are made from.
    private static readonly ImmutableHashSet<string> Views =
    [
        "view", "view_as", "unsqueeze", "squeeze", "transpose", "permute", "t", "narrow", "select", "slice", "expand", "expand_as", "diagonal",
        "movedim", "moveaxis", "swapaxes", "swapdims", "unflatten", "detach", "alias",
    ];

    public static DiagnosticDescriptor? Of(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        if (method.ContainingType is not { } type || !TorchTypes.IsDefinedByTorch(type)) return null;

        if (CalledModule(call) is { } module)
        {
            return RandomModules.Contains(module.Name) ? CellBodyRules.Random
                : BatchNormModules.Contains(module.Name) ? CellBodyRules.BatchNorm
                : null;
        }
        if (TapeCuts.Contains(method.Name)) return CellBodyRules.CutsTape;
        if (method.Name == "batch_norm") return CellBodyRules.BatchNorm;
        return RandomFunctions.Contains(method.Name) ? CellBodyRules.Random : null;
    }

    /// <summary>How a message names the call: the module where one is called, else the function.</summary>
    public static string Name(IInvocationOperation call) => CalledModule(call)?.Name ?? call.TargetMethod.Name;

    /// <summary>The tensor that the call changes: torch marks such operations by an underscore at the end.</summary>
    public static IOperation? ChangedInPlace(IInvocationOperation call)
    {
        var method = call.TargetMethod;
        bool marked = method.Name.EndsWith("_", StringComparison.Ordinal) && method.Name.TrimEnd('_').Length == method.Name.Length - 1;
        if (!marked || method.ContainingType is not { } type || !TorchTypes.IsDefinedByTorch(type)) return null;

        return call.Instance ?? call.Arguments.FirstOrDefault(argument => argument.Parameter?.Ordinal == 0)?.Value;
    }

    /// <summary>The tensor of which the call gives a view, or which it changes and returns: z.add_(x).tanh_() changes z twice.</summary>
    public static IOperation? Viewed(IInvocationOperation call) =>
        call.Instance is { } instance && call.TargetMethod.ContainingType is { } type && TorchTypes.IsDefinedByTorch(type) && Views.Contains(call.TargetMethod.Name)
            ? instance
            : ChangedInPlace(call);

    private static ITypeSymbol? CalledModule(IInvocationOperation call) =>
        call is { TargetMethod.Name: "call" or "forward", Instance.Type: { } type } && TorchTypes.DerivesFromModule(type) ? type : null;
}
