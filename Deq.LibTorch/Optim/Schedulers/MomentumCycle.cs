namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static partial class impl
            {
                /// <summary>The momentum of each group (for Adam the first beta), which moves against the rate: least where that is largest.</summary>
                private sealed class MomentumCycle
                {
                    private readonly IReadOnlyList<ILearningRateController> _groups;
                    private readonly double[] _least;
                    private readonly double[] _most;

                    public MomentumCycle(IReadOnlyList<ILearningRateController> groups, double[] least, double[] most)
                    {
                        if (groups.Any(group => group is not (IMomentum or IBetas)))
                            throw new ArgumentException("The optimiser has no momentum to cycle: give cycle_momentum: false.", nameof(groups));
                        (_groups, _least, _most) = (groups, least, most);
                        Set(group => _most[group]);
                    }

                    public double At(int group, bool rateIsLargest) => rateIsLargest ? _least[group] : _most[group];

                    public void Set(Func<int, double> momentum)
                    {
                        for (var group = 0; group < _groups.Count; group++)
                        {
                            if (_groups[group] is IMomentum single) single.Momentum = momentum(group);
                            else if (_groups[group] is IBetas pair) pair.Betas = (momentum(group), pair.Betas.Item2);
                        }
                    }
                }
            }
        }
    }
}
