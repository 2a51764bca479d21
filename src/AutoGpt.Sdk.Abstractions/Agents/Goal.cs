namespace AutoGpt.Sdk;

/// <summary>What a person wants done, in their own words.</summary>
/// <param name="Text">The goal. Not empty.</param>
public sealed record Goal(string Text)
{
    /// <summary>Facts that help and are not part of the wish, for instance the files of a workspace. Default: none.</summary>
    public IReadOnlyList<string> Facts { get => field ?? []; init; } = [];

    /// <summary>What was said and done before in the same conversation, oldest first. Default: nothing.</summary>
    public IReadOnlyList<AgentTurn> Earlier { get => field ?? []; init; } = [];

    /// <summary>A goal of nothing but its text.</summary>
    public static implicit operator Goal(string text) => new(text);
}
