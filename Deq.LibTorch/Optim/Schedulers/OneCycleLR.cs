namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>
                /// Up to a largest rate and down to almost nothing, once over the whole training, the momentum moving the other way
                /// (Smith and Topin 2018).
                /// </summary>
                public class OneCycleLR : LRScheduler
                {
                    private readonly int _totalSteps;
                    private readonly bool _cosine;
                    private readonly MomentumCycle? _momentum;
                    private readonly double[] _largest;
                    private readonly double[] _first;
                    private readonly double _finalDivisor;
                    private readonly (double End, Level From, Level To)[] _phases;

                    public OneCycleLR(
                        Optimizer optimizer, double max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1, double pct_start = 0.3,
                        AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true, double base_momentum = 0.85,
                        double max_momentum = 0.95, double div_factor = 25, double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1,
                        bool verbose = false)
                        : this(
                            optimizer, Same(optimizer, max_lr), total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum,
                            Same(optimizer, base_momentum), Same(optimizer, max_momentum), div_factor, final_div_factor, three_phase, last_epoch, verbose)
                    {
                    }

                    public OneCycleLR(
                        Optimizer optimizer, IEnumerable<double> max_lr, int total_steps = -1, int epochs = -1, int steps_per_epoch = -1,
                        double pct_start = 0.3, AnnealStrategy anneal_strategy = AnnealStrategy.Cos, bool cycle_momentum = true,
                        IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null, double div_factor = 25,
                        double final_div_factor = 1e4, bool three_phase = false, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (total_steps < 0 && (epochs < 1 || steps_per_epoch < 1))
                            throw new ArgumentException("Give total_steps, or epochs and steps_per_epoch.", nameof(total_steps));
                        if (!(pct_start >= 0 && pct_start <= 1))
                            throw new ArgumentException($"pct_start is {pct_start}: it is the rising part of the steps, from 0 to 1.", nameof(pct_start));

                        _totalSteps = total_steps >= 0 ? total_steps : epochs * steps_per_epoch;
                        _cosine = anneal_strategy == AnnealStrategy.Cos;
                        _finalDivisor = final_div_factor;
                        _largest = PerGroup(max_lr, _base_lrs.Count, nameof(max_lr));
                        _first = [.. _largest.Select(rate => rate / div_factor)];
                        var rise = pct_start * _totalSteps - 1;
                        _phases = three_phase
                            ? [(rise, Level.First, Level.Largest), (2 * rise, Level.Largest, Level.First), (_totalSteps - 1, Level.First, Level.Last)]
                            : [(rise, Level.First, Level.Largest), (_totalSteps - 1, Level.Largest, Level.Last)];
                        if (cycle_momentum)
                        {
                            _momentum = new(
                                Groups, PerGroup(base_momentum ?? Same(optimizer, 0.85), _base_lrs.Count, nameof(base_momentum)),
                                PerGroup(max_momentum ?? Same(optimizer, 0.95), _base_lrs.Count, nameof(max_momentum)));
                        }

                        step();
                    }

                    public enum AnnealStrategy
                    {
                        Cos = 0,
                        Linear = 1,
                    }

                    private enum Level
                    {
                        First,
                        Largest,
                        Last,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch > _totalSteps)
                            throw new InvalidOperationException($"The schedule is for {_totalSteps} steps: this is step {_last_epoch + 1}.");

                        double start = 0;
                        var (end, from, to) = _phases[0];
                        for (var phase = 1; phase < _phases.Length && _last_epoch > end; phase++)
                        {
                            start = end;
                            (end, from, to) = _phases[phase];
                        }

                        var part = (_last_epoch - start) / (end - start);
                        _momentum?.Set(group => Between(_momentum.At(group, from == Level.Largest), _momentum.At(group, to == Level.Largest), part));
                        return _largest.Select((_, group) => Between(Rate(group, from), Rate(group, to), part));
                    }

                    private double Rate(int group, Level level) => level switch
                    {
                        Level.Largest => _largest[group],
                        Level.First => _first[group],
                        _ => _first[group] / _finalDivisor,
                    };

                    private double Between(double from, double to, double part)
                        => _cosine ? to + (from - to) / 2 * (1 + Math.Cos(Math.PI * part)) : from + (to - from) * part;
                }

                private static double[] Same(Optimizer optimizer, double value) => [.. optimizer.ParamGroups.Select(_ => value)];
            }
        }
    }
}
