using System.CommandLine;
using Deq.Samples.Progress;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Commands;

/// <summary>The options of whatever runs a model, training it or not: on what, and how the output looks.</summary>
internal sealed class MachineOptions
{
    private readonly Option<string> device = new("--device") { Description = "cpu, cuda or cuda:N", DefaultValueFactory = _ => "cpu", HelpName = "DEVICE" };
    private readonly Option<int> threads = ThreadsOption();
    private readonly Option<bool> plain = new("--plain") { Description = "lines of text instead of a live table" };
    private readonly Option<bool> json = new("--json") { Description = "one JSON object a line, for machines" };

    public IEnumerable<Option> All => [device, threads, plain, json];

    /// <exception cref="SampleException">Both forms of output are asked for.</exception>
    public ITrainingView View(ParseResult result)
    {
        if (result.GetValue(json)) Given.Refuse(result, "--json says how the output looks", plain);
        return TrainingViews.Create(result.InvocationConfiguration.Output, result.GetValue(plain), result.GetValue(json));
    }

    /// <summary>Sets the library's threads where the command line says how many.</summary>
    public void ApplyThreads(ParseResult result) => ApplyThreads(result, threads);

    /// <summary>Of a command without the other options.</summary>
    public static Option<int> ThreadsOption() => NumberOption.Create("--threads", 0, 0, 1024, "threads; 0 for the library's choice");

    /// <summary>Sets the library's threads where the command line says how many.</summary>
    public static void ApplyThreads(ParseResult result, Option<int> threads)
    {
        if (result.GetValue(threads) is > 0 and int count) set_num_threads(count);
    }

    /// <exception cref="SampleException">There is no such device here.</exception>
    public Device Device(ParseResult result)
    {
        string name = result.GetRequiredValue(device);
        if (name == "cpu") return CPU;
        int index = 0;
        bool known = name == "cuda" || (name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), System.Globalization.NumberStyles.None, null, out index));
        if (!known) throw new SampleException($"--device got '{name}', allowed is cpu, cuda, cuda:0, cuda:1 ...");
        int count = cuda.is_available() ? cuda.device_count() : 0;
        return index < count
            ? new Device(DeviceType.CUDA, index)
            : throw new SampleException($"--device got '{name}', but torch sees {(count == 0 ? "no CUDA device here; 'deq-samples doctor' says why" : $"only cuda:0 to cuda:{count - 1}")}");
    }
}
