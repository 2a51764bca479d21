using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Constraints;

/// <summary>
/// The command <c>masks</c>: what a single token costs, mask and move together. Each plan has a goal of its own, so that nothing
/// but the vocabulary is known beforehand; means over a document hide the first, slow tokens, so medians and tails are given.
/// </summary>
internal static class MaskLatency
{
    private const int Documents = 200;
    private const int WarmUp = 40;

    private static readonly string[] s_words = ["The", "station", "master", "quietly", "listed", "broken", "chairs", "été", "and", "\\\"rates\\\"", "of", "1,250", "per", "cent."];

    private static readonly JsonSerializerOptions s_plainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static int Run(bool asJson)
    {
        SyntheticVocabulary tokenizer = new();
        Stopwatch watch = Stopwatch.StartNew();
        TokenVocabulary vocabulary = TokenVocabulary.For(tokenizer);
        double vocabularyTime = watch.Elapsed.TotalMilliseconds;
        Report(asJson, "vocabulary", vocabularyTime * 1000, [vocabularyTime * 1000]);

        Measure(asJson, "plan", vocabulary, i => (SyntheticPlan.Schema, SyntheticPlan.Goal(i), tokenizer.Encode(SyntheticPlan.Document(i))));
        foreach (string limit in new[] { "", ",\"maxLength\":2000", ",\"maxLength\":400" })
        {
            JsonElement schema = JsonDocument.Parse("""{"type":"object","required":["text"],"properties":{"text":{"type":"string"LIMIT}}}""".Replace("LIMIT", limit, StringComparison.Ordinal)).RootElement;
            Measure(asJson, "string" + limit.Replace(",\"maxLength\":", " up to ", StringComparison.Ordinal), vocabulary, i => (schema, [], tokenizer.Encode($"{{\"text\":\"{Sentence(i)}\"}}")));
        }

        JsonElement quote = JsonDocument.Parse("""{"type":"string","x-quotedFrom":["goal"]}""").RootElement;
        Measure(asJson, "any quotation from 8,000 characters", vocabulary, i =>
        {
            string source = string.Join(' ', Enumerable.Range(0, 25).Select(j => Sentence((i * 31) + j)).ToArray());
            source = source[..Math.Min(source.Length, 8000)];
            int start = source.IndexOf(' ', 1000) + 1;
            string quoted = JsonSerializer.Serialize(source[start..source.IndexOf(' ', start + 300)], s_plainText);
            return (quote, [new PromptSection("goal", source)], tokenizer.Encode(quoted));
        });
        return 0;
    }

    private static string Sentence(int seed)
    {
        Random random = new(seed);
        return string.Join(' ', Enumerable.Range(0, 45).Select(_ => s_words[random.Next(s_words.Length)]));
    }

    private static void Measure(bool asJson, string name, TokenVocabulary vocabulary, Func<int, (JsonElement Schema, PromptSection[] Sections, int[] Ids)> document)
    {
        List<double> compiling = [], tokens = [];
        ulong[] mask = new ulong[vocabulary.MaskWords];
        for (int i = 0; i < Documents + WarmUp; i++)
        {
            (JsonElement schema, PromptSection[] sections, int[] ids) = document(i);
            long started = Stopwatch.GetTimestamp();
            ITokenConstraint constraint = JsonSchemaConstraint.Compile(schema, sections).Start(vocabulary);
            double compiled = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            List<double> each = [];
            foreach (int id in ids)
            {
                started = Stopwatch.GetTimestamp();
                constraint.FillMask(mask);
                constraint.Accept(id);
                each.Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }

            if (!constraint.IsComplete)
            {
                throw new InvalidOperationException($"The document of '{name}' was cut off.");
            }

            if (i >= WarmUp)
            {
                compiling.Add(compiled);
                tokens.AddRange(each);
            }
        }

        Report(asJson, name + ": compile", compiling.Average(), compiling);
        Report(asJson, name + ": token", tokens.Average(), tokens);
    }

    private static void Report(bool asJson, string name, double mean, List<double> microseconds)
    {
        microseconds.Sort();
        double median = microseconds[microseconds.Count / 2], tail = microseconds[(int)(microseconds.Count * .99)];
        Console.WriteLine(asJson
            ? JsonSerializer.Serialize(new { type = "result", name, medianMicroseconds = median, meanMicroseconds = mean, p99Microseconds = tail, count = microseconds.Count })
            : string.Create(CultureInfo.InvariantCulture, $"{name,-50} median {median,9:0.0} µs   mean {mean,9:0.0} µs   99 % {tail,9:0.0} µs   ({microseconds.Count})"));
    }
}
