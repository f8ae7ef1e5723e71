namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Schedules one after another, the next from its milestone on.</summary>
                public class SequentialLR : LRScheduler
                {
                    private readonly LRScheduler[] _schedulers;
                    private readonly int[] _milestones;

                    public SequentialLR(Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<int> milestones, int last_epoch = -1)
                        : base(optimizer, last_epoch + 1)
                    {
                        _schedulers = [.. schedulers];
                        _milestones = [.. milestones];
                        if (_schedulers.Any(scheduler => scheduler._optimizer != optimizer))
                            throw new ArgumentException("A schedule in the sequence is another optimiser's.", nameof(schedulers));
                        if (_milestones.Length != _schedulers.Length - 1)
                        {
                            throw new ArgumentException(
                                $"{_schedulers.Length} schedules have {_schedulers.Length - 1} milestones between them: {_milestones.Length} were given.", nameof(milestones));
                        }

                        // Each took its first step when it was made: taken back, then the first one's taken again.
                        foreach (var group in Groups) group.LearningRate = group.InitialLearningRate;
                        foreach (var scheduler in _schedulers) scheduler._last_epoch--;
                        _schedulers[0].step();
                        _last_lrs = [.. _schedulers[0]._last_lrs];
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        var passed = _milestones.Count(milestone => milestone <= _last_epoch);
                        if (passed > 0 && _milestones[passed - 1] == _last_epoch) _schedulers[passed].step(0);
                        else _schedulers[passed].step();
                        return base.get_lr();
                    }
                }

                /// <summary>Several schedules at once, each on what the one before it left.</summary>
                public class ChainedLR : LRScheduler
                {
                    private readonly LRScheduler[] _schedulers;

                    public ChainedLR(IEnumerable<LRScheduler> schedulers) => _schedulers = [.. schedulers];

                    public override void step()
                    {
                        foreach (var scheduler in _schedulers) scheduler.step();
                    }
                }
            }
        }
    }
}
