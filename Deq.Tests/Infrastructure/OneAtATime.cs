// torch's random generator, its live-tensor counts and its thread settings are one for the process: tests take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
