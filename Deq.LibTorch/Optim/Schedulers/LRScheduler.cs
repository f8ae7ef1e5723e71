namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>Changes the learning rates of an optimiser's groups, once a step. Making one takes the first step.</summary>
            public abstract class LRScheduler
            {
                protected int _step_count;

                private readonly bool _verbose;

                protected LRScheduler()
                {
                }

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    _verbose = verbose;
                    _optimizer = optimizer;
                    _last_epoch = last_epoch;
                    _base_lrs = [.. Groups.Select(group => group.InitialLearningRate)];
                    _last_lrs = [.. Groups.Select(group => group.LearningRate)];
                }

                internal Optimizer? _optimizer { get; }

                internal int _last_epoch { get; set; } = -1;

                internal IList<double> _base_lrs { get; } = [];

                internal IList<double> _last_lrs { get; set; } = [];

                private protected IReadOnlyList<ILearningRateController> Groups => [.. _optimizer!.ParamGroups];

                public IEnumerable<double> get_last_lr() => _last_lrs;

                public virtual void step() => step(null);

                /// <param name="epoch">Goes to this epoch, by the closed form of the schedule where it has one.</param>
                public virtual void step(int? epoch)
                {
                    _step_count++;
                    _last_epoch = epoch ?? _last_epoch + 1;
                    var rates = (epoch is null ? get_lr() : get_closed_form_lr()).ToList();
                    var groups = Groups;
                    for (var group = 0; group < _base_lrs.Count; group++)
                    {
                        if (_verbose && _last_lrs[group] != rates[group])
                            Console.WriteLine($"Epoch {_last_epoch}: the learning rate of group {group} is {rates[group]}.");
                        groups[group].LearningRate = rates[group];
                        _last_lrs[group] = rates[group];
                    }
                }

                /// <param name="current">A metric, for the schedules that look at one.</param>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                /// <summary>The rates of this epoch from those of the one before it.</summary>
                protected virtual IEnumerable<double> get_lr() => Groups.Select(group => group.LearningRate);

                /// <summary>The rates of this epoch from the initial ones.</summary>
                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                private protected IEnumerable<double> Scaled(double factor) => Groups.Select(group => group.LearningRate * factor);

                private protected IEnumerable<double> Initial(double factor) => _base_lrs.Select(rate => rate * factor);
            }

            public static partial class impl
            {
            }
        }
    }
}
