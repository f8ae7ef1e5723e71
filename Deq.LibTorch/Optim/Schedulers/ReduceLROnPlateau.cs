namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Times a factor when a metric has not improved for some epochs.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    private readonly bool _smallest;
                    private readonly bool _relative;
                    private readonly double _factor;
                    private readonly int _patience;
                    private readonly double _threshold;
                    private readonly int _cooldown;
                    private readonly double[] _lowest;
                    private readonly double _leastChange;
                    private double _best;
                    private int _epochsWithout;
                    private int _resting;

                    public ReduceLROnPlateau(
                        Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10, double threshold = 1e-4,
                        string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1e-8, bool verbose = false)
                        : base(optimizer, -1, verbose)
                    {
                        if (!(factor < 1)) throw new ArgumentException($"factor is {factor}: it must be less than 1.", nameof(factor));
                        if (mode is not ("min" or "max")) throw new ArgumentException($"mode is '{mode}': it must be 'min' or 'max'.", nameof(mode));
                        if (threshold_mode is not ("rel" or "abs"))
                            throw new ArgumentException($"threshold_mode is '{threshold_mode}': it must be 'rel' or 'abs'.", nameof(threshold_mode));

                        _smallest = mode == "min";
                        _relative = threshold_mode == "rel";
                        (_factor, _patience, _threshold, _cooldown, _leastChange) = (factor, patience, threshold, cooldown, eps);
                        _lowest = min_lr switch
                        {
                            null or { Count: 0 } => new double[_base_lrs.Count],
                            { Count: 1 } => [.. Enumerable.Repeat(min_lr[0], _base_lrs.Count)],
                            _ => PerGroup(min_lr, _base_lrs.Count, nameof(min_lr)),
                        };
                        _best = _smallest ? double.PositiveInfinity : double.NegativeInfinity;
                    }

                    public override void step()
                        => throw new InvalidOperationException("This schedule looks at a metric: call step(metric).");

                    public override void step(int? epoch) => step();

                    public override void step(double current, int? epoch = null)
                    {
                        _step_count++;
                        _last_epoch = epoch ?? _last_epoch + 1;
                        if (IsBetter(current)) (_best, _epochsWithout) = (current, 0);
                        else _epochsWithout++;

                        if (_resting > 0) (_resting, _epochsWithout) = (_resting - 1, 0);
                        if (_epochsWithout <= _patience) return;

                        (_resting, _epochsWithout) = (_cooldown, 0);
                        var groups = Groups;
                        for (var group = 0; group < groups.Count; group++)
                        {
                            var reduced = Math.Max(groups[group].LearningRate * _factor, _lowest[group]);
                            if (groups[group].LearningRate - reduced > _leastChange) groups[group].LearningRate = reduced;
                            _last_lrs[group] = groups[group].LearningRate;
                        }
                    }

                    private bool IsBetter(double value)
                    {
                        if (_smallest) return value < (_relative ? _best * (1 - _threshold) : _best - _threshold);
                        return value > (_relative ? _best * (1 + _threshold) : _best + _threshold);
                    }
                }
            }
        }
    }
}
