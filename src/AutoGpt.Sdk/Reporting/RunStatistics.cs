namespace AutoGpt.Sdk;

/// <summary>
/// Many runs in figures. Runs that have not ended are counted and left out of everything else. As JSON: <see cref="ReportingJsonContext"/>.
/// </summary>
public sealed record RunStatistics
{
    /// <summary>Runs that have ended.</summary>
    public int Runs { get; init; }

    /// <summary>Runs that have not.</summary>
    public int Unfinished { get; init; }

    /// <summary>Runs that reached their goal.</summary>
    public int Succeeded { get; init; }

    /// <summary>How many runs ended how; statuses that did not occur are left out.</summary>
    public IReadOnlyDictionary<AgentStatus, int> Statuses { get; init; } = new Dictionary<AgentStatus, int>();

    /// <summary>The share of runs that reached their goal, from 0 to 1. Null without runs.</summary>
    public double? SuccessRate => Runs > 0 ? (double)Succeeded / Runs : null;

    /// <summary>Where the true rate lies with 95 % confidence, by Wilson's interval; it takes the runs to be independent. Null without runs.</summary>
    public RateInterval? SuccessInterval { get; init; }

    /// <summary>
    /// How dependable success is: at index k − 1 the probability that k runs of one goal, drawn from those there are, all reach it – pass^k of τ-bench (Yao et al. 2024), the mean over goals of
    /// C(c, k) / C(n, k) for c successes in n runs. Up to as many k as every goal has runs. The first is the success rate with all goals weighing the same.
    /// </summary>
    public IReadOnlyList<double> PassAll { get; init; } = [];

    /// <summary>Tokens of all runs for each that succeeded: what a success costs with the failures it takes. Null without a success.</summary>
    public double? TokensPerSuccess { get; init; }

    /// <summary>Tokens of a run. Null without runs.</summary>
    public Distribution? Tokens { get; init; }

    /// <summary>Seconds of a run. Null without runs.</summary>
    public Distribution? Seconds { get; init; }

    /// <summary>Steps that began in a run. Null without runs.</summary>
    public Distribution? Steps { get; init; }

    /// <summary>Plans of a run. Null without runs.</summary>
    public Distribution? Plans { get; init; }

    /// <summary>The figures of many runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="goal">Which runs have the same goal. Default: those whose text is the same.</param>
    public static RunStatistics Of(IEnumerable<RunMetrics> runs, Func<RunMetrics, string>? goal = null)
    {
        ArgumentNullException.ThrowIfNull(runs);
        RunMetrics[] all = [.. runs], ended = [.. all.Where(run => run.Status is not null)];
        int succeeded = ended.Count(run => run.Succeeded);
        return new RunStatistics
        {
            Runs = ended.Length,
            Unfinished = all.Length - ended.Length,
            Succeeded = succeeded,
            Statuses = ended.CountBy(run => run.Status!.Value).OrderBy(count => count.Key).ToDictionary(),
            SuccessInterval = RateInterval.Wilson(succeeded, ended.Length),
            PassAll = PassAllOf([.. ended.GroupBy(goal ?? (run => run.Goal), StringComparer.Ordinal).Select(group => (group.Count(), group.Count(run => run.Succeeded)))]),
            TokensPerSuccess = succeeded > 0 ? (double)ended.Sum(run => run.Tokens.Total) / succeeded : null,
            Tokens = Distribution.Of(ended.Select(run => (double)run.Tokens.Total)),
            Seconds = Distribution.Of(ended.Select(run => run.Times.Elapsed.TotalSeconds)),
            Steps = Distribution.Of(ended.Select(run => (double)run.Steps.Started)),
            Plans = Distribution.Of(ended.Select(run => (double)run.Plans)),
        };
    }

    private static double[] PassAllOf((int Runs, int Succeeded)[] goals) => goals.Length == 0 ? []
        : [.. Enumerable.Range(1, goals.Min(goal => goal.Runs)).Select(k => goals.Average(goal => Chosen(goal.Succeeded, goal.Runs, k)))];

    // C(c, k) / C(n, k) factor by factor: the binomials themselves would overflow.
    private static double Chosen(int successes, int runs, int k) =>
        successes < k ? 0 : Enumerable.Range(0, k).Aggregate(1.0, (product, drawn) => product * (successes - drawn) / (runs - drawn));
}

/// <summary>Where a rate lies.</summary>
/// <param name="Least">The lower bound, from 0.</param>
/// <param name="Most">The upper bound, up to 1.</param>
public sealed record RateInterval(double Least, double Most)
{
    internal static RateInterval? Wilson(int successes, int trials)
    {
        if (trials == 0)
        {
            return null;
        }

        const double Z = 1.959963984540054; // 97.5 % of the normal distribution lie below.
        double rate = (double)successes / trials, square = Z * Z / trials;
        double middle = rate + (square / 2), half = Z * Math.Sqrt((rate * (1 - rate) / trials) + (square / (4 * trials)));
        return new RateInterval(successes == 0 ? 0 : (middle - half) / (1 + square), successes == trials ? 1 : (middle + half) / (1 + square));
    }
}
