namespace AutoGpt.Sdk;

/// <summary>What requests to a model took.</summary>
/// <param name="Tokens">Tokens, prompt and completion together.</param>
/// <param name="Cost">Money, in the currency of the model's prices.</param>
internal readonly record struct Spending(long Tokens, decimal Cost)
{
    public static Spending operator +(Spending left, Spending right) => new(left.Tokens + right.Tokens, left.Cost + right.Cost);

    /// <summary>What one generation took.</summary>
    public static Spending Of(TokenUsage usage, TokenPrice? price) => new(usage.Total, price?.Of(usage) ?? 0);
}
