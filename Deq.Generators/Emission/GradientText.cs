using Deq.Generators.Parsing;

namespace Deq.Generators.Emission;

/// <summary>What emitted comments say of a layer's gradient: the equation, its source, and what each step of a solve is there for.</summary>
internal static class GradientText
{
    /// <summary>The gradient in a sentence about the layer's value.</summary>
    public static string Of(OptionsModel options) => options.IsReversible || options.Gradient == GradientKind.Unrolled
        ? "its gradient is exact for the steps taken"
        : $"its gradient is the {Name(options)} one";

    /// <summary>Where the iterations of the solve are recorded.</summary>
    public static string Iterations(OptionsModel options) =>
        options.Gradient == GradientKind.Unrolled ? "every iteration on the tape where a gradient is wanted" : "on no tape";

    /// <summary>What the tape is there for.</summary>
    public static string Tape(EquilibriumModel equilibrium) => equilibrium.Options.Gradient switch
    {
        GradientKind.Phantom => $"Damped steps z <- t {Method(equilibrium)}(z) + (1 - t) z on the tape, from the detached fixed point: the gradient goes back through them.",
        GradientKind.JacobianFree => "One evaluation on the tape, at the detached fixed point: the value, and what carries its gradient on.",
        GradientKind.Unrolled => "The tape of the iterations themselves.",
        _ => "One evaluation on the tape, at the detached fixed point: the value and every product with its Jacobian read it.",
    };

    /// <summary>What the value is.</summary>
    public static string Value(EquilibriumModel equilibrium) => equilibrium.Options.Gradient switch
    {
        GradientKind.Phantom => $"The value is {Method(equilibrium)} at the fixed point; {Of(equilibrium.Options)}.",
        GradientKind.Unrolled => $"The value is what the iterations computed; {Of(equilibrium.Options)}.",
        _ => $"The value is that evaluation; {Of(equilibrium.Options)}.",
    };

    /// <summary>What the layer's autograd function does, in the lines of a summary.</summary>
    public static IEnumerable<string> Function(LayerIdentity layer, EquilibriumModel equilibrium)
    {
        string method = Method(equilibrium);
        string reached = Equation.Enumerate(
            [.. equilibrium.Cell.Inputs.Where(input => input.Tensors != InputTensors.None).Select(input => FreeNames.Unescaped(input.Name)), "the parameters"]);
        if (equilibrium.Options.IsReversible)
        {
            return [
                $"Runs the reversible steps of <c>{layer.Name}</c> and, in the backward pass, undoes them one by one: each is rebuilt on a small tape that",
                $"carries the gradient on to {reached}, so that none need be kept (McCallum, Arora, Foster 2025)."];
        }

        string handsOn = $"the taped <c>{method}</c>, through which autograd carries it on to {reached}.";
        return equilibrium.Options.Gradient switch
        {
            GradientKind.Phantom => [
                $"Carries g = dL/dz* back through the taped steps z &lt;- t {method}(z) + (1 - t) z, t and their number as the options say (Geng, Zhang, Bai,",
                $"Wang, Lin 2021), on to {reached}."],
            GradientKind.Neumann => [
                "Turns g = dL/dz* into u = t sum over i &lt; k of ((t J + (1 - t) I)^T)^i g, the first k terms of a series for (I - J^T)^-1 g, k and t as the",
                "options say (Geng, Zhang, Bai, Wang, Lin 2021), and hands u to",
                handsOn],
            GradientKind.JacobianFree => [
                "Takes u = g = dL/dz* for (I - J^T)^-1 g (Fung, Heaton, Li, McKenzie, Osher, Yin 2022) and hands it to",
                handsOn],
            GradientKind.Shine => [
                "Turns g = dL/dz* into u = -H^T g, where H ~ (J - I)^-1 is the inverse that the forward solve's Broyden method has built (Ramzi, Mannel, Bai,",
                $"Starck, Ciuciu, Moreau 2022){(IsRefined(equilibrium.Options) ? ", refines it by products with J^T from there" : "")}, and hands u to",
                handsOn],
            GradientKind.Unrolled => [
                $"Carries g = dL/dz* back through the iterations of the solve, each of them a taped <c>{method}</c>, on to {reached}."],
            _ => [
                "Turns g = dL/dz* into u = (I - J^T)^-1 g, the solution of u = J^T u + g (Bai, Kolter, Koltun 2019, theorem 1), and hands u to",
                handsOn],
        };
    }

    private static string Method(EquilibriumModel equilibrium) => FreeNames.Unescaped(equilibrium.Cell.Method);

    private static bool IsRefined(OptionsModel options) => options.Values.Any(option => option.Property == GradientParser.RefinementOption && option.Expression != "0");

    private static string Name(OptionsModel options) => options.Gradient switch
    {
        GradientKind.Shine => "SHINE",
        GradientKind.Neumann => "Neumann",
        GradientKind.JacobianFree => "Jacobian-free",
        _ => options.Gradient,
    };
}
