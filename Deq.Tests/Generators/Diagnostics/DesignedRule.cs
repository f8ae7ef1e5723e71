using Microsoft.CodeAnalysis;

namespace Deq.Tests.Generators.Diagnostics;

/// <summary>A row of the design's table of diagnostics.</summary>
/// <param name="Meaning">The case in a line.</param>
/// <param name="HasFix">Whether the design gives it a code fix.</param>
public sealed record DesignedRule(string Id, DiagnosticSeverity Severity, string Meaning, bool HasFix)
{
    /// <summary>The table, row by row, and the ids that were added to it since. No id is ever used for something else.</summary>
    public static readonly IReadOnlyList<DesignedRule> All =
    [
        Error("DEQ001", "class not partial", fix: true),
        Error("DEQ002", "containing type not partial", fix: true),
        Error("DEQ003", "static class, record or struct"),
        Error("DEQ004", "not a nn.Module<...>", fix: true),
        Error("DEQ005", "its type arguments do not fit the cell", fix: true),
        Error("DEQ006", "abstract layer", fix: true),
        Error("DEQ007", "generic cell"),
        Error("DEQ008", "forward with a body, or another generated name, already defined"),
        Warning("DEQ009", "module or parameter fields, but no RegisterComponents() in a constructor", fix: true),
        Error("DEQ010", "no cell", fix: true),
        Error("DEQ011", "several cells"),
        Error("DEQ012", "cell's return type", fix: true),
        Error("DEQ013", "cell's parameters", fix: true),
        Error("DEQ014", "cell that is async or an iterator", fix: true),
        Warning("DEQ015", "static cell"),
        Info("DEQ016", "an input the cell never reads"),
        Error("DEQ020", "duplicate state names"),
        Error("DEQ021", "tuple names in another order than the parameters", fix: true),
        Error("DEQ022", "several states without [InitialState]", fix: true),
        Error("DEQ023", "signature of [InitialState]", fix: true),
        Error("DEQ030", "unknown solver name", fix: true),
        Error("DEQ031", "tolerance not positive", fix: true),
        Error("DEQ032", "limit below 1", fix: true),
        Error("DEQ033", "memory, damping out of range", fix: true),
        Warning("DEQ034", "an option that this solver does not use", fix: true),
        Error("DEQ036", "solver type that is none or cannot be constructed"),
        Error("DEQ040", "beta outside (0, 2)", fix: true),
        Error("DEQ041", "beta = 1", fix: true),
        Warning("DEQ042", "beta and Steps whose reconstruction error is expected to swamp the state's type"),
        Error("DEQ043", "conflicting gradient modes", fix: true),
        Warning("DEQ044", "reversible with JacobianReg"),
        Error("DEQ045", "reversible with a solver of another kind", fix: true),
        Error("DEQ046", "phantom steps, damping"),
        Error("DEQ047", "shine, or the forward inverse as preconditioner, without a Broyden forward solve"),
        Error("DEQ050", "gamma negative or not finite"),
        Info("DEQ051", "gamma zero"),
        Error("DEQ052", "probes below 1, frequency outside [0, 1]"),
        Warning("DEQ060", "one of our attributes without [EquilibriumLayer]", fix: true),
        Warning("DEQ061", "ordinary dropout or another random call in a cell", fix: true),
        Warning("DEQ062", "in-place on a state"),
        Warning("DEQ063", "no_grad/detach in a cell"),
        Warning("DEQ064", "BatchNorm in a cell"),
        Error("DEQ065", "language version too old"),

        Error("DEQ017", "layer derived from a layer"),
        Error("DEQ024", "several methods for the initial state"),
        Error("DEQ035", "stop mode that does not exist"),
        Error("DEQ037", "unknown gradient mode"),
        Error("DEQ048", "unrolled gradient through another solver than it can go through"),
    ];

    private static DesignedRule Error(string id, string meaning, bool fix = false) => new(id, DiagnosticSeverity.Error, meaning, fix);

    private static DesignedRule Warning(string id, string meaning, bool fix = false) => new(id, DiagnosticSeverity.Warning, meaning, fix);

    private static DesignedRule Info(string id, string meaning) => new(id, DiagnosticSeverity.Info, meaning, HasFix: false);
}
