namespace AutoGpt.Sdk.Training.Tests.Data.Cleaning;

public sealed class TextCleanerTests
{
    // Pairs from Unicode's NormalizationTest.txt and by its rules.
    [TestCase("e\u0301", "\u00e9")]
    [TestCase("\u212b\u1e0b\u0323", "\u00c5\u1e0d\u0307")]
    [TestCase("\u1100\u1161\u11a8", "\uac01")]
    [TestCase("ﬁ①", "ﬁ①")]
    [TestCase("a\r\nb\rc\r", "a\nb\nc\n")]
    [TestCase("\ufeffa\0b\u0007\u0085\u009f\tc\ufffe\ufdd0", "ab\tc")]
    [TestCase("नमस्\u200dते \u200e", "नमस्\u200dते \u200e")]
    public void Text_gets_one_form_and_nothing_unseen(string text, string expected) => Assert.That(new TextCleaner().Clean(text), Is.EqualTo(expected));

    [Test]
    public void Halves_of_characters_are_taken_out() => Assert.That(new TextCleaner().Clean("x\ud800y\udc00z😀"), Is.EqualTo("xyz😀"));

    [Test]
    public void Each_step_can_be_left_out()
    {
        Assert.That(new TextCleaner(new TextCleanerOptions { Compose = false }).Clean("e\u0301\0"), Is.EqualTo("e\u0301"));
        Assert.That(new TextCleaner(new TextCleanerOptions { RemoveControls = false }).Clean("e\u0301\0\r\n"), Is.EqualTo("\u00e9\0\r\n"));
    }

    [TestCase("  ab  ", CleaningVerdict.TooShort)]
    [TestCase(" 😀😀😀 ", CleaningVerdict.Kept)]
    [TestCase("abcde", CleaningVerdict.Kept)]
    [TestCase("abcdef", CleaningVerdict.TooLong)]
    [TestCase("\0\0\0", CleaningVerdict.TooShort)]
    public void Lengths_are_of_characters_after_cleaning(string text, CleaningVerdict verdict)
    {
        TextCleaner cleaner = new(new TextCleanerOptions { MinimumLength = 3, MaximumLength = 5 });
        Assert.That(cleaner.Clean(new TextRecord { Text = text }, out _), Is.EqualTo(verdict));
    }

    [Test]
    public void Languages_are_chosen()
    {
        TextCleaner cleaner = new(new TextCleanerOptions { Languages = ["de", "zh"] });
        Assert.That(Verdict("Der Zug nach Hamburg fährt heute leider erst eine halbe Stunde später ab."), Is.EqualTo(CleaningVerdict.Kept));
        Assert.That(Verdict("今天的火车晚点半个小时。"), Is.EqualTo(CleaningVerdict.Kept));
        Assert.That(Verdict("The train to Hamburg leaves half an hour late today."), Is.EqualTo(CleaningVerdict.OtherLanguage));
        Assert.That(Verdict("4711"), Is.EqualTo(CleaningVerdict.OtherLanguage), "nothing can be told of it");
        Assert.That(() => new TextCleaner(new TextCleanerOptions { Languages = ["xx"] }), Throws.ArgumentException.With.Message.Contains("'xx'"));
        Assert.That(() => new TextCleaner(new TextCleanerOptions { MinimumLength = 5, MaximumLength = 4 }), Throws.InstanceOf<ArgumentOutOfRangeException>());

        CleaningVerdict Verdict(string text) => cleaner.Clean(new TextRecord { Text = text }, out _);
    }

    [Test]
    public void All_texts_of_a_record_are_cleaned()
    {
        _ = new TextCleaner().Clean(new TextRecord { Prompt = "e\u0301", Completion = "\0a" }, out TextRecord cleaned);
        Assert.That((cleaned.Prompt, cleaned.Completion), Is.EqualTo(("\u00e9", "a")));
    }
}
