using Deq.Benchmarks;
using Deq.Benchmarks.Binding;
using Deq.Benchmarks.Generators;
using Deq.Benchmarks.Solvers;
using Deq.Benchmarks.Timing;

// What the memory table starts for every figure: a process whose peak is that figure's alone.
if (args is [PeakMemory.Command, .. var rest]) return PeakMemory.RunChild(rest, Console.Out);

ISuite[] suites = [new BindingSuite(), new SolverSuite(), new GeneratorSuite()];
List<ISuite> chosen = [];
SuiteSettings settings = new();
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--smoke":
            settings = settings with { Smoke = true };
            break;
        case "--rounds" when i + 1 < args.Length && int.TryParse(args[i + 1], out int rounds) && rounds > 0:
            settings = settings with { Rounds = rounds };
            i++;
            break;
        case "--processor-time":
            Clock.CountsProcessorTime = true;
            break;
        case "--table" when i + 1 < args.Length:
            settings = settings with { Table = args[++i] };
            break;
        case "--rounds":
            return Refuse("--rounds takes a number of at least 1, such as --rounds 5");
        case var name when suites.FirstOrDefault(suite => suite.Name == name) is { } suite:
            chosen.Add(suite);
            break;
        default:
            return Refuse($"there is no suite or option '{args[i]}'");
    }
}

if (chosen.Count == 0) return Refuse("no suite was named");
foreach (ISuite suite in chosen) suite.Run(Console.Out, settings);
return 0;

int Refuse(string complaint)
{
    Console.Error.WriteLine($"deq-benchmarks: {complaint}; allowed are {string.Join(", ", suites.Select(suite => suite.Name))}, --rounds N, --table NAME, --processor-time and --smoke");
    return 2;
}
