using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class AdamWTests
{
    private static readonly AdamWOptions Options = new() { Beta1 = .9, Beta2 = .98, Epsilon = 1e-6, WeightDecay = .2 };

    [Test]
    public void Steps_are_those_of_the_formula_in_double_precision()
    {
        const int size = 37;
        Random random = new(5);
        double[] weights = [.. Enumerable.Range(0, size).Select(_ => (double)(float)(random.NextDouble() - .5))];
        double[] mean = new double[size], square = new double[size];
        using Parameter parameter = new(tensor(weights.Select(weight => (float)weight).ToArray(), [1, size]));
        using AdamW optimizer = new([("matrix", parameter)], Options);
        for (int step = 1; step <= 25; step++)
        {
            float[] gradient = [.. Enumerable.Range(0, size).Select(_ => (float)(random.NextDouble() - .5) * 3)];
            parameter.grad = tensor(gradient, [1, size]);
            double norm = Math.Sqrt(gradient.Sum(each => (double)each * each));
            double rate = .01 / step;
            Assert.That(optimizer.Step(rate, maximumNorm: 2), Is.EqualTo(norm).Within(1e-6 * norm));
            double scale = norm > 2 ? 2 / (norm + 1e-6) : 1;
            for (int i = 0; i < size; i++)
            {
                double g = gradient[i] * scale;
                mean[i] = (Options.Beta1 * mean[i]) + ((1 - Options.Beta1) * g);
                square[i] = (Options.Beta2 * square[i]) + ((1 - Options.Beta2) * g * g);
                double unbiased = mean[i] / (1 - Math.Pow(Options.Beta1, step));
                double root = Math.Sqrt(square[i] / (1 - Math.Pow(Options.Beta2, step)));
                weights[i] -= (rate * Options.WeightDecay * weights[i]) + (rate * unbiased / (root + Options.Epsilon));
            }
        }

        Assert.That(parameter.data<float>().ToArray().Select(weight => (double)weight), Is.EqualTo(weights).Within(2e-6));
        Assert.That(optimizer.Steps, Is.EqualTo(25));
    }

    [Test]
    public void Steps_are_those_of_libtorch()
    {
        using Tensor start = randn(9, 5, generator: new Generator(3));
        using Parameter ours = new(start.clone());
        using Parameter theirs = new(start.clone());
        using AdamW optimizer = new([("matrix", ours)], Options);
        using optim.Optimizer reference = optim.AdamW([theirs], lr: .02, beta1: Options.Beta1, beta2: Options.Beta2, eps: Options.Epsilon, weight_decay: Options.WeightDecay);
        for (int step = 0; step < 10; step++)
        {
            using Tensor gradient = randn(9, 5, generator: new Generator((ulong)step));
            ours.grad = gradient.clone();
            theirs.grad = gradient.clone();
            optimizer.Step(.02);
            reference.step();
        }

        Assert.That(ours.sub(theirs).abs().max().item<float>(), Is.LessThan(2e-6f));
    }

    [Test]
    public void Only_matrices_decay_and_only_what_has_a_gradient_moves()
    {
        using Parameter matrix = new(ones(2, 3));
        using Parameter vector = new(ones(3));
        using Parameter idle = new(ones(2, 2));
        using AdamW optimizer = new([("matrix", matrix), ("vector", vector), ("idle", idle)], Options);
        Assert.That(optimizer.Decaying, Is.EqualTo(["matrix", "idle"]));
        matrix.grad = zeros(2, 3);
        vector.grad = zeros(3);
        optimizer.Step(.1);
        Assert.That(matrix.data<float>(), Is.All.EqualTo(1 - (.1f * .2f)).Within(1e-6));
        Assert.That(vector.data<float>(), Is.All.EqualTo(1f));
        Assert.That(idle.data<float>(), Is.All.EqualTo(1f));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_changes_nothing(float value)
    {
        using Parameter parameter = new(ones(2, 2));
        using AdamW optimizer = new([("matrix", parameter)], Options);
        parameter.grad = full(2, 2, value);
        Assert.That(optimizer.Step(.1, 1), Is.Not.EqualTo(0).And.Matches<double>(norm => !double.IsFinite(norm)));
        Assert.That(parameter.data<float>(), Is.All.EqualTo(1f));
        Assert.That(optimizer.Steps, Is.Zero);
    }

    [Test]
    public void Options_out_of_range_are_refused_by_name()
    {
        Assert.That(() => new AdamW([], Options with { Beta1 = 1 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Beta1"));
        Assert.That(() => new AdamW([], Options with { Epsilon = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Epsilon"));
        Assert.That(() => new AdamW([("half", new Parameter(ones(2, dtype: float16)))], Options), Throws.ArgumentException.With.Message.Contains("'half'"));
    }
}
