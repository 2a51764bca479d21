using TorchSharp;
using TorchSharp.Modules;
using static AutoGpt.Sdk.Training.Tests.Optimization.SmallRun;
using static TorchSharp.torch;

namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class MuonTests
{
    private static readonly MuonOptions Constants = new() { Momentum = .9, Iterations = 5, StepRootMeanSquare = .3, WeightDecay = .2 };

    [TestCase(6, 9)]
    [TestCase(9, 6)]
    [TestCase(5, 5)]
    public void The_iteration_keeps_singular_vectors_and_takes_each_singular_value_to_about_one(int rows, int columns)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor matrices = randn(3, rows, columns, generator: new Generator(7));
        Tensor ours = Muon.Orthogonalize(matrices, 5);
        Assert.That(Distance(ours, Expected(matrices, 5)), Is.LessThan(2e-5));
        Assert.That(linalg.svdvals(ours).data<float>(), Is.All.InRange(.6f, 1.25f));
    }

    [Test]
    public void Steps_are_those_of_the_formula_in_double_precision()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor start = randn(7, 4, generator: new Generator(3));
        using Parameter parameter = new(start.clone());
        using Parameter other = new(start.t().contiguous());
        using Muon optimizer = new([("one", parameter), ("other", other)], Constants);
        Tensor weights = start.to(float64), momentum = zeros(7, 4, dtype: float64);
        for (int step = 1; step <= 6; step++)
        {
            Tensor gradient = randn(7, 4, generator: new Generator((ulong)step));
            parameter.grad = gradient.clone();
            other.grad = gradient.t().contiguous();
            double rate = .02 / step, norm = Math.Sqrt(2 * gradient.to(float64).square().sum().item<double>());
            Assert.That(optimizer.Step(rate, maximumNorm: 4), Is.EqualTo(norm).Within(1e-5));
            Tensor scaled = gradient.to(float64) * (4 / norm);
            momentum = (momentum * .9) + scaled;
            Tensor direction = Expected((scaled + (momentum * .9)).unsqueeze(0), 5).squeeze(0);
            weights = (weights * (1 - (rate * .2))) - (direction * (rate * .3 * Math.Sqrt(7)));
        }

        Assert.That(Distance(parameter, weights), Is.LessThan(1e-5));
        Assert.That(Distance(other, weights.t()), Is.LessThan(1e-5), "a matrix and its transposed move alike");
        Assert.That(optimizer.Steps, Is.EqualTo(6));
    }

    [Test]
    public void What_has_no_gradient_stays_and_what_is_no_matrix_is_refused()
    {
        using Parameter matrix = new(ones(2, 3));
        using Parameter idle = new(ones(2, 3));
        using Muon optimizer = new([("matrix", matrix), ("idle", idle)], Constants);
        matrix.grad = ones(2, 3);
        optimizer.Step(.1);
        optimizer.ZeroGradients();
        Assert.That(matrix.grad, Is.Null);
        Assert.That(matrix.data<float>(), Has.None.EqualTo(1f));
        Assert.That(idle.data<float>(), Is.All.EqualTo(1f));
        Assert.That(() => new Muon([("vector", new Parameter(ones(3)))]), Throws.ArgumentException.With.Message.StartWith("Parameter 'vector' is Float32 of 1 dimensions"));
    }

    [Test]
    public void A_gradient_that_is_not_finite_changes_nothing()
    {
        using Parameter matrix = new(ones(2, 2));
        using Muon optimizer = new([("matrix", matrix)]);
        matrix.grad = full(2, 2, float.NaN);
        Assert.That(optimizer.Step(.1, 1), Is.NaN);
        Assert.That((matrix.data<float>().Distinct().Single(), optimizer.Steps), Is.EqualTo((1f, 0L)));
    }

    [Test]
    public void A_run_with_it_learns() => Assert.That(
        Run(Options with { Iterations = 150, EvaluationInterval = 150, LearningRate = .02, Muon = new MuonOptions() }).ValidationLoss, Is.LessThan(1.5), "a random guess costs 3.0");

    // By its definition: the polynomial acts on the singular values alone.
    private static Tensor Expected(Tensor matrices, int iterations)
    {
        Tensor exact = matrices.to(float64);
        (Tensor u, Tensor s, Tensor vh) = linalg.svd(exact, fullMatrices: false);
        double[] values = (s / s.square().sum(-1, keepdim: true).sqrt()).contiguous().data<double>().ToArray();
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            values = [.. values.Select(x => (3.4445 * x) - (4.7750 * x * x * x) + (2.0315 * x * x * x * x * x))];
        }

        return u.matmul(diag_embed(tensor(values, s.shape, dtype: float64))).matmul(vh);
    }

    private static double Distance(Tensor one, Tensor other) => (one.detach().to(float64) - other).abs().max().item<double>();
}
