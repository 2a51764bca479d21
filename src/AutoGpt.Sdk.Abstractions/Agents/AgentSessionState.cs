namespace AutoGpt.Sdk;

/// <summary>What is kept of a conversation between two turns.</summary>
/// <param name="Id">Names the conversation.</param>
/// <param name="Turns">What was said and what came of it, oldest first.</param>
public sealed record AgentSessionState(string Id, IReadOnlyList<AgentTurn> Turns);
