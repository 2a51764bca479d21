using System.Buffers;

namespace AutoGpt.Sdk.Models;

/// <summary>Finds literal strings in a text: the leftmost, and of those that begin there the longest. Immutable.</summary>
internal sealed class LiteralMatcher
{
    private const int Root = 0;

    private readonly Dictionary<(int Node, char Character), int> _edges = [];
    private readonly List<int> _ids = [-1];
    private readonly SearchValues<char> _first;

    /// <param name="literals">Strings, none empty, and the ids they stand for.</param>
    public LiteralMatcher(IEnumerable<KeyValuePair<string, int>> literals)
    {
        foreach ((string literal, int id) in literals)
        {
            int node = Root;
            foreach (char character in literal)
            {
                if (!_edges.TryGetValue((node, character), out int next))
                {
                    next = _ids.Count;
                    _ids.Add(-1);
                    _edges.Add((node, character), next);
                }

                node = next;
            }

            _ids[node] = id;
        }

        _first = SearchValues.Create([.. _edges.Keys.Where(edge => edge.Node == Root).Select(edge => edge.Character)]);
    }

    /// <summary>The first occurrence of a literal.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="start">Where it begins; the text's length where there is none.</param>
    /// <param name="length">Its length.</param>
    /// <param name="id">Its id.</param>
    /// <param name="accept">Which occurrences count, by begin, length and id. Default: all.</param>
    public bool TryFind(ReadOnlySpan<char> text, out int start, out int length, out int id, Func<int, int, int, bool>? accept = null)
    {
        for (start = 0; start < text.Length; start++)
        {
            int skipped = text[start..].IndexOfAny(_first);
            if (skipped < 0)
            {
                break;
            }

            start += skipped;
            if (Longest(text[start..], start, accept, out length, out id))
            {
                return true;
            }
        }

        (start, length, id) = (text.Length, 0, -1);
        return false;
    }

    private bool Longest(ReadOnlySpan<char> text, int start, Func<int, int, int, bool>? accept, out int length, out int id)
    {
        (length, id) = (0, -1);
        int node = Root;
        for (int i = 0; i < text.Length && _edges.TryGetValue((node, text[i]), out node); i++)
        {
            if (_ids[node] >= 0 && (accept is null || accept(start, i + 1, _ids[node])))
            {
                (length, id) = (i + 1, _ids[node]);
            }
        }

        return id >= 0;
    }
}
