using Deq.Samples.Commands;

return SampleProgram.Run(args, Console.Out, Console.Error);
