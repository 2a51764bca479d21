using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tests;

public sealed class PrintableTextTests
{
    [TestCase("a\u001b[2Kb", "a[2Kb")]
    [TestCase("pay\u202eecila\u202c", "payecila")]
    [TestCase("a\u200bb\u2066c\ufeff", "abc")]
    [TestCase("a\U000E0041\U000E007Fb", "ab", Description = "tag characters, which spell out texts that nobody sees")]
    [TestCase("é 😀 ע", "é 😀 ע")]
    public void Hidden_characters_are_left_out(string text, string shown)
    {
        Assert.That(PrintableText.Of(text), Is.EqualTo(shown));
        Assert.That(SingleLine.Of(text), Is.EqualTo(shown));
    }

    [Test]
    public void One_line_is_one_line_and_as_long_as_it_may_be()
    {
        Assert.That(SingleLine.Of(" a \r\n\t b\u2028c\u0085d "), Is.EqualTo("a b c d"));
        Assert.That((SingleLine.Of("a\ud800b"), PrintableText.Of("a\ud800b")), Is.EqualTo(("a\ufffdb", "a\ufffdb")));
        Assert.That(SingleLine.Of(string.Concat(Enumerable.Repeat("😀", 10)), 7), Is.EqualTo("😀😀😀😀…"));
    }

    [Test]
    public void A_call_shows_what_would_be_hidden()
    {
        JsonObject arguments = new() { ["to"] = "eve\u202e@\u001b[2K\n\u2028é😀\U000E0041", ["n"] = 5, ["none"] = null, ["\u200bx"] = new JsonArray("a"), ["long"] = "begin" + new string('x', 1000) + "end" };
        string shown = PrintableText.Of(new ActionRequest("run", 1, "pаy", arguments), maxValueLength: 60);
        Assert.That(shown, Does.StartWith("""p\u0430y(to: "eve\u202E@\u001B[2K\n\u2028é\uD83D\uDE00\uDB40\uDC41", n: 5, none: null, \u200Bx: ["a"], long: "begin"""));
        Assert.That(shown, Does.EndWith("xend\")").And.Contain("…[950 characters more]…"));
        Assert.That(shown.EnumerateRunes().Any(SingleLine.IsHidden), Is.False);
    }

    [Test]
    public async Task What_models_and_tools_say_reaches_a_result_without_hidden_characters()
    {
        AutonomousAgent asks = Runs.Agent(new AutoGpt.Sdk.Testing.ScriptedPlanner(Plan.Ask("Which\u001b[2K\u202e?")), [new TestTool("x")]);
        Assert.That((await asks.RunAsync("goal")).Question, Is.EqualTo("Which[2K?"));
        AutonomousAgent named = Runs.Agent(new AutoGpt.Sdk.Testing.ScriptedPlanner(Runs.Plan(("x", """{"a\u001b[2K\u202e":1}"""))), [new TestTool("x")]);
        Assert.That((await named.RunAsync("goal")).Reason, Does.Contain("'a[2K'"));
    }
}
