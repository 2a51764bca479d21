namespace AutoGpt.Sdk;

/// <summary>
/// A model's answer could not be used: cut off, not of the asked form after every repair, or not begun because no tokens were
/// left. The tokens it took are counted all the same.
/// </summary>
public sealed class ModelOutputException : AutoGptException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, in one line.</param>
    /// <param name="tokens">Tokens spent in vain.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ModelOutputException(string message, long tokens, Exception? innerException = null)
        : base(message, innerException) => Tokens = tokens;

    /// <summary>Tokens spent in vain, prompt and completion together.</summary>
    public long Tokens { get; }

    /// <summary>Whether it was the run's token limit that left too little room. Default false.</summary>
    public bool TokenLimitReached { get; init; }

    /// <summary>The same failure at the end of work that took tokens before it.</summary>
    internal ModelOutputException After(long tokens) => new(Message, tokens + Tokens, this) { TokenLimitReached = TokenLimitReached };
}
