using System.CommandLine;
using Deq.Samples.Transformer;

namespace Deq.Samples.Commands;

internal static class CheckpointOption
{
    public static Option<string> Create() => new("--checkpoint")
    {
        Description = "checkpoint of 'transformer train'",
        DefaultValueFactory = _ => Path.Combine(new TransformerSettings().Output, TransformerRun.ModelFile),
    };
}
