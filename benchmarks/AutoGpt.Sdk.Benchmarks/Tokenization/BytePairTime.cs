using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Tokenization;

/// <summary>
/// The command <c>bpe</c>: how long training a byte-pair tokenizer takes and how fast it encodes, on ten megabytes of English: the API documentation that every
/// .NET SDK ships beside its reference assemblies.
/// </summary>
internal static class BytePairTime
{
    private const int Bytes = 10_000_000;
    private const int Vocabulary = 8192;

    public static int Run(bool asJson)
    {
        string text = Documentation();
        Stopwatch watch = Stopwatch.StartNew();
        BytePairTokenizer tokenizer = BytePairTrainer.Train([text], new BytePairTrainingOptions { VocabularySize = Vocabulary });
        double training = watch.Elapsed.TotalSeconds;
        watch.Restart();
        int tokens = tokenizer.Encode(text).Length;
        double encoding = watch.Elapsed.TotalSeconds;
        Console.WriteLine(asJson
            ? JsonSerializer.Serialize(new { type = "result", characters = text.Length, vocabulary = Vocabulary, trainingSeconds = training, tokens, encodingMegabytesPerSecond = text.Length / encoding / 1e6 })
            : string.Create(CultureInfo.InvariantCulture, $"{text.Length:N0} characters, {Vocabulary} tokens: trained in {training:0.0} s; encoded to {tokens:N0} tokens at {text.Length / encoding / 1e6:0.0} MB/s"));
        return 0;
    }

    private static string Documentation()
    {
        string root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref"));
        string[] files = Directory.Exists(root) ? [.. Directory.GetFiles(root, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)] : [];
        string text = string.Concat(files.Select(File.ReadAllText));
        return text.Length >= Bytes ? text[..Bytes] : throw new FileNotFoundException($"'{root}' has {text.Length} characters of documentation; {Bytes} are needed. Run it with a .NET SDK.");
    }
}
