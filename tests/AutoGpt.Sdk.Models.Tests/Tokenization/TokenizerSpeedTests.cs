using System.Diagnostics;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>
/// Encoding speed on one thread, for comparison with benchmarks/peers/tokenizers/speed.mjs:
/// <c>AUTOGPT_TOKENIZERS=FOLDER AUTOGPT_TOKENIZER_TEXT=FILE dotnet test --filter TokenizerSpeed</c>.
/// </summary>
[Explicit("needs files that are not in the repository")]
public sealed class TokenizerSpeedTests
{
    [TestCase("qwen3")]
    [TestCase("llama3.2")]
    [TestCase("mistral-7b")]
    public void Encoding(string name)
    {
        string folder = Environment.GetEnvironmentVariable("AUTOGPT_TOKENIZERS") ?? throw new IgnoreException("AUTOGPT_TOKENIZERS names no folder.");
        string text = File.ReadAllText(Environment.GetEnvironmentVariable("AUTOGPT_TOKENIZER_TEXT") ?? throw new IgnoreException("AUTOGPT_TOKENIZER_TEXT names no file."));
        Stopwatch watch = Stopwatch.StartNew();
        ITokenizer tokenizer = TokenizerFile.Load(Path.Combine(folder, name + ".json"));
        double loading = watch.Elapsed.TotalSeconds;
        List<double> rates = [];
        int count = 0;
        for (int round = 0; round < 5; round++)
        {
            watch.Restart();
            count = tokenizer.Encode(text).Length;
            rates.Add(System.Text.Encoding.UTF8.GetByteCount(text) / 1e6 / watch.Elapsed.TotalSeconds);
        }

        File.AppendAllText(
            Path.Combine(folder, "speed.txt"), $"{name}: loaded in {loading:F2} s; {count} ids; {string.Join(", ", rates.Select(rate => rate.ToString("F1", System.Globalization.CultureInfo.InvariantCulture)))} MB/s\n");
        Assert.That(count, Is.Positive);
    }
}
