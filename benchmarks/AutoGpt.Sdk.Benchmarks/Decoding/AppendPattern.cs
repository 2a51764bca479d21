namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>What a generation asked of its backend after its prompt, but for the ids.</summary>
/// <param name="Prompt">Tokens that were read before: the prompt without its last token, which is read with the first step.</param>
/// <param name="Generated">Tokens generated. Token by token they take as many appends.</param>
/// <param name="Moves">The appends and rewinds.</param>
internal sealed record AppendPattern(int Prompt, int Generated, IReadOnlyList<AppendMove> Moves)
{
    public int Appends => Moves.Count(move => move.Append > 0);

    /// <summary>The same text without tokens known ahead.</summary>
    public AppendPattern TokenByToken() => new(Prompt, Generated, [.. Enumerable.Repeat(new AppendMove(1, LogitsWanted.Last, 0), Generated)]);

    /// <summary>Of a sequence's whole history.</summary>
    /// <param name="moves">All of them.</param>
    /// <param name="generated">Tokens generated at its end.</param>
    /// <exception cref="InvalidOperationException">The history is shorter than that.</exception>
    public static AppendPattern Of(IEnumerable<AppendMove> moves, int generated)
    {
        AppendMove[] all = [.. moves];
        // The last token is chosen and not read, and of the prompt one is read with the first step.
        int prompt = all.Sum(move => move.Append - move.Rewind) - generated;
        if (prompt < 0)
        {
            throw new InvalidOperationException($"A sequence of {prompt + generated} tokens cannot have {generated} generated ones.");
        }

        List<AppendMove> after = [];
        int left = prompt;
        foreach (AppendMove move in all)
        {
            int skipped = Math.Min(left, move.Append);
            left -= skipped;
            if (move.Append > skipped || move.Rewind > 0)
            {
                after.Add(move with { Append = move.Append - skipped });
            }
        }

        return new AppendPattern(prompt, generated, after);
    }
}

/// <summary>Tokens read in one append, with what logits, or tokens forgotten.</summary>
internal readonly record struct AppendMove(int Append, LogitsWanted Wanted, int Rewind);
