namespace AutoGpt.Sdk;

/// <summary>A call through a protected tool was refused. Inside an agent a refusal is data; a caller from outside has only exceptions to learn of it.</summary>
/// <param name="reason">Why, in one line.</param>
public sealed class ActionRefusedException(string reason) : AutoGptException(reason);
