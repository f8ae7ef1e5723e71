using System.CommandLine;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary>The options of a <c>train</c> command that ask for explicit twins beside an equilibrium model.</summary>
internal sealed class TwinPlanOptions
{
    private const int MostLayers = 64;

    private readonly Option<int> stacked = NumberOption.Create("--explicit", 0, 0, MostLayers, "train a twin of so many stacked untied layers and equal parameters as well");
    private readonly Option<int> tied = NumberOption.Create("--tied", 0, 0, MostLayers, "train a twin that applies the same cell so many times as well");

    public IEnumerable<Option> All => [stacked, tied];

    /// <summary>The twins that the command line asks for.</summary>
    public IReadOnlyList<TwinPlan> Bind(ParseResult result)
    {
        var twins = new List<TwinPlan>();
        if (result.GetValue(stacked) is > 0 and int layers) twins.Add(new TwinPlan(layers, Tied: false));
        if (result.GetValue(tied) is > 0 and int applications) twins.Add(new TwinPlan(applications, Tied: true));
        return twins;
    }
}
