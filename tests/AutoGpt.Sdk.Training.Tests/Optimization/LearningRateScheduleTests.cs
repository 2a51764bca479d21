namespace AutoGpt.Sdk.Training.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    private static readonly LearningRateSchedule Schedule = new(Maximum: 1, Minimum: .1, WarmUp: 4, Decay: 24);

    // nanoGPT's get_lr at the same settings.
    [TestCase(0, .2)]
    [TestCase(3, .8)]
    [TestCase(4, 1)]
    [TestCase(9, .1 + (.9 * (1 + .70710678118) / 2))]
    [TestCase(14, .55)]
    [TestCase(24, .1)]
    [TestCase(1000, .1)]
    public void It_rises_along_a_line_and_falls_along_a_cosine(int iteration, double rate) => Assert.That(Schedule.At(iteration), Is.EqualTo(rate).Within(1e-9));

    [TestCase(LearningRateShape.Linear, 14, .55)]
    [TestCase(LearningRateShape.Linear, 24, .1)]
    [TestCase(LearningRateShape.Constant, 1000, 1)]
    [TestCase(LearningRateShape.WarmUpStableDecay, 19, 1)]
    [TestCase(LearningRateShape.WarmUpStableDecay, 22, .55)]
    [TestCase(LearningRateShape.WarmUpStableDecay, 24, .1)]
    [TestCase(LearningRateShape.InverseSquareRoot, 4, 1)]
    [TestCase(LearningRateShape.InverseSquareRoot, 16, .5)]
    [TestCase(LearningRateShape.InverseSquareRoot, 24, .1)]
    public void Other_shapes_fall_as_their_names_say(LearningRateShape shape, int iteration, double rate) =>
        Assert.That((Schedule with { Shape = shape }).At(iteration), Is.EqualTo(rate).Within(1e-9));

    [Test]
    public void Without_warm_up_it_starts_at_the_top() => Assert.That((Schedule with { WarmUp = 0 }).At(0), Is.EqualTo(1));
}
