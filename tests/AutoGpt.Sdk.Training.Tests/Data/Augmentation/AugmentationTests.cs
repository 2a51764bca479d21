using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training.Tests.Data.Augmentation;

public sealed class AugmentationTests
{
    private static readonly string s_text = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"w{i}"));

    [Test]
    public async Task Words_are_dropped_by_chance()
    {
        WordDropout dropout = new(.25);
        int kept = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            string[] words = (await dropout.ApplyAsync(s_text, seed))!.Split(' ');
            Assert.That(words.Select(word => int.Parse(word[1..])), Is.Ordered.Ascending.And.Unique, "the rest stays as it was");
            kept += words.Length;
        }

        Assert.That(kept / 20_000.0, Is.EqualTo(.75).Within(4 * Math.Sqrt(.25 * .75 / 20_000)));
        Assert.That(await dropout.ApplyAsync(s_text, 3), Is.EqualTo(await new WordDropout(.25).ApplyAsync(s_text, 3)).And.Not.EqualTo(await dropout.ApplyAsync(s_text, 4)));
        Assert.That(await new WordDropout(.999).ApplyAsync("a b c", 1), Has.Length.EqualTo(1));
        Assert.That(await new WordDropout(.999).ApplyAsync("alone", 1), Is.Null);
        Assert.That(await dropout.ApplyAsync(" ", 1), Is.Null);
        Assert.That(() => new WordDropout(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Words_are_swapped()
    {
        WordSwap swap = new(.05);
        string[] words = s_text.Split(' '), swapped = (await swap.ApplyAsync(s_text, 1))!.Split(' ');
        Assert.That(swapped, Is.EquivalentTo(words));
        Assert.That(swapped.Zip(words).Count(pair => pair.First != pair.Second), Is.InRange(10, 20), "ten exchanges");
        Assert.That(await swap.ApplyAsync(" a\n b ", 1), Is.EqualTo(" b\n a "), "what is between stays");
        Assert.That(await swap.ApplyAsync("a", 1), Is.Null);
        Assert.That(await swap.ApplyAsync("a a", 1), Is.Null);
    }

    [Test]
    public async Task Templates_are_chosen_by_the_seed()
    {
        TextTemplates templates = new("Say {text}!", "{text}? {text}.");
        string?[] phrasings = await Task.WhenAll(Enumerable.Range(0, 20).Select(seed => templates.ApplyAsync("{text}", seed).AsTask()));
        Assert.That(phrasings.Distinct(), Is.EquivalentTo(["Say {text}!", "{text}? {text}."]));
        Assert.That(() => new TextTemplates("none"), Throws.ArgumentException);
        Assert.That(() => new TextTemplates(), Throws.ArgumentException);
    }

    [Test]
    public async Task Texts_go_to_another_language_and_back()
    {
        ScriptedLanguageModel model = new((prompt, _) => prompt.Instructions!.Contains("French", StringComparison.Ordinal) ? "Le chat dort. " : prompt.Messages.Single().Text == "Le chat dort." ? " The cat sleeps." : "?");
        Assert.That(await new BackTranslation(model).ApplyAsync("The cat is asleep.", 5), Is.EqualTo("The cat sleeps."));
        Assert.That(await new BackTranslation(model).ApplyAsync(" The cat sleeps. ", 5), Is.Null, "nothing new");
        Assert.That(model.Options.Select(options => options.Seed).Take(2), Is.Unique);
        ScriptedLanguageModel cut = new(new ScriptedReply("Le chat") { Finish = FinishReason.Length }, "x");
        Assert.That(await new BackTranslation(cut).ApplyAsync("The cat sleeps.", 5), Is.Null, "half a translation is none");
        ScriptedLanguageModel there = new("Katze"), back = new("kitty");
        BackTranslationOptions options = new() { Pivot = "German", Prompt = (text, language) => Prompt.Continue($"{language}:{text}=") };
        Assert.That(await new BackTranslation(there, back, options).ApplyAsync("cat", 1), Is.EqualTo("kitty"));
        Assert.That((there.Prompts.Single().Text, back.Prompts.Single().Text), Is.EqualTo(("German:cat=", "English:Katze=")));
    }

    [Test]
    public async Task Only_what_is_read_changes_and_labels_stay()
    {
        TextRecord[] records =
        [
            new() { Text = "one two", Label = "x" }, new() { Prompt = "three four", Completion = "five six" },
            new() { Messages = [new(ChatRole.System, "be so"), new(ChatRole.User, "seven eight"), new(ChatRole.Assistant, "nine ten")] }, new() { Text = "alone" },
        ];
        Augmenter augmenter = new([new WordSwap()], new AugmenterOptions { Copies = 2 });
        TextRecord[] all = await ReadAsync(augmenter, records);
        Assert.That(all.Select(record => (record.Content, record.Label)), Is.EqualTo(new (string, string?)[]
        {
            ("one two", "x"), ("two one", "x"), ("two one", "x"), ("three four\nfive six", null), ("four three\nfive six", null), ("four three\nfive six", null),
            ("be so\nseven eight\nnine ten", null), ("be so\neight seven\nnine ten", null), ("be so\neight seven\nnine ten", null), ("alone", null),
        }));
        Assert.That((augmenter.Made, augmenter.Failed), Is.EqualTo((6L, 2L)));
        Assert.That(() => new Augmenter([]), Throws.ArgumentException);
    }

    [Test]
    public async Task The_same_seed_makes_the_same_records()
    {
        TextRecord[] records = [.. Enumerable.Range(0, 20).Select(_ => new TextRecord { Text = s_text })];
        string[] first = await MakeAsync(1), again = await MakeAsync(1), other = await MakeAsync(2);
        Assert.That(again, Is.EqualTo(first));
        Assert.That(other, Is.Not.EqualTo(first));
        Assert.That(first.Distinct().Count(), Is.EqualTo(21), "each copy is another");

        async Task<string[]> MakeAsync(int seed) => [.. (await ReadAsync(new Augmenter([new WordSwap(), new WordDropout()], new AugmenterOptions { Seed = seed }), records)).Select(record => record.Text!)];
    }

    private static async Task<TextRecord[]> ReadAsync(Augmenter augmenter, IEnumerable<TextRecord> records)
    {
        List<TextRecord> all = [];
        await foreach (TextRecord record in augmenter.AugmentAsync(records))
        {
            all.Add(record);
        }

        return [.. all];
    }
}
