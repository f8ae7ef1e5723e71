namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>A constant fraction of the rate for the first epochs.</summary>
                public class ConstantLR : LRScheduler
                {
                    private readonly double _factor;
                    private readonly int _totalIters;

                    public ConstantLR(Optimizer optimizer, double factor = 1.0 / 3, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        (_factor, _totalIters) = (factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                        => Scaled(_last_epoch == 0 ? _factor : _last_epoch == _totalIters ? 1 / _factor : 1);

                    protected override IEnumerable<double> get_closed_form_lr() => Initial(_last_epoch >= _totalIters ? 1 : _factor);
                }

                /// <summary>A fraction of the rate that moves linearly over the first epochs: a warm-up.</summary>
                public class LinearLR : LRScheduler
                {
                    private readonly double _startFactor;
                    private readonly double _endFactor;
                    private readonly int _totalIters;

                    public LinearLR(
                        Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1, int total_iters = 5, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        ArgumentOutOfRangeException.ThrowIfLessThan(total_iters, 1);
                        (_startFactor, _endFactor, _totalIters) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0) return Scaled(_startFactor);
                        return Scaled(_last_epoch > _totalIters ? 1 : Factor(_last_epoch) / Factor(_last_epoch - 1));
                    }

                    protected override IEnumerable<double> get_closed_form_lr() => Initial(Factor(_last_epoch));

                    private double Factor(int epoch) => _startFactor + (_endFactor - _startFactor) * Math.Min(_totalIters, epoch) / _totalIters;
                }

                /// <summary>(1 - epoch / total)^power of the rate.</summary>
                public class PolynomialLR : LRScheduler
                {
                    private readonly int _totalIters;
                    private readonly double _power;

                    public PolynomialLR(Optimizer optimizer, int total_iters = 5, double power = 1, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        ArgumentOutOfRangeException.ThrowIfLessThan(total_iters, 1);
                        (_totalIters, _power) = (total_iters, power);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                        => Scaled(_last_epoch == 0 || _last_epoch > _totalIters ? 1 : Factor(_last_epoch) / Factor(_last_epoch - 1));

                    protected override IEnumerable<double> get_closed_form_lr() => Initial(Factor(_last_epoch));

                    private double Factor(int epoch) => Math.Pow(1 - (double)Math.Min(_totalIters, epoch) / _totalIters, _power);
                }
            }
        }
    }
}
