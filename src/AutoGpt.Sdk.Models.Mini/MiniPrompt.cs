namespace AutoGpt.Sdk.Models.Mini;

/// <summary>
/// The in-box model's own prompt format, as ids: <c>&lt;bos&gt; goal [&lt;feedback&gt; feedback] &lt;plan&gt;</c>. A single space between two
/// words is left out – words are whole pieces for this tokenizer, so two that touch can only have stood apart – which makes prompts
/// a third shorter.
/// </summary>
public static class MiniPrompt
{
    /// <summary>Begins every prompt.</summary>
    public const string Begin = "<bos>";

    /// <summary>Ends every completion.</summary>
    public const string End = "<eos>";

    /// <summary>Fills batches up; never generated.</summary>
    public const string Padding = "<pad>";

    /// <summary>Stands before what a failed plan taught.</summary>
    public const string Feedback = "<feedback>";

    /// <summary>Stands before the plan.</summary>
    public const string Plan = "<plan>";

    /// <summary>All control tokens, in the order of their ids.</summary>
    public static IReadOnlyList<string> ControlTokens { get; } = [Padding, Begin, End, Feedback, Plan];

    /// <summary>The ids a plan follows.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="goal">The goal.</param>
    /// <param name="feedback">What went wrong with the last plan, or null.</param>
    public static int[] Encode(BytePairTokenizer tokenizer, string goal, string? feedback)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        List<int> ids = [Control(tokenizer, Begin)];
        AppendText(tokenizer, goal, ids);
        if (feedback is not null)
        {
            ids.Add(Control(tokenizer, Feedback));
            AppendText(tokenizer, feedback, ids);
        }

        ids.Add(Control(tokenizer, Plan));
        return [.. ids];
    }

    private static int Control(BytePairTokenizer tokenizer, string name) =>
        tokenizer.FindControlToken(name) ?? throw new AutoGptException($"The tokenizer has no control token {name}: it is not that of a mini model.");

    private static void AppendText(BytePairTokenizer tokenizer, string text, List<int> ids)
    {
        int[] encoded = tokenizer.Encode(text);
        for (int index = 0; index < encoded.Length; index++)
        {
            bool between = index > 0 && index < encoded.Length - 1
                && tokenizer.GetBytes(encoded[index]).Span.SequenceEqual(" "u8)
                && IsLetter(tokenizer.GetBytes(encoded[index - 1]).Span[^1])
                && IsLetter(tokenizer.GetBytes(encoded[index + 1]).Span[0]);
            if (!between)
            {
                ids.Add(encoded[index]);
            }
        }
    }

    private static bool IsLetter(byte value) => value >= 0x80 || char.IsAsciiLetter((char)value);
}
