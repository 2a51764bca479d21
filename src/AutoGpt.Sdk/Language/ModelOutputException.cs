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

    /// <summary>What was paid in vain, in the currency of the model's prices. Default 0.</summary>
    public decimal Cost { get; init; }

    /// <summary>Whether it was the run's cost limit that left too little room. Default false.</summary>
    public bool CostLimitReached { get; init; }

    /// <summary>Whether it was the run's token limit that left too little room. Default false.</summary>
    public bool TokenLimitReached { get; init; }

    /// <summary>Whether a limit of the run left too little room.</summary>
    internal bool LimitReached => TokenLimitReached || CostLimitReached;

    /// <summary>The same failure at the end of work that took something before it.</summary>
    internal ModelOutputException After(Spending spent) =>
        new(Message, spent.Tokens + Tokens, this) { Cost = spent.Cost + Cost, TokenLimitReached = TokenLimitReached, CostLimitReached = CostLimitReached };
}
