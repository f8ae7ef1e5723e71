using System.Globalization;
using Deq.Solvers;

namespace Deq;

/// <summary>A solver as it is written in an attribute.</summary>
internal static class SolverDeclaration
{
    /// <param name="solver">Any solver.</param>
    public static string Of(Solver solver)
    {
        List<string> parts = [solver is Picard or Anderson or Broyden or NewtonKrylov or Gmres ? $"\"{solver.Name}\"" : $"typeof({solver.GetType().Name})"];
        switch (solver)
        {
            case Picard { Damping: not EquilibriumDefaults.Damping and var damping }:
                parts.Add(Text(nameof(Picard.Damping), damping));
                break;
            case Anderson anderson:
                if (anderson.Memory != EquilibriumDefaults.Memory) parts.Add(Text(nameof(Anderson.Memory), anderson.Memory));
                if (anderson.Damping != EquilibriumDefaults.Damping) parts.Add(Text(nameof(Anderson.Damping), anderson.Damping));
                break;
            case Broyden broyden:
                if (broyden.Memory is { } steps) parts.Add(Text(nameof(Broyden.Memory), steps));
                if (broyden.Damping != EquilibriumDefaults.Damping) parts.Add(Text(nameof(Broyden.Damping), broyden.Damping));
                if (broyden.LineSearch) parts.Add("LineSearch = true");
                break;
            case NewtonKrylov newton when newton.Memory != new NewtonKrylov().Memory:
                parts.Add(Text(nameof(NewtonKrylov.Memory), newton.Memory));
                break;
            case Gmres gmres:
                if (gmres.Memory is { } products) parts.Add(Text(nameof(Gmres.Memory), products));
                if (gmres.Precondition) parts.Add("Precondition = true");
                break;
        }
        return string.Join(", ", parts);
    }

    private static string Text(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} = {value}");
}
