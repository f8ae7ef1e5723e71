using Deq.Solvers;
using static TorchSharp.torch;

namespace Deq.Tests.Generators.Twins;

/// <summary>Options in two writings: as attributes, and as the runtime has them.</summary>
internal static class TwinOptions
{
    public static readonly IReadOnlyList<(string Attributes, EquilibriumOptions Options)> All =
    [
        ("", new()),
        ("Solver(\"anderson\", Memory = 4, Damping = 0.9, MaxEvaluations = 60, Tolerance = 1e-10, StopMode = StopMode.Absolute)",
            new() { Solver = new Anderson { Memory = 4, Damping = 0.9 }, MaxEvaluations = 60, Tolerance = 1e-10, StopMode = StopMode.Absolute }),
        ("Solver(\"picard\", Damping = 0.8, MaxEvaluations = 80, CheckEvery = 3, InferenceMaxEvaluations = 5, InferenceTolerance = 0.5)",
            new() { Solver = new Picard { Damping = 0.8 }, MaxEvaluations = 80, CheckEvery = 3, InferenceMaxEvaluations = 5, InferenceTolerance = 0.5 }),
        ("Solver(\"broyden\", LineSearch = true, Memory = 9, MaxEvaluations = 60, Tolerance = 1e-10)",
            new() { Solver = new Broyden { LineSearch = true, Memory = 9 }, MaxEvaluations = 60, Tolerance = 1e-10 }),
        ("Solver(\"broyden\", Damping = 0.7, MaxEvaluations = 60, Tolerance = 1e-8), BackwardSolver(\"broyden\", Damping = 0.8)",
            new() { Solver = new Broyden { Damping = 0.7 }, MaxEvaluations = 60, Tolerance = 1e-8, BackwardSolver = new Broyden { Damping = 0.8 } }),
        ("Solver(\"newton_krylov\", Memory = 7, MaxEvaluations = 90, Tolerance = 1e-8)", new() { Solver = new NewtonKrylov { Memory = 7 }, MaxEvaluations = 90, Tolerance = 1e-8 }),
        ("Solver(typeof(Deq.Solvers.Picard), MaxEvaluations = 70, Tolerance = 1e-9)", new() { Solver = new Picard(), MaxEvaluations = 70, Tolerance = 1e-9 }),
        ("BackwardSolver(\"picard\", Damping = 0.7, MaxEvaluations = 50, Tolerance = 1e-9, StopMode = StopMode.Absolute)",
            new() { BackwardSolver = new Picard { Damping = 0.7 }, BackwardMaxEvaluations = 50, BackwardTolerance = 1e-9, BackwardStopMode = StopMode.Absolute }),
        ("Solver(\"broyden\"), BackwardSolver(\"gmres\", Precondition = true, Memory = 6, MaxEvaluations = 40, Tolerance = 1e-9)",
            new() { Solver = new Broyden(), BackwardSolver = new Gmres { Precondition = true, Memory = 6 }, BackwardMaxEvaluations = 40, BackwardTolerance = 1e-9 }),
        ("BackwardSolver(typeof(Deq.Solvers.Broyden))", new() { BackwardSolver = new Broyden() }),
        ("Solver(\"broyden\"), Gradient(\"shine\")", new() { Solver = new Broyden(), Gradient = GradientMode.Shine }),
        ("Solver(\"broyden\"), Gradient(\"shine\", Refine = 3), BackwardSolver(\"gmres\")",
            new() { Solver = new Broyden(), Gradient = GradientMode.Shine, GradientRefinement = 3, BackwardSolver = new Gmres() }),
        ("Gradient(\"phantom\", Steps = 3, Damping = 0.75)", new() { Gradient = GradientMode.Phantom, GradientSteps = 3, GradientDamping = 0.75 }),
        ("Gradient(\"neumann\", Steps = 2)", new() { Gradient = GradientMode.Neumann, GradientSteps = 2 }),
        ("Gradient(\"jacobian_free\")", new() { Gradient = GradientMode.JacobianFree }),
        ("Solver(\"picard\", MaxEvaluations = 12), Gradient(\"unrolled\")", new() { Solver = new Picard(), MaxEvaluations = 12, Gradient = GradientMode.Unrolled }),
        ("Solver(\"anderson\", MaxEvaluations = 9), Gradient(\"unrolled\")", new() { Solver = new Anderson(), MaxEvaluations = 9, Gradient = GradientMode.Unrolled }),
        ("Solver(\"broyden\", MaxEvaluations = 9), Gradient(\"unrolled\")", new() { Solver = new Broyden(), MaxEvaluations = 9, Gradient = GradientMode.Unrolled }),
        ("BackwardSolver(\"broyden\", LineSearch = true, Memory = 8)", new() { BackwardSolver = new Broyden { LineSearch = true, Memory = 8 } }),
        ("JacobianReg(0.5, Probes = 2, Frequency = 0.75)", new() { JacobianGamma = 0.5, JacobianProbes = 2, JacobianFrequency = 0.75 }),
        ("JacobianReg(0.5, Attach = true)", new() { JacobianGamma = 0.5, JacobianAttach = true }),
        ("JacobianReg(0.5, ThroughState = true)", new() { JacobianGamma = 0.5, JacobianThroughState = true }),
        ("JacobianReg(0.5, ThroughState = true), FixedPointCorrection(2)", new() { JacobianGamma = 0.5, JacobianThroughState = true, CorrectionStates = 2 }),
        ("FixedPointCorrection(3, Decay = 0.5)", new() { CorrectionStates = 3, CorrectionDecay = 0.5 }),
        ("Reversible(0.8, Steps = 10, KeepEvery = 2, Tolerance = 1e-7, StateType = ScalarType.Float64)",
            new() { Beta = 0.8, Steps = 10, KeepEvery = 2, Tolerance = 1e-7, StateType = ScalarType.Float64 }),
        ("Reversible(0.6), JacobianReg(0.5)", new() { Beta = 0.6, JacobianGamma = 0.5 }),
    ];
}
