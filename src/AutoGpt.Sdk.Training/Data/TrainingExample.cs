namespace AutoGpt.Sdk.Training;

/// <summary>A prompt and what is to follow it.</summary>
/// <param name="Ids">Prompt and continuation, at least two tokens; the continuation should end with the token that ends a text.</param>
/// <param name="PromptLength">Leading tokens that are only read: predicting them does not count. From 0 to below the number of ids.</param>
public sealed record TrainingExample(ReadOnlyMemory<int> Ids, int PromptLength);
