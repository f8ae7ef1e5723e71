using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>Optimisers in numbers: what one of torch's is held against, for a few steps of known gradients.</summary>
internal static class WrittenOutSteps
{
    private const int Steps = 4;

    /// <summary>From weight, gradient and the number of the step to the next weight; it remembers its moments.</summary>
    public delegate double Step(double weight, double gradient, int number);

    /// <summary>The decay is part of the gradient.</summary>
    public static Func<Step> Adam(double rate, double beta1, double beta2, double decay) => () =>
    {
        Step plain = Moments(rate, beta1, beta2);
        return (weight, gradient, number) => plain(weight, gradient + decay * weight, number);
    };

    /// <summary>The decay shrinks the weight by itself.</summary>
    public static Func<Step> AdamW(double rate, double beta1, double beta2, double decay) => () =>
    {
        Step plain = Moments(rate, beta1, beta2);
        return (weight, gradient, number) => plain(weight * (1 - rate * decay), gradient, number);
    };

    /// <summary>Nesterov's momentum as torch has it: v = mu v + g, and a step along g + mu v.</summary>
    public static Func<Step> Nesterov(double rate, double momentum, double decay) => () =>
    {
        double velocity = 0;
        return (weight, gradient, number) =>
        {
            double along = gradient + decay * weight;
            velocity = number == 1 ? along : momentum * velocity + along;
            return weight - rate * (along + momentum * velocity);
        };
    };

    /// <summary>Gives every parameter the same gradients, and follows one element of each.</summary>
    public static void Check(nn.Module model, OptimizerHelper optimizer, Func<Step> expected)
    {
        Parameter[] parameters = [.. model.parameters()];
        (double Weight, Step Step)[] followed = [.. parameters.Select(parameter => (First(parameter), expected()))];
        for (int number = 1; number <= Steps; number++)
        {
            double gradient = number % 2 == 0 ? -0.3 * number : 0.5;
            foreach (Parameter parameter in parameters) parameter.grad = full_like(parameter, gradient);
            optimizer.step();
            for (int i = 0; i < parameters.Length; i++)
            {
                followed[i].Weight = followed[i].Step(followed[i].Weight, gradient, number);
                Assert.Equal(followed[i].Weight, First(parameters[i]), 2e-6 * (1 + Math.Abs(followed[i].Weight)));
            }
        }

        static double First(Parameter parameter)
        {
            using Tensor flat = parameter.detach().reshape(-1);
            return flat[0].item<float>();
        }
    }

    private static Step Moments(double rate, double beta1, double beta2)
    {
        double mean = 0, square = 0;
        return (weight, gradient, number) =>
        {
            mean = beta1 * mean + (1 - beta1) * gradient;
            square = beta2 * square + (1 - beta2) * gradient * gradient;
            return weight - rate * (mean / (1 - Math.Pow(beta1, number))) / (Math.Sqrt(square / (1 - Math.Pow(beta2, number))) + 1e-8);
        };
    }
}
