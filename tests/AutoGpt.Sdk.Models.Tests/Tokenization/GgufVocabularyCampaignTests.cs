using System.Globalization;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>
/// The vocabularies of llama.cpp's repository with their expected ids, and llama.cpp's ids of nasty texts where benchmarks/peers/tokenizers/llama.mjs made them:
/// <c>AUTOGPT_VOCABULARIES=llama.cpp/models [AUTOGPT_TOKENIZERS=FOLDER] dotnet test --filter GgufVocabularyCampaign</c>.
/// </summary>
[Explicit("needs files that are not in the repository")]
public sealed class GgufVocabularyCampaignTests
{
    private static IEnumerable<string> Names => Environment.GetEnvironmentVariable("AUTOGPT_VOCABULARIES") is { } folder
        ? Directory.GetFiles(folder, "ggml-vocab-*.gguf").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)
        : [];

    [TestCaseSource(nameof(Names))]
    public void Every_text_has_the_ids_of_llama_cpp(string file)
    {
        string path = Path.Combine(Environment.GetEnvironmentVariable("AUTOGPT_VOCABULARIES")!, file);
        using GgufFile gguf = GgufFile.Open(path);
        IPromptTokenizer tokenizer;
        try
        {
            tokenizer = GgufTokenizer.Read(gguf.Metadata);
        }
        catch (CheckpointException exception)
        {
            Report($"{file}: refused: {exception.Message}");
            Assert.Ignore(exception.Message);
            return;
        }

        int differences = 0;
        int cases = 0;
        if (File.Exists(path + ".inp"))
        {
            string[] texts = File.ReadAllText(path + ".inp").Split("\n__ggml_vocab_test__\n");
            string[] expected = File.ReadAllText(path + ".out").TrimEnd('\n').Split('\n');
            Assert.That(texts, Has.Length.EqualTo(expected.Length).Or.Length.EqualTo(expected.Length + 1));
            cases = expected.Length;
            differences = Enumerable.Range(0, cases).Count(i => Ids(tokenizer.Encode(texts[i])) != expected[i].Trim());
        }

        Report($"{file}: {cases} cases of its own, {differences} differences");
        foreach ((string kind, bool trusted) in new[] { ("trusted", true), ("llama", false) })
        {
            string name = file["ggml-vocab-".Length..^".gguf".Length];
            string answers = Path.Combine(Environment.GetEnvironmentVariable("AUTOGPT_TOKENIZERS") ?? "", $"{name}.{kind}.txt");
            if (File.Exists(answers))
            {
                string[] texts = [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(answers)!, "texts.jsonl")).Select(JsonLine.Read)];
                string[] expected = File.ReadAllLines(answers);
                int[] other = [.. Enumerable.Range(0, texts.Length).Where(i => Ids(trusted ? tokenizer.EncodeTrusted(texts[i]) : tokenizer.Encode(texts[i])) != expected[i])];
                Report($"{name} {kind}: {texts.Length} texts, {other.Length} differences");
                foreach (int i in other.Take(6))
                {
                    Report($"   {i}: {TokenizerCampaignTests.Escaped(texts[i])}\n      ours  {Ids(trusted ? tokenizer.EncodeTrusted(texts[i]) : tokenizer.Encode(texts[i]))}\n      llama {expected[i]}");
                }
            }
        }

        Assert.That(differences, Is.Zero);
    }

    private static string Ids(int[] ids) => string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture)));

    private static void Report(string text) => File.AppendAllText(Path.Combine(Environment.GetEnvironmentVariable("AUTOGPT_TOKENIZERS") ?? ".", "gguf-report.txt"), text + "\n");
}
