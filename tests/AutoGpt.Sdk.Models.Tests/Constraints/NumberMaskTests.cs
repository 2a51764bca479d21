using System.Globalization;
using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>Bounds of numbers, digit by digit, against decimal arithmetic.</summary>
public class NumberMaskTests
{
    private static readonly string?[] s_bounds = [null, "0", "-0", "1", "-1", "9", "10", "-10", "99.5", "-99.5", "0.05", "-0.05", "1e2", "-12.5e-1", "100", "1.50"];

    [Test]
    public void Bounds_admit_exactly_the_numbers_between_them([Values] bool isInteger, [Values(0, 1, 2, 3)] int open)
    {
        string[] candidates = [.. Candidates(isInteger)];
        foreach (string? low in s_bounds)
        {
            foreach (string? high in s_bounds)
            {
                Dictionary<string, object> schema = new() { ["type"] = isInteger ? "integer" : "number" };
                if (low is not null)
                {
                    schema[(open & 1) == 0 ? "minimum" : "exclusiveMinimum"] = JsonDocument.Parse(low).RootElement;
                }

                if (high is not null)
                {
                    schema[(open & 2) == 0 ? "maximum" : "exclusiveMaximum"] = JsonDocument.Parse(high).RootElement;
                }

                JsonSchemaConstraint? constraint = TryCompile(JsonSerializer.Serialize(schema));
                foreach (string candidate in candidates)
                {
                    decimal value = decimal.Parse(candidate, CultureInfo.InvariantCulture);
                    bool expected = (low is null || value.CompareTo(Parse(low)) >= ((open & 1) == 0 ? 0 : 1))
                        && (high is null || Parse(high).CompareTo(value) >= ((open & 2) == 0 ? 0 : 1));
                    if ((constraint?.Admits(candidate) ?? false) != expected)
                    {
                        Assert.Fail($"{candidate} under {JsonSerializer.Serialize(schema)}: expected {expected}");
                    }
                }
            }
        }
    }

    [TestCase("integer", "-0", false)]
    [TestCase("integer", "1.0", false)]
    [TestCase("integer", "007", false)]
    [TestCase("number", "-0", true)]
    [TestCase("number", "-0.00", true)]
    [TestCase("number", "1.", false)]
    [TestCase("number", ".5", false)]
    [TestCase("number", "1e5", false)]
    [TestCase("number", "+1", false)]
    [TestCase("number", "00.5", false)]
    [TestCase("integer", "999999999999999999", true)]
    [TestCase("integer", "1999999999999999999", false, Description = "more digits than 64 bits hold")]
    public void Numbers_have_one_form(string type, string text, bool expected) =>
        Assert.That(Masks.Compile($$"""{"type":"{{type}}"}""").Admits(text), Is.EqualTo(expected));

    [Test]
    public void A_bound_of_many_digits_is_exact()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"number","minimum":0.1000000000000000000000000001,"exclusiveMaximum":1e25}""");
        Assert.That(constraint.Admits("0.1"), Is.False);
        Assert.That(constraint.Admits("0.1000000000000000000000000001"));
        Assert.That(constraint.Admits("9999999999999999999999999.9"));
        Assert.That(constraint.Admits("10000000000000000000000000"), Is.False);
    }

    [Test]
    public void An_integer_may_end_or_go_on_until_its_bound()
    {
        JsonSchemaConstraint constraint = Masks.Compile("""{"type":"integer","minimum":-3,"maximum":120}""");
        Assert.That(constraint.After("").Next(), Is.EqualTo("-0123456789"));
        Assert.That(constraint.After("-").Next(), Is.EqualTo("123"));
        Assert.That(constraint.After("1").Next(), Is.EqualTo("$0123456789"));
        Assert.That(constraint.After("12").Next(), Is.EqualTo("$0"));
        Assert.That(constraint.After("0").Next(), Is.EqualTo("$"));
        Assert.That(constraint.After("12").IsComplete);
        Assert.That(constraint.After("12").MustEnd, Is.False);
        Assert.That(constraint.After("13").MustEnd);
        Assert.That(constraint.After("-").IsComplete, Is.False);
    }

    private static JsonSchemaConstraint? TryCompile(string schema)
    {
        try
        {
            return Masks.Compile(schema);
        }
        catch (SchemaException)
        {
            return null;
        }
    }

    private static decimal Parse(string number) => decimal.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Candidates(bool isInteger)
    {
        IEnumerable<string> whole = Enumerable.Range(-12, 25).Concat([-101, -100, -99, 98, 99, 100, 101, 1000]).Select(i => i.ToString(CultureInfo.InvariantCulture));
        return isInteger ? whole
            : whole.Concat(["0.0", "0.04", "0.05", "0.050", "0.051", "0.0500001", "-0.04", "-0.05", "-0.06", "-1.25", "-1.24999", "-1.2500", "-1.26", "1.5", "1.49", "1.500", "1.51",
                "99.5", "99.49", "99.50", "99.6", "-99.5", "-99.51", "-99.4", "100.0", "100.01", "9.99", "10.001", "-10.0", "-9.9"]);
    }
}
