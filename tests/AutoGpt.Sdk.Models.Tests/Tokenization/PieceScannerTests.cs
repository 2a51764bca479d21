using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>The scanners beside the patterns they stand for, run by .NET's backtracking engine (which sees no characters beyond the first plane).</summary>
public sealed class PieceScannerTests
{
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string AfterWords = @" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Contractions = "'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD]|";
    private const string Capitals = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Smalls = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";

    private static readonly string[] s_parts =
    [
        " ", "  ", "\t", "\n", "\r", "\r\n", "\u0085", "\u00a0", "\u2028", "\u3000", "\u001c", "\ufeff", "a", "Z", "word", "WORD", "McDonald", "ǅ", "ª", "ʰ", "中", "é", "e\u0301", "\u0301",
        "\u0903", "\u20dd", "0", "7", "12", "1234567", "½", "Ⅷ", "٣", "'", "'s", "'S", "'re", "'LL", "'d", "'x", "’", ".", "/", "//", "-", "_", "$", "+", "<|", "|>", "^", "~", "€", "\0", "\u200d", "\ue000",
    ];

    [TestCase(PreTokenization.Gpt2, Gpt2)]
    [TestCase(PreTokenization.Gpt2Digits, @"\p{N}", Gpt2)]
    [TestCase(PreTokenization.Words, @"\s|\p{N}|[\p{L}\p{M}]+|[^\s\p{N}\p{L}\p{M}]")]
    [TestCase(PreTokenization.Llama3, Contractions + @"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|" + AfterWords)]
    [TestCase(PreTokenization.Qwen2, Contractions + @"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|" + AfterWords)]
    [TestCase(PreTokenization.Qwen35, Contractions + @"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    [TestCase(
        PreTokenization.Tekken,
        @"[^\r\n\p{L}\p{N}]?" + Capitals + "*" + Smalls + @"+|[^\r\n\p{L}\p{N}]?" + Capitals + "+" + Smalls + @"*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    [TestCase(PreTokenization.LlamaCppDefault, @"[\p{P}\$\+<=>\^~\|]+", Gpt2, @"\p{N}+", "[0-9][0-9][0-9]")]
    public void Pieces_are_those_of_the_pattern(PreTokenization kind, params string[] patterns)
    {
        Random random = new(11);
        for (int round = 0; round < 4000; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => s_parts[random.Next(s_parts.Length)]));
            IEnumerable<string> expected = [text];
            foreach (string pattern in patterns)
            {
                expected = expected.SelectMany(piece => Isolated(piece, pattern));
            }

            Assert.That(Pieces(kind, text), Is.EqualTo(expected), TokenizerCampaignTests.Escaped(text));
        }
    }

    [Test]
    public void A_long_s_is_an_s_after_an_apostrophe_as_in_Oniguruma() => Assert.That(Pieces(PreTokenization.Llama3, "it'ſn"), Is.EqualTo(["it", "'ſ", "n"]));

    [TestCase(PreTokenization.Llama3)]
    [TestCase(PreTokenization.Tekken)]
    [TestCase(PreTokenization.LlamaCppDefault)]
    [CancelAfter(20_000)]
    public void Long_runs_take_no_quadratic_time(PreTokenization kind)
    {
        foreach (string part in (string[])[" ", "\n ", "A", "ªA", "1", "-", "\u0301", "'", "a", "Aa", " \n"])
        {
            string text = string.Concat(Enumerable.Repeat(part, 500_000));
            Assert.That(Pieces(kind, text).Sum(piece => piece.Length), Is.EqualTo(text.Length));
        }
    }

    // Matches and what lies between them.
    private static List<string> Isolated(string text, string pattern)
    {
        List<string> pieces = [];
        int end = 0;
        foreach (Match match in Regex.Matches(text, pattern, RegexOptions.CultureInvariant))
        {
            pieces.Add(text[end..match.Index]);
            pieces.Add(match.Value);
            end = match.Index + match.Length;
        }

        pieces.Add(text[end..]);
        return [.. pieces.Where(piece => piece.Length > 0)];
    }

    private static List<string> Pieces(PreTokenization kind, string text)
    {
        Sink sink = new([]);
        new TextSplitter(kind, new LiteralMatcher([])).Cut(text, ref sink);
        return sink.Pieces;
    }

    private readonly record struct Sink(List<string> Pieces) : TextSplitter.IPieceSink
    {
        public void Piece(ReadOnlySpan<char> text) => Pieces.Add(text.ToString());

        public void Atomic(int id) => throw new NotSupportedException();
    }
}
