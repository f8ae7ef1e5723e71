using Deq.Benchmarks;
using Deq.Benchmarks.Binding;
using Deq.Benchmarks.Generators;

ISuite[] suites = [new BindingSuite(), new GeneratorSuite()];

string name = args.Length > 0 ? args[0] : "";
if (suites.FirstOrDefault(suite => suite.Name == name) is not { } chosen)
{
    Console.Error.WriteLine($"deq-benchmarks: {(name.Length == 0 ? "no suite was named" : $"there is no suite '{name}'")}; allowed is {string.Join(" or ", suites.Select(suite => suite.Name))}");
    return 2;
}

chosen.Run(Console.Out);
return 0;
