using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>A set of ids: a list where they are few, a mask where they are many. Immutable.</summary>
internal sealed class TokenSet
{
    private readonly int[]? _ids;
    private readonly ulong[]? _words;

    public TokenSet(ReadOnlySpan<ulong> words)
    {
        int count = 0;
        foreach (ulong word in words)
        {
            count += BitOperations.PopCount(word);
        }

        if (count * 2 >= words.Length)
        {
            _words = words.ToArray();
            return;
        }

        _ids = new int[count];
        int next = 0;
        for (int i = 0; i < words.Length; i++)
        {
            for (ulong word = words[i]; word != 0; word &= word - 1)
            {
                _ids[next++] = (i << 6) + BitOperations.TrailingZeroCount(word);
            }
        }
    }

    /// <summary>Adds the set to a mask.</summary>
    public void AddTo(Span<ulong> words)
    {
        if (_words is not null)
        {
            System.Numerics.Tensors.TensorPrimitives.BitwiseOr<ulong>(words[.._words.Length], _words, words[.._words.Length]);
            return;
        }

        foreach (int id in _ids!)
        {
            words[id >> 6] |= 1UL << id;
        }
    }

    /// <summary>Writes the set over a mask of at least its length.</summary>
    public void CopyTo(Span<ulong> words)
    {
        if (_words is not null)
        {
            _words.CopyTo(words);
            words[_words.Length..].Clear();
            return;
        }

        words.Clear();
        AddTo(words);
    }
}
