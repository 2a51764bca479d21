namespace AutoGpt.Sdk;

/// <summary>One exchange of a conversation with an agent: what was said, and what came of it.</summary>
/// <param name="Said">The goal as the person put it, or the answer to the agent's question.</param>
/// <param name="RunId">The run that worked on it.</param>
/// <param name="Status">How the run ended.</param>
public sealed record AgentTurn(string Said, string RunId, AgentStatus Status)
{
    /// <summary>The whole goal, where <see cref="Said"/> answers a question about an earlier one; null where it is the goal itself.</summary>
    public string? Goal { get; init; }

    /// <summary>The answer, where the run produced one.</summary>
    public string? Answer { get; init; }

    /// <summary>What the agent asked, when <see cref="Status"/> is <see cref="AgentStatus.NeedsInput"/>.</summary>
    public string? Question { get; init; }

    /// <summary>Whether the question was dropped: the next thing said is a goal of its own. Default false.</summary>
    public bool QuestionDropped { get; init; }

    /// <summary>When the run began.</summary>
    public DateTimeOffset At { get; init; }
}
