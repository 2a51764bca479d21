using System.Text.Json;

namespace AutoGpt.Sdk.Tests;

public sealed class RunStatisticsTests
{
    [Test]
    public void Figures_of_ten_runs_by_hand()
    {
        RunMetrics[] runs =
        [
            .. Enumerable.Range(1, 10).Select(index => Run(index <= 4 ? "a" : "b", index % 3 == 0 ? AgentStatus.Failed : AgentStatus.Succeeded, tokens: index * 10, seconds: index)),
            Run("c", null, tokens: 1_000_000, seconds: 1_000_000),
        ];
        RunStatistics statistics = RunStatistics.Of(runs);
        Assert.That((statistics.Runs, statistics.Unfinished, statistics.Succeeded, statistics.SuccessRate), Is.EqualTo((10, 1, 7, 0.7)));
        Assert.That(statistics.Statuses, Is.EqualTo(new Dictionary<AgentStatus, int> { [AgentStatus.Succeeded] = 7, [AgentStatus.Failed] = 3 }));
        Assert.That(statistics.TokensPerSuccess, Is.EqualTo(550 / 7.0).Within(1e-12));

        // The 90th percentile lies at 0.9 · 9 = 8.1: a tenth of the way from the ninth value to the tenth.
        Assert.That(statistics.Tokens, Is.EqualTo(new Distribution(55, 10, 55, 91, 99.1, 100)).Using<Distribution>(Near));
        Assert.That(statistics.Seconds, Is.EqualTo(new Distribution(5.5, 1, 5.5, 9.1, 9.91, 10)).Using<Distribution>(Near));

        // (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n) for 7 in 10, worked out apart.
        Assert.That(statistics.SuccessInterval!.Least, Is.EqualTo(0.396778147461).Within(1e-9));
        Assert.That(statistics.SuccessInterval.Most, Is.EqualTo(0.892208732594).Within(1e-9));
    }

    // tau-bench: a goal with 4 runs of which 3 succeed, and one with 6 of which 4 do.
    [Test]
    public void The_probability_that_all_of_k_runs_succeed()
    {
        RunStatistics statistics = RunStatistics.Of(Enumerable.Range(1, 10).Select(index => Run(index <= 4 ? "a" : "b", index is 1 or 5 or 6 ? AgentStatus.Failed : AgentStatus.Succeeded)));
        double[] expected = [((3.0 / 4) + (4.0 / 6)) / 2, ((3.0 / 6) + (6.0 / 15)) / 2, ((1.0 / 4) + (4.0 / 20)) / 2, ((0.0 / 1) + (1.0 / 15)) / 2];
        Assert.That(statistics.PassAll, Is.EqualTo(expected).Within(1e-12));
        Assert.That(RunStatistics.Of([Run("a", AgentStatus.Failed), Run("b", AgentStatus.Succeeded)], _ => "same").PassAll, Is.EqualTo([0.5, 0.0]));
    }

    // Every way to draw k runs is tried.
    [Test]
    public void It_is_what_counting_finds([Range(1, 20)] int seed)
    {
        Random random = new(seed);
        bool[] outcomes = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(3) > 0)];
        RunStatistics statistics = RunStatistics.Of(outcomes.Select(outcome => Run("a", outcome ? AgentStatus.Succeeded : AgentStatus.LimitReached)));
        for (int k = 1; k <= outcomes.Length; k++)
        {
            int[] draws = [.. Enumerable.Range(0, 1 << outcomes.Length).Where(draw => int.PopCount(draw) == k)];
            double share = draws.Count(draw => Enumerable.Range(0, outcomes.Length).All(index => (draw >> index & 1) == 0 || outcomes[index])) / (double)draws.Length;
            Assert.That(statistics.PassAll[k - 1], Is.EqualTo(share).Within(1e-12));
        }
    }

    [Test]
    public void Many_runs_do_not_overflow()
    {
        RunStatistics statistics = RunStatistics.Of(Enumerable.Range(0, 3000).Select(index => Run("a", index == 0 ? AgentStatus.Failed : AgentStatus.Succeeded)));
        Assert.That(statistics.PassAll[1499], Is.EqualTo(0.5).Within(1e-9), "half of all draws of half of the runs lack the one that failed");
        Assert.That(statistics.PassAll[^1], Is.Zero);
    }

    [Test]
    public void Nothing_has_no_figures_but_is_no_error()
    {
        RunStatistics statistics = RunStatistics.Of([Run("a", null)]);
        Assert.That((statistics.Runs, statistics.Unfinished, statistics.SuccessRate, statistics.SuccessInterval, statistics.TokensPerSuccess, statistics.Tokens),
            Is.EqualTo((0, 1, (double?)null, (RateInterval?)null, (double?)null, (Distribution?)null)));
        Assert.That(statistics.PassAll, Is.Empty);
        Assert.That(JsonSerializer.Serialize(statistics, ReportingJsonContext.Default.RunStatistics), Is.EqualTo("""{"runs":0,"unfinished":1,"succeeded":0,"statuses":{},"passAll":[]}"""));
        Assert.That(JsonSerializer.Serialize(RunStatistics.Of([Run("a", AgentStatus.LimitReached)]), ReportingJsonContext.Default.RunStatistics), Does.Contain("\"statuses\":{\"limitReached\":1},\"successRate\":0"));
    }

    private static bool Near(Distribution one, Distribution other) => ((double[])[one.Mean - other.Mean, one.Minimum - other.Minimum, one.Median - other.Median, one.P90 - other.P90, one.P99 - other.P99, one.Maximum - other.Maximum])
        .All(difference => Math.Abs(difference) < 1e-9);

    private static RunMetrics Run(string goal, AgentStatus? status, long tokens = 1, double seconds = 1) => new()
    {
        RunId = Guid.NewGuid().ToString(),
        Goal = goal,
        Status = status,
        Plans = 1,
        Steps = new StepCounts(),
        Tokens = new TokenCounts { Total = tokens },
        Times = new RunTimes { Elapsed = TimeSpan.FromSeconds(seconds) },
    };
}
