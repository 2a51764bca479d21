using System.Globalization;

namespace AutoGpt.Sdk.Tests;

public sealed class NumberFormatTests
{
    [TestCase("42", 42)]
    [TestCase(" 42.50\n", 42.5)]
    [TestCase("+1,250", 1250)]
    [TestCase("-1,234,567.25", -1234567.25)]
    [TestCase("\u22125", -5)]
    [TestCase("1e3", 1000)]
    [TestCase("2.5E-2", 0.025)]
    [TestCase(".5", 0.5)]
    [TestCase("42.", 42)]
    [TestCase("1250", 1250)]
    [TestCase("0012", 12)]
    public async Task A_number_is_read(string text, double expected) => Assert.That(await Holds(text, Criterion.Answer.IsNumber(expected)), Is.True);

    [TestCase("1,25")]
    [TestCase("12,50,000")]
    [TestCase("1,2345")]
    [TestCase(",123")]
    [TestCase("1.2.3")]
    [TestCase("")]
    [TestCase("-")]
    [TestCase(".")]
    [TestCase("$42")]
    [TestCase("42 apples")]
    [TestCase("0x2A")]
    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("1e999")]
    [TestCase("٤٢")]
    [TestCase("4 2")]
    [TestCase("forty-two")]
    public async Task Anything_else_is_none(string text) => Assert.That(await Holds(text, Criterion.Answer.IsNumber()), Is.False);

    [TestCase("1.250,5", 1250.5)]
    [TestCase("1250,5", 1250.5)]
    [TestCase("1.250", 1250)]
    public async Task A_comma_can_stand_before_the_decimals(string text, double expected)
    {
        Assert.That(await Holds(text, Criterion.Answer.IsNumber(expected, format: NumberFormat.DecimalComma)), Is.True);
        Assert.That(await Holds("1,250.5", Criterion.Answer.IsNumber(format: NumberFormat.DecimalComma)), Is.False);
    }

    [Test]
    public async Task Groups_are_the_formats_affair()
    {
        Assert.That(await Holds("1 250.5", Criterion.Answer.IsNumber(1250.5, format: new NumberFormat { GroupSeparator = ' ' })), Is.True);
        Assert.That(await Holds("1'250.5", Criterion.Answer.IsNumber(1250.5, format: new NumberFormat { GroupSeparator = '\'' })), Is.True);
        Assert.That(await Holds("1,250", Criterion.Answer.IsNumber(format: new NumberFormat { GroupSeparator = null })), Is.False);
        Assert.That(await Holds("1]250", Criterion.Answer.IsNumber(1250, format: new NumberFormat { GroupSeparator = ']', AllowText = true })), Is.True);
        foreach (char none in "1a-+\n")
        {
            Assert.That(() => Criterion.Answer.IsNumber(new NumberFormat { GroupSeparator = none }), Throws.ArgumentException);
        }

        Assert.That(() => Criterion.Answer.IsNumber(new NumberFormat { GroupSeparator = '.' }), Throws.ArgumentException);
    }

    [TestCase("The total is $1,250.50.", 1250.5)]
    [TestCase("It is 42% of all", 42)]
    [TestCase("**42**", 42)]
    [TestCase("about (-3.5)", -3.5)]
    [TestCase("42", 42)]
    public async Task Text_around_the_number_can_be_allowed(string text, double expected) =>
        Assert.That(await Holds(text, Criterion.Answer.IsNumber(expected, format: new NumberFormat { AllowText = true })), Is.True);

    [TestCase("between 1 and 2", "several")]
    [TestCase("2026-01-02", "several")]
    [TestCase("5-3", "several")]
    [TestCase("the 3rd of v2", "no number")]
    [TestCase("1.2.3", "no number")]
    [TestCase("it costs 1,25", "no number")]
    [TestCase("none", "no number")]
    public async Task Not_one_number_is_told(string text, string told)
    {
        CriterionResult result = await Criterion.Answer.IsNumber(new NumberFormat { AllowText = true }).CheckAsync(Context(text));
        Assert.That(result.Holds, Is.False);
        Assert.That(result.Found, Does.Contain(told));
    }

    [TestCase("0.4", 0.3, 0.1, true)]
    [TestCase("0.2", 0.3, 0.1, true)]
    [TestCase("0.40000000000000001", 0.3, 0.1, false)]
    [TestCase("42.5", 42, 0.5, true)]
    [TestCase("42.51", 42, 0.5, false)]
    [TestCase("1234567890123456", 1234567890123456d, 0, true)]
    [TestCase("1234567890123457", 1234567890123456d, 0, false)]
    [TestCase("1e300", 1e300, 0, true)]
    [TestCase("1e-300", 0, 0, false)]
    [TestCase("0", 1e-300, 0, false)]
    [TestCase("0", 1e-300, 1e-299, true)]
    public async Task A_tolerance_is_kept_to_the_last_digit(string text, double expected, double tolerance, bool holds) =>
        Assert.That(await Holds(text, Criterion.Answer.IsNumber(expected, tolerance)), Is.EqualTo(holds));

    [TestCase("1", 1, 2, true)]
    [TestCase("2.0", 1, 2, true)]
    [TestCase("2.01", 1, 2, false)]
    [TestCase("-1", double.NegativeInfinity, 0, true)]
    [TestCase("1e200", 0, double.PositiveInfinity, true)]
    public async Task A_range_holds_its_bounds(string text, double least, double most, bool holds) =>
        Assert.That(await Holds(text, Criterion.Answer.IsNumberBetween(least, most)), Is.EqualTo(holds));

    // The base class library writes them, with and without groups; what it writes is read back as what it was.
    [Test]
    public async Task Numbers_that_are_written_are_read_back()
    {
        Random random = new(11);
        CultureInfo comma = new(CultureInfo.InvariantCulture.Name) { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
        for (int round = 0; round < 2000; round++)
        {
            double value = Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(1, 13)), 3);
            Assert.That(await Holds(value.ToString("N3", CultureInfo.InvariantCulture), Criterion.Answer.IsNumber(value)), Is.True);
            Assert.That(await Holds(value.ToString("R", CultureInfo.InvariantCulture), Criterion.Answer.IsNumber(value)), Is.True);
            Assert.That(await Holds(value.ToString("E16", CultureInfo.InvariantCulture), Criterion.Answer.IsNumber(value, Math.Abs(value) * 1e-15)), Is.True);
            Assert.That(await Holds(value.ToString("N3", comma), Criterion.Answer.IsNumber(value, format: NumberFormat.DecimalComma)), Is.True);
            Assert.That(await Holds($"x {value:N3} y", Criterion.Answer.IsNumber(value, format: NumberFormat.Invariant with { AllowText = true })), Is.True);
        }
    }

    private static async Task<bool?> Holds(string answer, Criterion criterion) => (await criterion.CheckAsync(Context(answer))).Holds;

    private static EvaluationContext Context(string answer) => new("goal", Runs.Plan(("a", "{}")),
        [new StepResult(1, "a", StepStatus.Succeeded) { Value = System.Text.Json.JsonSerializer.SerializeToElement(answer) }]);
}
