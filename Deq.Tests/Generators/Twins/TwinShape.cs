using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Generators.Twins;

/// <summary>
/// One contraction in two writings: as the source of a layer, and as a function of arrays. With n states and m inputs,
/// z_k' = tanh(0.4 z_k + 0.3 z_(k+1 mod n) + sum_j x_j / (j + k)).
/// </summary>
/// <param name="States">Number of states.</param>
/// <param name="Inputs">Number of inputs.</param>
/// <param name="IsArray">Whether the states are an array, and not as many parameters.</param>
public sealed record TwinShape(int States, int Inputs, bool IsArray = false)
{
    private string StatesType => IsArray ? "Tensor[]" : States == 1 ? "Tensor" : $"({List(States, k => $"Tensor S{k}")})";

    public override string ToString() => $"{(IsArray ? "array of " : "")}{States} x {Inputs}";

    public static Tensor[] Map(Tensor[] states, Tensor[] inputs)
    {
        var next = new Tensor[states.Length];
        for (int k = 1; k <= next.Length; k++)
        {
            var sum = (0.4 * states[k - 1]) + (0.3 * states[k % states.Length]);
            for (int j = 1; j <= inputs.Length; j++) sum += inputs[j - 1] / (j + k);
            next[k - 1] = tanh(sum);
        }
        return next;
    }

    public Tensor[] Start(Tensor[] inputs) => [.. Enumerable.Range(0, States).Select(_ => zeros_like(inputs[0]))];

    /// <param name="name">The layer's.</param>
    /// <param name="attributes">What is written on it, beside that it is one.</param>
    public string Source(string name, string attributes) => $$"""
        [EquilibriumLayer{{(attributes.Length > 0 ? ", " + attributes : "")}}]
        public sealed partial class {{name}}() : Module<{{List(Inputs, _ => "Tensor")}}, {{StatesType}}>("{{name}}")
        {
            [Cell]
            private {{StatesType}} Step({{(IsArray ? "Tensor[] states" : List(States, k => $"Tensor s{k}"))}}, {{List(Inputs, j => $"Tensor x{j}")}}) => {{Pack(Next)}};
            {{(States > 1 || IsArray ? $"[InitialState] private {StatesType} Start(Tensor x1) => {Pack(_ => "zeros_like(x1)")};" : "")}}
        }
        """;

    private string Next(int k) => $"tanh((0.4 * {State(k)}) + (0.3 * {State((k % States) + 1)}){string.Concat(Enumerable.Range(1, Inputs).Select(j => $" + (x{j} / {j + k})"))})";

    private string State(int k) => IsArray ? $"states[{k - 1}]" : $"s{k}";

    private string Pack(Func<int, string> part) => IsArray ? $"[{List(States, part)}]" : States == 1 ? part(1) : $"({List(States, part)})";

    private static string List(int count, Func<int, string> part) => string.Join(", ", Enumerable.Range(1, count).Select(part));
}
