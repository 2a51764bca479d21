namespace AutoGpt.Sdk.Training;

/// <summary>Tokens, and which of them are to be foreseen.</summary>
/// <param name="Ids">Prompt and continuation, at least two tokens; the continuation should end with the token that ends a text.</param>
/// <param name="PromptLength">Leading tokens that are only read: predicting them does not count. From 0 to below the number of ids.</param>
public sealed record TrainingExample(ReadOnlyMemory<int> Ids, int PromptLength)
{
    /// <summary>
    /// For each token whether predicting it counts, where that is not simply every token after the prompt: a conversation has several answers. Empty, or as long as <see cref="Ids"/>; tokens
    /// of the prompt do not count in any case. Default empty.
    /// </summary>
    public ReadOnlyMemory<bool> Learned { get; init; }

    /// <summary>Whether predicting a token counts. The first never does: nothing is before it.</summary>
    /// <param name="place">The token, from 0.</param>
    public bool Counts(int place) => place >= Math.Max(1, PromptLength) && (Learned.IsEmpty || Learned.Span[place]);

    internal int LearnedCount => Enumerable.Range(0, Ids.Length).Count(Counts);

    /// <exception cref="ArgumentException">There is nothing to learn in it, or its parts do not fit.</exception>
    internal void Check()
    {
        int length = Ids.Length;
        if (length < 2 || PromptLength < 0 || PromptLength >= length)
        {
            throw new ArgumentException($"An example has {length} tokens and a prompt of {PromptLength}; it needs two tokens and something after the prompt.", nameof(Ids));
        }

        if (!Learned.IsEmpty && Learned.Length != length)
        {
            throw new ArgumentException($"An example has {length} tokens and says of {Learned.Length} whether they count; it must say so of each, or of none.", nameof(Learned));
        }

        if (LearnedCount == 0)
        {
            throw new ArgumentException("An example has no token that counts after its first and its prompt: there is nothing to learn from it.", nameof(Learned));
        }
    }
}
