namespace AutoGpt.Sdk;

/// <summary>What the models of a run took, in tokens, prompts and completions together. The three parts add up to the whole.</summary>
public sealed record TokenCounts
{
    /// <summary>All.</summary>
    public long Total { get; init; }

    /// <summary>For plans.</summary>
    public long Planning { get; init; }

    /// <summary>For judging results.</summary>
    public long Judging { get; init; }

    /// <summary>For calls that came to nothing and ended the run: a plan or verdict that was not valid. What was spent when a process ended is not known and not counted.</summary>
    public long Lost => Total - Planning - Judging;

    internal static TokenCounts Of(RunHistory run)
    {
        long planning = run.Plans.Sum(plan => plan.Plan.Tokens), judging = run.Plans.Sum(plan => plan.Evaluation?.Tokens ?? 0);
        return new TokenCounts { Total = run.Result?.Tokens ?? planning + judging, Planning = planning, Judging = judging };
    }
}
