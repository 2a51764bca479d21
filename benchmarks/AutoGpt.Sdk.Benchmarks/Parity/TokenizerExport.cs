using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Parity;

/// <summary>A tokenizer.json in a GGUF file, read by llama.cpp: its ids of the lines of the repository's documents, and of some lines that are not English, beside ours.</summary>
internal static class TokenizerExport
{
    private const int Longest = 400;

    private static readonly string[] s_lines =
    [
        "naïve café – «où?» 12345 3.14 1,000,000 it's we'll I'M", "Привет, мир! Γειά σου Κόσμε", "你好,世界。日本語のテキスト 한국어 ไทย", "😀👍🏽🏳️‍🌈 a\u0301e\u0301 ﬁ ½ ٣٤", "if (x  ==   y) {\t\treturn x[0]; } // ok",
        "</s> <s> <unk> <|endoftext|> <|im_start|> [INST] <0x0A>", "aaaaaaaaaaaaaaaaaaaaaaaa    bbbb ▁ ▁▁",
    ];

    public static TokenizerRow Compare(string path, PeerProcess peer)
    {
        ITokenizer tokenizer = TokenizerFile.Load(path);
        TransformerConfig config = new() { VocabularySize = tokenizer.VocabularySize, ContextLength = 64, Width = 32, Layers = 1, Heads = 2, FeedForwardWidth = 32, TiedHead = true };
        using TensorList zeros = new(TensorNames.Of(config).Select(tensor =>
            new TensorView(tensor.Key, TensorType.F32, tensor.Value, new byte[4 * tensor.Value.Aggregate(1, (product, size) => product * size)])));
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.gguf");
        try
        {
            GgufExportResult written = GgufModelWriter.Write(file, config, tokenizer, zeros);
            peer.Load(file, threads: 1, context: 64);
            string[] lines = [.. s_lines, .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Order(StringComparer.Ordinal).SelectMany(File.ReadLines)
                .Select(line => line.Trim()).Where(line => line.Length is > 0 and < Longest && line.IsNormalized())];
            string[] others = [.. lines.Where(line => !tokenizer.Encode(line).AsSpan().SequenceEqual(peer.Tokens(line)))];
            peer.Unload();
            return new TokenizerRow(path, tokenizer.VocabularySize, lines.Length, lines.Length - others.Length, others.FirstOrDefault(), written.Warnings);
        }
        finally
        {
            File.Delete(file);
        }
    }
}

/// <summary>A tokenizer beside llama.cpp.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Vocabulary">Its ids.</param>
/// <param name="Texts">Texts compared.</param>
/// <param name="Equal">Those with the same ids.</param>
/// <param name="FirstOther">The first of the others.</param>
/// <param name="Warnings">What was told of the export.</param>
internal sealed record TokenizerRow(string Path, int Vocabulary, int Texts, int Equal, string? FirstOther, IReadOnlyList<string> Warnings)
{
    public object ToRow() => new { type = "row", tokenizer = Path, vocabulary = Vocabulary, texts = Texts, equal = Equal, firstOther = FirstOther, warnings = Warnings };

    public override string ToString() =>
        string.Join('\n', [$"{Path}: {Vocabulary} ids, {Equal} of {Texts} texts the same{(FirstOther is null ? "" : $", not: {FirstOther}")}", .. Warnings.Select(warning => "   " + warning)]);
}
