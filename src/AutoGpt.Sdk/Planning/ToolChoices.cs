using System.Text;
using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>Finds, in the tokens of a plan, which tools the model weighed for each step.</summary>
internal static class ToolChoices
{
    // What is less probable was not really weighed.
    private const double Least = 0.001;

    /// <summary>For each step the tools at the token where the choice was made, or null where there was none or the model does not tell.</summary>
    /// <param name="completion">The completion, with the most probable tokens reported.</param>
    /// <param name="tokenizer">The model's tokenizer; null for a model that shows none.</param>
    /// <param name="steps">How many steps the plan has.</param>
    /// <param name="tools">The names of the tools that could be chosen.</param>
    public static IReadOnlyList<IReadOnlyList<ToolCandidate>?> Find(Completion completion, ITokenizer? tokenizer, int steps, IReadOnlyList<string> tools)
    {
        IReadOnlyList<ToolCandidate>?[] found = new IReadOnlyList<ToolCandidate>?[steps];
        if (tokenizer is null || completion.Tokens.All(token => token.Top is null))
        {
            return found;
        }

        byte[] text = Encoding.UTF8.GetBytes(completion.Text);
        (int Start, int Length)[] names = [.. NamesOfTools(text).Take(steps)];
        int at = 0;
        foreach (GeneratedToken token in completion.Tokens)
        {
            ReadOnlySpan<byte> bytes = Bytes(tokenizer, token.Id);
            int end = at + bytes.Length;
            for (int step = 0; step < names.Length; step++)
            {
                (int start, int length) = names[step];
                if (found[step] is null && token.Top is { } top && at < start + length && end > start)
                {
                    found[step] = Choice(text.AsSpan(0, at), start, top, tokenizer, tools);
                }
            }

            at = end;
        }

        return found;
    }

    private static ToolCandidate[]? Choice(ReadOnlySpan<byte> before, int start, IReadOnlyList<(int Id, double LogProbability)> top, ITokenizer tokenizer, IReadOnlyList<string> tools)
    {
        Dictionary<string, double> candidates = [];
        foreach ((int id, double logProbability) in top)
        {
            byte[] written = [.. before, .. Bytes(tokenizer, id)];
            if (written.Length <= start)
            {
                continue;
            }

            // Up to the quotation mark that ends the name, where the token holds it.
            string beginning = Encoding.UTF8.GetString(written.AsSpan(start));
            int close = beginning.IndexOf('"', StringComparison.Ordinal);
            string[] meant = close >= 0 ? [beginning[..close]] : [.. tools.Where(tool => tool.StartsWith(beginning, StringComparison.Ordinal))];
            string? name = meant.Length switch { 0 => null, 1 => meant[0], _ => beginning + "…" };
            if (name is not null)
            {
                candidates[name] = candidates.GetValueOrDefault(name) + Math.Exp(logProbability);
            }
        }

        return candidates.Count > 1
            ? [.. candidates.OrderByDescending(candidate => candidate.Value).TakeWhile((candidate, rank) => rank == 0 || candidate.Value >= Least).Select(candidate => new ToolCandidate(candidate.Key, Math.Round(candidate.Value, 4)))]
            : null;
    }

    // Where the name of each step's tool stands: {"steps":[{"tool":"…"
    private static List<(int Start, int Length)> NamesOfTools(byte[] text)
    {
        List<(int, int)> names = [];
        try
        {
            Utf8JsonReader reader = new(text);
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 3 } && reader.ValueTextEquals("tool"u8) && reader.Read() && reader.TokenType == JsonTokenType.String)
                {
                    names.Add(((int)reader.TokenStartIndex + 1, reader.ValueSpan.Length));
                }
            }
        }
        catch (JsonException)
        {
            // Words around the JSON: whoever says more than it is asked for is not explained.
        }

        return names;
    }

    // A network may have more rows than its tokenizer has ids; such an id spells nothing.
    private static ReadOnlySpan<byte> Bytes(ITokenizer tokenizer, int id) => id < tokenizer.VocabularySize ? tokenizer.GetBytes(id).Span : [];
}
