namespace AutoGpt.Sdk.Training.Tests.Evaluation;

public sealed class FewShotSamplerTests
{
    private static readonly TextRecord[] s_labelled =
        [.. Enumerable.Range(0, 60).Select(i => new TextRecord { Text = $"text {i}", Label = i < 50 ? "often" : i < 57 ? "seldom" : "rare", Place = new RecordPlace("a.jsonl", i + 1) })];

    private static readonly TextRecord[] s_questions = [.. Enumerable.Range(0, 9).Select(i => new TextRecord { Prompt = $"question {i}", Completion = $"{i}", Place = new RecordPlace("b.jsonl", i + 1) })];

    [Test]
    public void Examples_are_even_over_labels_and_never_the_question()
    {
        FewShotSampler sampler = new(s_labelled, 6, seed: 1);
        foreach (TextRecord asked in s_labelled)
        {
            IReadOnlyList<TextRecord> shots = sampler.Draw(asked);
            Assert.That(shots.Select(shot => shot.Text), Is.Unique.And.None.EqualTo(asked.Text));
            Assert.That(shots.CountBy(shot => shot.Label!).Select(count => count.Value), Is.EqualTo([2, 2, 2]));
        }

        // Three of the rare label are all there are; the others make up for them.
        Assert.That(new FewShotSampler(s_labelled, 15, 0).Draw(s_labelled[0]).CountBy(shot => shot.Label!).ToDictionary()["rare"], Is.EqualTo(3));
        Assert.That(new FewShotSampler(s_labelled, 59, 0).Draw(s_labelled[0]), Has.Count.EqualTo(59));
        Assert.That(s_labelled.SelectMany(sampler.Draw).Distinct().Count(), Is.GreaterThan(40), "not always the same");
        Assert.That(s_labelled.Select(asked => sampler.Draw(asked)[0].Label).Distinct().Count(), Is.EqualTo(3), "no label is always first");
    }

    [Test]
    public void Examples_depend_on_seed_and_question_alone()
    {
        string[] Drawn(int seed, IEnumerable<TextRecord> order)
        {
            FewShotSampler sampler = new(s_questions, 3, seed);
            return [.. order.OrderBy(asked => asked.Place.Line).Select(asked => string.Join('|', sampler.Draw(asked).Select(shot => shot.Prompt)))];
        }

        Assert.That(Drawn(5, s_questions.Reverse()), Is.EqualTo(Drawn(5, s_questions)));
        Assert.That(Drawn(6, s_questions), Is.Not.EqualTo(Drawn(5, s_questions)));
        Assert.That(new FewShotSampler(s_questions, 8, 0).Draw(s_questions[0] with { Place = default }).Select(shot => shot.Prompt), Has.None.EqualTo("question 0"), "known by what it says, not by where it is");
    }

    [Test]
    public void Too_few_examples_are_told_and_texts_alone_get_none()
    {
        Assert.That(() => new FewShotSampler(s_questions, 9, 0).Draw(s_questions[2]), Throws.TypeOf<DatasetException>().With.Message.EqualTo(
            "b.jsonl, line 3: 9 examples are to be shown before it, and there are 8 to draw from. Ask for fewer shots, or give more examples."));
        Assert.That(() => new FewShotSampler([], 1, 0).Draw(s_questions[2]), Throws.TypeOf<DatasetException>());
        Assert.That(new FewShotSampler([], 1, 0).Draw(new TextRecord { Text = "x" }), Is.Empty);
        Assert.That(new FewShotSampler([], 0, 0).Draw(s_questions[2]), Is.Empty);
    }
}
