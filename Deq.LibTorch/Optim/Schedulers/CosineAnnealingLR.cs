namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>Half a cosine from the rate down to eta_min in T_max epochs, and back, without end (SGDR without restarts).</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    private readonly double _period;
                    private readonly double _lowest;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1, bool verbose = false)
                        : base(optimizer, last_epoch, verbose)
                    {
                        if (!(T_max > 0)) throw new ArgumentOutOfRangeException(nameof(T_max), T_max, "T_max must be a positive number of epochs.");
                        (_period, _lowest) = (T_max, eta_min);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (_last_epoch == 0) return Scaled(1);

                        // The recurrence divides by 0 one epoch after the lowest point.
                        if ((_last_epoch - 1 - _period) % (2 * _period) == 0)
                        {
                            var rise = (1 - Math.Cos(Math.PI / _period)) / 2;
                            return Groups.Select((group, index) => group.LearningRate + (_base_lrs[index] - _lowest) * rise);
                        }

                        var ratio = (1 + Math.Cos(Math.PI * _last_epoch / _period)) / (1 + Math.Cos(Math.PI * (_last_epoch - 1) / _period));
                        return Groups.Select(group => ratio * (group.LearningRate - _lowest) + _lowest);
                    }

                    protected override IEnumerable<double> get_closed_form_lr()
                        => _base_lrs.Select(rate => _lowest + (rate - _lowest) * (1 + Math.Cos(Math.PI * _last_epoch / _period)) / 2);
                }
            }
        }
    }
}
