namespace AutoGpt.Sdk.Models;

/// <summary>
/// Finds added tokens in a text, the leftmost and longest first, and hands on what lies between, normalized: first those that are looked for in the text as
/// it is, then, in what is left, those that are looked for in normalized text. Immutable.
/// </summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<int, AddedToken> _tokens;
    private readonly TextNormalizer _normalizer;
    private readonly (LiteralMatcher Raw, LiteralMatcher Normalized) _ordinary;
    private readonly (LiteralMatcher Raw, LiteralMatcher Normalized) _all;

    public AddedTokens(IReadOnlyCollection<AddedToken> tokens, TextNormalizer normalizer)
    {
        _tokens = tokens.ToDictionary(token => token.Id);
        _normalizer = normalizer;
        _ordinary = Matchers(tokens.Where(token => !token.Control));
        _all = Matchers(tokens);
    }

    /// <summary>What is done with what was found.</summary>
    public interface ISink
    {
        /// <summary>Takes an added token.</summary>
        void Token(int id);

        /// <summary>Takes normalized text between added tokens, never empty.</summary>
        /// <param name="text">The text.</param>
        /// <param name="first">Whether the whole text begins here.</param>
        void Text(ReadOnlySpan<char> text, bool first);
    }

    /// <summary>Splits a text.</summary>
    /// <param name="text">The text, well-formed.</param>
    /// <param name="trusted">Whether control tokens are looked for.</param>
    /// <param name="untrusted">Where they are not all the same: a control token may not reach into one of these ranges.</param>
    /// <param name="sink">What is done with the parts.</param>
    public void Split<TSink>(string text, bool trusted, ReadOnlySpan<(int Start, int End)> untrusted, ref TSink sink)
        where TSink : ISink
    {
        (int Start, int End)[] ranges = untrusted.ToArray();
        LiteralMatcher matcher = trusted ? _all.Raw : _ordinary.Raw;
        int done = 0;
        while (done < text.Length)
        {
            int from = done;
            bool found = matcher.TryFind(
                text.AsSpan(from), out int start, out int length, out int id,
                ranges.Length == 0 ? null : (at, size, token) => !_tokens[token].Control || !Overlaps(ranges, from + at, from + at + size));
            (start, length) = Strip(text, from, from + start, length, id);
            if (start > from)
            {
                Normalized(_normalizer.Normalize(text.AsSpan(from, start - from)), from == 0, trusted && !Overlaps(ranges, from, start), ref sink);
            }

            if (found)
            {
                sink.Token(id);
            }

            done = start + length;
        }
    }

    private void Normalized<TSink>(ReadOnlySpan<char> text, bool first, bool trusted, ref TSink sink)
        where TSink : ISink
    {
        LiteralMatcher matcher = trusted ? _all.Normalized : _ordinary.Normalized;
        while (!text.IsEmpty)
        {
            bool found = matcher.TryFind(text, out int start, out int length, out int id);
            (start, length) = Strip(text, 0, start, length, id);
            if (start > 0)
            {
                sink.Text(text[..start], first);
            }

            first = false;

            if (found)
            {
                sink.Token(id);
            }

            text = text[(start + length)..];
        }
    }

    private (int Start, int Length) Strip(ReadOnlySpan<char> text, int from, int start, int length, int id)
    {
        int end = start + length;
        if (id >= 0 && _tokens[id] is { StripsLeft: true } or { StripsRight: true })
        {
            while (_tokens[id].StripsLeft && start > from && char.IsWhiteSpace(text[start - 1]))
            {
                start--;
            }

            while (_tokens[id].StripsRight && end < text.Length && char.IsWhiteSpace(text[end]))
            {
                end++;
            }
        }

        return (start, end - start);
    }

    private (LiteralMatcher Raw, LiteralMatcher Normalized) Matchers(IEnumerable<AddedToken> tokens)
    {
        ILookup<bool, AddedToken> parts = tokens.ToLookup(token => token.Normalized);
        return (
            new LiteralMatcher(parts[false].Select(token => KeyValuePair.Create(token.Content, token.Id))),
            new LiteralMatcher(parts[true].Select(token => KeyValuePair.Create(_normalizer.Normalize(token.Content).ToString(), token.Id))));
    }

    private static bool Overlaps((int Start, int End)[] ranges, int start, int end)
    {
        foreach ((int from, int to) in ranges)
        {
            if (start < to && from < end)
            {
                return true;
            }
        }

        return false;
    }
}
