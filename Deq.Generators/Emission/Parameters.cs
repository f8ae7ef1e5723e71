namespace Deq.Generators.Emission;

internal static class Parameters
{
    public static string Declare(IEnumerable<ParameterModel> parameters) =>
        string.Join(", ", parameters.Select(parameter => $"{parameter.Type} {parameter.Name}"));
}
