namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Between two rates, up and down without end, the momentum moving the other way (Smith 2017).</summary>
                public class CyclicLR : LRScheduler
                {
                    private readonly double[] _lowest;
                    private readonly double[] _highest;
                    private readonly double _cycle;
                    private readonly double _rise;
                    private readonly Func<double, double> _scale;
                    private readonly bool _scalesByCycle;
                    private readonly MomentumCycle? _momentum;

                    public CyclicLR(
                        Optimizer optimizer, double base_lr, double max_lr, int step_size_up = 2000, int step_size_down = -1, Mode mode = Mode.Triangular,
                        double gamma = 1, Func<double, double>? scale_fn = null, ScaleMode scale_mode = ScaleMode.Cycle, bool cycle_momentum = true,
                        double base_momentum = 0.8, double max_momentum = 0.9, int last_epoch = -1, bool verbose = false)
                        : this(
                            optimizer, Same(optimizer, base_lr), Same(optimizer, max_lr), step_size_up, step_size_down, mode, gamma, scale_fn, scale_mode,
                            cycle_momentum, Same(optimizer, base_momentum), Same(optimizer, max_momentum), last_epoch, verbose)
                    {
                    }

                    public CyclicLR(
                        Optimizer optimizer, IEnumerable<double> base_lr, IEnumerable<double> max_lr, int step_size_up = 2000, int step_size_down = -1,
                        Mode mode = Mode.Triangular, double gamma = 1, Func<double, double>? scale_fn = null, ScaleMode scale_mode = ScaleMode.Cycle,
                        bool cycle_momentum = true, IEnumerable<double>? base_momentum = null, IEnumerable<double>? max_momentum = null,
                        int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        ArgumentOutOfRangeException.ThrowIfLessThan(step_size_up, 1);
                        _lowest = PerGroup(base_lr, _base_lrs.Count, nameof(base_lr));
                        _highest = PerGroup(max_lr, _base_lrs.Count, nameof(max_lr));
                        _cycle = step_size_up + (step_size_down > 0 ? step_size_down : step_size_up);
                        _rise = step_size_up / _cycle;
                        (_scale, _scalesByCycle) = scale_fn is not null ? (scale_fn, scale_mode == ScaleMode.Cycle) : mode switch
                        {
                            Mode.Triangular => (_ => 1, true),
                            Mode.Triangular2 => (cycle => Math.Pow(2, 1 - cycle), true),
                            Mode.ExpRange => ((Func<double, double>)(step => Math.Pow(gamma, step)), false),
                            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode is Triangular, Triangular2 or ExpRange."),
                        };
                        if (cycle_momentum)
                        {
                            _momentum = new(
                                Groups, PerGroup(base_momentum ?? Same(optimizer, 0.8), _base_lrs.Count, nameof(base_momentum)),
                                PerGroup(max_momentum ?? Same(optimizer, 0.9), _base_lrs.Count, nameof(max_momentum)));
                        }

                        step();
                    }

                    public enum Mode
                    {
                        Triangular = 0,
                        Triangular2 = 1,
                        ExpRange = 2,
                    }

                    public enum ScaleMode
                    {
                        Cycle = 0,
                        Iterations = 1,
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        var cycle = Math.Floor(1 + _last_epoch / _cycle);
                        var place = 1 + _last_epoch / _cycle - cycle;
                        var height = (place <= _rise ? place / _rise : (place - 1) / (_rise - 1)) * _scale(_scalesByCycle ? cycle : _last_epoch);
                        _momentum?.Set(group => _momentum.At(group, false) + (_momentum.At(group, true) - _momentum.At(group, false)) * height);
                        return _lowest.Select((rate, group) => rate + (_highest[group] - rate) * height);
                    }
                }
            }
        }
    }
}
