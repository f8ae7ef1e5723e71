namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The initial rate times a function of the epoch.</summary>
                public class LambdaLR : LRScheduler
                {
                    private readonly Func<int, double>[] _factors;

                    public LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, optimizer.ParamGroups.Select(_ => lr_lambda), last_epoch, verbose)
                    {
                    }

                    public LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _factors = PerGroup(lr_lambdas, _base_lrs.Count, nameof(lr_lambdas));
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => _base_lrs.Select((rate, group) => rate * _factors[group](_last_epoch));
                }

                /// <summary>The rate times a function of the epoch, at each epoch.</summary>
                public class MultiplicativeLR : LRScheduler
                {
                    private readonly Func<int, double>[] _factors;

                    public MultiplicativeLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, optimizer.ParamGroups.Select(_ => lr_lambda), last_epoch, verbose)
                    {
                    }

                    public MultiplicativeLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        _factors = PerGroup(lr_lambdas, _base_lrs.Count, nameof(lr_lambdas));
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                        => Groups.Select((group, index) => _last_epoch > 0 ? group.LearningRate * _factors[index](_last_epoch) : group.LearningRate);
                }

                private static T[] PerGroup<T>(IEnumerable<T> values, int groups, string argument)
                {
                    T[] given = [.. values];
                    return given.Length == groups
                        ? given
                        : throw new ArgumentException($"{argument} has {given.Length} value(s), the optimiser {groups} group(s): give one for each.", argument);
                }
            }
        }
    }
}
