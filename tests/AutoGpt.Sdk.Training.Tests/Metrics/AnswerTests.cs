namespace AutoGpt.Sdk.Training.Tests.Metrics;

public sealed class AnswerTests
{
    [TestCase("The  Cat, (a) dog!", "cat dog")]
    [TestCase("An answer", "answer")]
    [TestCase("theatre another", "theatre another")]
    [TestCase("$3.50 + x_y", "350 xy")]
    [TestCase("Ä–B", "ä–b")]
    public void The_normal_form_is_that_of_squad(string text, string expected) => Assert.That(ExactMatch.Normalize(text), Is.EqualTo(expected));

    [Test]
    public void An_answer_is_right_when_it_is_one_of_the_references()
    {
        Assert.That(ExactMatch.Is("42", ["41", "42"]));
        Assert.That(ExactMatch.Is("42.", ["41", "42"]), Is.False);
        Assert.That(ExactMatch.Is("The 42.", ["41", "42"], normalize: true));
        Assert.That(ExactMatch.Share(["a", "b", "C"], ["a", "x", "c"]), Is.EqualTo(1.0 / 3).Within(1e-12));
        Assert.That(() => ExactMatch.Share([], []), Throws.ArgumentException);
    }

    [Test]
    public void Perplexity_is_the_number_of_equally_likely_tokens()
    {
        Assert.That(Perplexity.Of([Math.Log(1.0 / 8), Math.Log(1.0 / 2)]), Is.EqualTo(4).Within(1e-12), "the geometric mean of 8 and 2");
        Assert.That(Perplexity.OfLoss(Math.Log(65)), Is.EqualTo(65).Within(1e-12));
        Assert.That(Perplexity.BitsPerByte(12 * Math.Log(2), 4), Is.EqualTo(3).Within(1e-12));
        Assert.That(() => Perplexity.Of([]), Throws.ArgumentException);
    }

    // By hand, in 5 bins: (.2] has .2 right, (.6] has .5 wrong and .6 right, (1] has .9, 1 right and .95 wrong.
    [Test]
    public void The_calibration_error_is_the_one_worked_out_by_hand()
    {
        Calibration calibration = new([.2, .5, .6, .9, 1, .95], [true, false, true, true, true, false], bins: 5);
        Assert.That(calibration.Bins.Select(bin => (bin.UpperBound, bin.Items)), Is.EqualTo([(.2, 1), (.6, 2), (1, 3)]));
        Assert.That(calibration.ExpectedError, Is.EqualTo(((1 * .8) + (2 * .05) + (3 * (.95 - (2.0 / 3)))) / 6).Within(1e-12));
        Assert.That(calibration.MaximumError, Is.EqualTo(.8).Within(1e-12));
    }

    [Test]
    public void Who_is_right_as_often_as_he_says_is_calibrated()
    {
        double[] confidences = [.. Enumerable.Range(0, 1000).Select(_ => .75)];
        bool[] correct = [.. Enumerable.Range(0, 1000).Select(i => i % 4 != 0)];
        Assert.That(new Calibration(confidences, correct).ExpectedError, Is.Zero.Within(1e-12));
        Assert.That(new Calibration([0], [false]).ExpectedError, Is.Zero);
        Assert.That(() => new Calibration([1.5], [true]), Throws.ArgumentException.With.Message.Contains("1.5 is no probability"));
    }
}
