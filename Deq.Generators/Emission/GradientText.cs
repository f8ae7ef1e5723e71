namespace Deq.Generators.Emission;

/// <summary>What emitted comments say of a layer's gradient.</summary>
internal static class GradientText
{
    private const string Implicit = "implicit";

    /// <summary>The gradient in a sentence about the layer's value.</summary>
    public static string Of(OptionsModel options) =>
        options.IsReversible ? "its gradient is exact for the steps taken" : $"its gradient is the {Name(options)} one";

    /// <summary>What the value is.</summary>
    public static string Value(EquilibriumModel equilibrium) => equilibrium.Options.Gradient == Implicit
        ? $"The value is that evaluation; {Of(equilibrium.Options)}."
        : $"The value is {FreeNames.Unescaped(equilibrium.Cell.Method)} at the fixed point; {Of(equilibrium.Options)}.";

    /// <summary>What the tape is there for.</summary>
    public static string Tape(OptionsModel options) => options.Gradient == Implicit
        ? "One evaluation on the tape, at the detached fixed point: the value and every product with its Jacobian read it."
        : $"What the {Name(options)} gradient needs of the cell, on the tape.";

    /// <summary>What the layer's autograd function does, in the lines of a summary.</summary>
    public static IEnumerable<string> Function(LayerIdentity layer, EquilibriumModel equilibrium)
    {
        string method = FreeNames.Unescaped(equilibrium.Cell.Method);
        string reached = Equation.Enumerate(
            [.. equilibrium.Cell.Inputs.Where(input => input.IsTensor).Select(input => FreeNames.Unescaped(input.Name)), "the parameters"]);
        if (equilibrium.Options.IsReversible)
        {
            return [
                $"Runs the reversible steps of <c>{layer.Name}</c> and, in the backward pass, undoes them one by one: each is rebuilt on a small tape that",
                $"carries the gradient on to {reached}, so that none need be kept (McCallum, Arora, Foster 2025)."];
        }
        return equilibrium.Options.Gradient == Implicit
            ? [
                "Turns g = dL/dz* into u = (I - J^T)^-1 g, the solution of u = J^T u + g (Bai, Kolter, Koltun 2019, theorem 1), and hands u to",
                $"the taped <c>{method}</c>, through which autograd carries it on to {reached}."]
            : [
                $"Turns g = dL/dz* into the u that the {Name(equilibrium.Options)} gradient takes for (I - J^T)^-1 g, and hands u to the taped",
                $"<c>{method}</c>, through which autograd carries it on to {reached}. Options may choose another gradient."];
    }

    private static string Name(OptionsModel options) => options.Gradient == "shine" ? "SHINE" : options.Gradient.Replace('_', '-');
}
