namespace AutoGpt.Sdk.Models;

/// <summary>What a model's generations took so far, and what was saved. Tokens, since the model was created.</summary>
/// <param name="Generated">Tokens generated.</param>
/// <param name="Forced">Of these, tokens that a schema left no choice about and that were read together with others.</param>
/// <param name="Proposed">Tokens proposed by lookup or draft model.</param>
/// <param name="Accepted">Of these, tokens that the model chose itself.</param>
/// <param name="Steps">Reads that generations asked for: without forced and accepted tokens there would be one per token generated.</param>
/// <param name="PrefixTokens">Tokens of prompts that were not read because a kept text held them.</param>
public readonly record struct DecodingStatistics(long Generated, long Forced, long Proposed, long Accepted, long Steps, long PrefixTokens);

/// <summary>Counts for <see cref="DecodingStatistics"/>. Thread-safe.</summary>
internal sealed class DecodingCounters
{
    private long _generated;
    private long _forced;
    private long _proposed;
    private long _accepted;
    private long _steps;

    public void Step(int generated, int forced, int proposed, int accepted)
    {
        Interlocked.Add(ref _generated, generated);
        Interlocked.Add(ref _forced, forced);
        Interlocked.Add(ref _proposed, proposed);
        Interlocked.Add(ref _accepted, accepted);
        Interlocked.Increment(ref _steps);
    }

    public DecodingStatistics Read(long prefixTokens) => new(
        Interlocked.Read(ref _generated), Interlocked.Read(ref _forced), Interlocked.Read(ref _proposed), Interlocked.Read(ref _accepted), Interlocked.Read(ref _steps), prefixTokens);
}
