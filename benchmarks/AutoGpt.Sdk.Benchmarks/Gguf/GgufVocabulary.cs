using System.Text;

namespace AutoGpt.Sdk.Benchmarks.Gguf;

/// <summary>
/// A byte-level byte-pair vocabulary of any size: the bytes, all pairs of them, triples, each the merge of an earlier token and a byte, and at the end three
/// control tokens.
/// </summary>
internal sealed class GgufVocabulary
{
    public GgufVocabulary(int size)
    {
        string[] bytes = [.. Alphabet().Select(rune => rune.ToString())];
        List<string> tokens = [.. bytes], merges = [];
        for (int left = 0; tokens.Count < size - 3; left++)
        {
            for (int right = 0; right < 256 && tokens.Count < size - 3; right++)
            {
                merges.Add(tokens[left] + " " + bytes[right]);
                tokens.Add(tokens[left] + bytes[right]);
            }
        }

        tokens.AddRange(["<|endoftext|>", "<|im_start|>", "<|im_end|>"]);
        Tokens = tokens;
        Merges = merges;
    }

    /// <summary>The tokens in the alphabet of visible characters that GPT-2 writes bytes in.</summary>
    public IReadOnlyList<string> Tokens { get; }

    public IReadOnlyList<string> Merges { get; }

    /// <summary>GGUF's kinds of tokens: 1 is text, 3 is control.</summary>
    public IEnumerable<int> Kinds => Tokens.Select((_, id) => id < BeginOfText ? 1 : 3);

    public int BeginOfText => Tokens.Count - 3;

    public int EndOfText => Tokens.Count - 1;

    // Printable bytes of Latin-1 are themselves; the others are numbered from 256.
    private static IEnumerable<Rune> Alphabet()
    {
        int next = 256;
        for (int value = 0; value < 256; value++)
        {
            yield return new Rune(value is (> 32 and < 127) or (> 160 and not 173) ? value : next++);
        }
    }
}
