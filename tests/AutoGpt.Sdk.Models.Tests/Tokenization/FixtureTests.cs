using System.Globalization;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>
/// Small vocabularies cut from real ones, and the ids that Hugging Face's Rust library gives for some hundred nasty texts. Made by
/// benchmarks/peers/tokenizers/fixtures.mjs.
/// </summary>
public sealed class FixtureTests
{
    private static readonly string s_folder = Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures");

    private static IEnumerable<string> Names => Directory.GetFiles(s_folder, "*.rust.txt").Select(path => Path.GetFileName(path)[..^".rust.txt".Length]).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Names))]
    public void Every_text_has_the_ids_of_the_library(string name)
    {
        bool plain = name.EndsWith("-plain", StringComparison.Ordinal);
        IPromptTokenizer tokenizer = (IPromptTokenizer)TokenizerFile.Load(Path.Combine(s_folder, (plain ? name[..^"-plain".Length] : name) + ".json"));
        string[] texts = [.. File.ReadLines(Path.Combine(s_folder, "texts.jsonl")).Select(JsonLine.Read)];
        string[] expected = File.ReadAllLines(Path.Combine(s_folder, name + ".rust.txt"));
        Assert.That(texts, Has.Length.EqualTo(expected.Length).And.Length.GreaterThan(200));
        for (int i = 0; i < texts.Length; i++)
        {
            int[] ids = plain ? tokenizer.Encode(texts[i]) : tokenizer.EncodeTrusted(texts[i]);
            Assert.That(string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))), Is.EqualTo(expected[i]), TokenizerCampaignTests.Escaped(texts[i]));
        }
    }

    [Test]
    public void There_is_one_of_every_family() => Assert.That(Names, Is.SupersetOf(["gpt2", "smollm-pre", "llama3.2", "mistral-7b", "mistral-nemo", "qwen3", "qwen3-plain"]));

    // Through the keys of a GGUF file and back; the ids are still those of the Rust library, but for texts that Qwen's file would compose, and for a token of it that is none of its
    // control tokens and that readers of GGUF take for one by its name.
    [TestCase("qwen3")]
    [TestCase("llama3.2")]
    [TestCase("mistral-nemo")]
    [TestCase("gpt2")]
    [TestCase("smollm-pre")]
    public void What_is_exported_has_the_ids_of_the_library(string name)
    {
        IPromptTokenizer before = (IPromptTokenizer)TokenizerFile.Load(Path.Combine(s_folder, name + ".json"));
        IPromptTokenizer after = GgufKeys.Read(GgufTokenizerWriter.Write(before, before.VocabularySize, new Dictionary<string, object?>(), []));
        string[] texts = [.. File.ReadLines(Path.Combine(s_folder, "texts.jsonl")).Select(JsonLine.Read)];
        string[] expected = File.ReadAllLines(Path.Combine(s_folder, name + ".rust.txt"));
        int compared = 0;
        for (int i = 0; i < texts.Length; i++)
        {
            if (name != "qwen3" || (WellFormedText.Is(texts[i]) && CanonicalComposition.Compose(texts[i]) == texts[i] && !texts[i].Contains("</s>", StringComparison.Ordinal)))
            {
                Assert.That(string.Join(' ', after.EncodeTrusted(texts[i]).Select(id => id.ToString(CultureInfo.InvariantCulture))), Is.EqualTo(expected[i]), TokenizerCampaignTests.Escaped(texts[i]));
                compared++;
            }
        }

        Assert.That(compared, Is.GreaterThan(140));
    }

    // The fixture has a part of Mistral's vocabulary, and with it merges that no order of scores gives.
    [Test]
    public void Merges_that_scores_cannot_tell_are_not_exported()
    {
        ITokenizer tokenizer = TokenizerFile.Load(Path.Combine(s_folder, "mistral-7b.json"));
        Assert.That(
            () => GgufTokenizerWriter.Write(tokenizer, tokenizer.VocabularySize, new Dictionary<string, object?>(), []), Throws.TypeOf<NotSupportedException>().With.Message.Contains("llama.cpp merges by scores"));
    }

    [TestCase("qwen3")]
    [TestCase("llama3.2")]
    [TestCase("gpt2")]
    public void What_is_saved_is_what_was_read(string name)
    {
        using TemporaryFolder folder = new();
        IPromptTokenizer before = (IPromptTokenizer)TokenizerFile.Load(Path.Combine(s_folder, name + ".json"));
        TokenizerFile.Save(Path.Combine(folder.Path, "tokenizer.json"), before);
        IPromptTokenizer after = (IPromptTokenizer)TokenizerFile.Load(Path.Combine(folder.Path, "tokenizer.json"));
        foreach (string text in File.ReadLines(Path.Combine(s_folder, "texts.jsonl")).Select(JsonLine.Read))
        {
            Assert.That(after.EncodeTrusted(text), Is.EqualTo(before.EncodeTrusted(text)));
        }

        Assert.That((after.BeginOfText, after.EndOfText, after.VocabularySize), Is.EqualTo((before.BeginOfText, before.EndOfText, before.VocabularySize)));
    }
}
