using System.CommandLine;
using Deq.Samples.Progress;
using static TorchSharp.torch;

namespace Deq.Samples.Commands;

/// <summary>The options that every training has, whatever it trains: they do not change its result.</summary>
internal sealed class RunOptions
{
    private readonly Option<bool> resume = new("--resume") { Description = "go on from the checkpoint in --out, with the same settings" };
    private readonly Option<int> checkpointEvery = NumberOption.Create("--checkpoint-every", 0, 0, 100_000_000, "steps between two checkpoints; 0 for one a minute");
    private readonly MachineOptions machine = new();

    public IEnumerable<Option> All => [resume, checkpointEvery, .. machine.All];

    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Options.Add(option);
    }

    /// <summary>The command line as it was given, for a report, in a form that a shell reads back.</summary>
    public static string CommandLine(ParseResult result) => string.Join(' ', ["deq-samples", .. result.Tokens.Select(token => Quoted(token.Value))]);

    public bool Resume(ParseResult result) => result.GetValue(resume);

    public int CheckpointEvery(ParseResult result) => result.GetValue(checkpointEvery);

    /// <exception cref="SampleException">Both forms of output are asked for.</exception>
    public ITrainingView View(ParseResult result) => machine.View(result);

    /// <summary>Sets the library's threads where the command line says how many.</summary>
    public void ApplyThreads(ParseResult result) => machine.ApplyThreads(result);

    /// <exception cref="SampleException">There is no such device here.</exception>
    public Device Device(ParseResult result) => machine.Device(result);

    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || "-_./:,=+@%".Contains(letter)) ? word : $"'{word.Replace("'", @"'\''")}'";
}
