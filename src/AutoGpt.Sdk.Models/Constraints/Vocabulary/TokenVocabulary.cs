using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// A tokenizer's vocabulary arranged for masks: a trie over the bytes of its tokens, and what is known of them inside free
/// strings. Built once per tokenizer; immutable to its users and thread-safe. Control tokens, and ids without bytes, are never allowed.
/// </summary>
/// <remarks>
/// That some token can always follow needs a vocabulary that spells every byte, as byte-level and byte-fallback tokenizers do.
/// With another one a mask may turn out empty where the text would need a byte that no token holds.
/// </remarks>
public sealed class TokenVocabulary
{
    private const int CacheLimit = 4096;

    private static readonly ConditionalWeakTable<ITokenizer, TokenVocabulary> s_known = [];

    private readonly ITokenizer _tokenizer;
    private readonly ReadOnlyMemory<byte>[] _bytes;
    private readonly ConcurrentDictionary<LeafKey, LeafWalk> _walks = new();

    private TokenVocabulary(ITokenizer tokenizer)
    {
        _tokenizer = tokenizer;
        _bytes = new ReadOnlyMemory<byte>[tokenizer.VocabularySize];
        for (int id = 0; id < _bytes.Length; id++)
        {
            _bytes[id] = tokenizer.IsControl(id) || id == tokenizer.EndOfText ? default : tokenizer.GetBytes(id);
        }

        EndOfText = tokenizer.EndOfText;
        Trie = TokenTrie.Build(_bytes);
    }

    /// <summary>Number of ids.</summary>
    public int Size => _bytes.Length;

    /// <summary>Words of a mask: <c>(Size + 63) / 64</c>.</summary>
    public int MaskWords => Trie.Words;

    /// <summary>The id that ends a text, or null where there is none.</summary>
    public int? EndOfText { get; }

    internal TokenTrie Trie { get; }

    /// <summary>The vocabulary of a tokenizer. The first call for it takes up to a few hundred milliseconds, later ones none.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    public static TokenVocabulary For(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return s_known.GetValue(tokenizer, t => new TokenVocabulary(t));
    }

    internal ReadOnlySpan<byte> BytesOf(int id) => _bytes[id].Span;

    /// <summary>The tokenizer's tokens of a text, if their bytes are the text's; null otherwise.</summary>
    internal int[]? Encode(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (Spelling(_tokenizer.Encode(text), bytes, skip: 0) is { } tokens)
        {
            return tokens;
        }

        // Some tokenizers put a space before a text. Behind a line break, which no word takes along, there is none.
        int[] behind = _tokenizer.Encode("\n" + text);
        int skip = 0;
        while (skip < behind.Length && !BytesOf(behind[skip++]).EndsWith("\n"u8))
        {
        }

        return Spelling(behind, bytes, skip);
    }

    private int[]? Spelling(int[] tokens, ReadOnlySpan<byte> bytes, int skip)
    {
        foreach (int id in tokens.AsSpan(skip))
        {
            ReadOnlySpan<byte> token = BytesOf(id);
            if (token.IsEmpty || !bytes.StartsWith(token))
            {
                return null;
            }

            bytes = bytes[token.Length..];
        }

        return bytes.IsEmpty ? tokens[skip..] : null;
    }

    /// <summary>A walk inside a leaf, shared among schemas where the leaf allows it.</summary>
    internal LeafWalk? FindShared(Leaf leaf, long state)
    {
        if (leaf.SharedKey(state, Trie.MaximumDepth) is not { } key)
        {
            return null;
        }

        if (_walks.TryGetValue(key, out LeafWalk? walk))
        {
            return walk;
        }

        if (_walks.Count >= CacheLimit)
        {
            _walks.Clear();
        }

        return _walks.GetOrAdd(key, LeafWalk.Create(Trie, leaf, state));
    }
}
