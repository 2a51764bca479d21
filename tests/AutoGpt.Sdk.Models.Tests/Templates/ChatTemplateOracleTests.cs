using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>
/// Templates rendered as Jinja2 renders them. Fixtures/ holds templates in the style of the common families and one-liners that go through the language;
/// benchmarks/peers/templates made their texts, and makes the file with a hundred real templates for the campaign:
/// <c>AUTOGPT_TEMPLATE_CASES=cases.jsonl dotnet test -c Release --project tests/AutoGpt.Sdk.Models.Tests --filter "FullyQualifiedName~ChatTemplateOracle"</c>.
/// </summary>
public sealed class ChatTemplateOracleTests
{
    [Test]
    public void The_language_and_the_families_render_as_Jinja2_has_them()
    {
        Outcome outcome = Outcome.Of(TemplateFixtures.Lines());
        Assert.That(outcome.Uncompiled, Is.Empty);
        Assert.That(outcome.Same, Is.GreaterThan(130));
        Assert.That(outcome.Refused, Is.GreaterThan(30));
        Assert.That(outcome.Differences, Is.Empty);
    }

    [Test, Explicit("needs templates that are not in the repository")]
    public void Real_templates_render_as_the_oracle_has_them()
    {
        string path = Environment.GetEnvironmentVariable("AUTOGPT_TEMPLATE_CASES") ?? throw new IgnoreException("AUTOGPT_TEMPLATE_CASES names no file.");
        Outcome outcome = Outcome.Of(File.ReadLines(path));
        TestContext.Out.WriteLine(
            $"{outcome.Templates} templates, {outcome.Uncompiled.Count} not compiled ({outcome.NotRun} cases); {outcome.Same} cases the same, {outcome.Refused} refused by both, {outcome.Differences.Count} different");
        foreach (string line in outcome.Uncompiled.Concat(outcome.Differences))
        {
            TestContext.Out.WriteLine(line);
        }

        Assert.That(outcome.Same, Is.GreaterThan(0));
        Assert.That(outcome.Differences, Is.Empty);
    }

    private sealed class Outcome
    {
        private readonly Dictionary<string, ChatTemplate?> _templates = [];
        private readonly Dictionary<string, JsonElement> _conversations = [];

        public int Templates => _templates.Count;

        public List<string> Uncompiled { get; } = [];

        public List<string> Differences { get; } = [];

        public int Same { get; private set; }

        public int Refused { get; private set; }

        public int NotRun { get; private set; }

        public static Outcome Of(IEnumerable<string> lines)
        {
            Outcome outcome = new();
            foreach (string line in lines)
            {
                outcome.Take(JsonDocument.Parse(line).RootElement);
            }

            return outcome;
        }

        private void Take(JsonElement line)
        {
            if (line.TryGetProperty("template", out JsonElement name))
            {
                _templates.Add(name.GetString()!, Compile(name.GetString()!, line.GetProperty("source").GetString()!));
            }
            else if (line.TryGetProperty("conversation", out JsonElement conversation))
            {
                _conversations.Add(conversation.GetString()!, line);
            }
            else if (_templates[line.GetProperty("case").GetString()!] is { } template)
            {
                Compare(template, _conversations[line.GetProperty("of").GetString()!], line);
            }
            else
            {
                NotRun++;
            }
        }

        private ChatTemplate? Compile(string name, string source)
        {
            try
            {
                return ChatTemplate.Compile(source);
            }
            catch (ChatTemplateException exception)
            {
                Uncompiled.Add($"{name}: {exception.Message}");
                return null;
            }
        }

        private void Compare(ChatTemplate template, JsonElement conversation, JsonElement line)
        {
            string? expected = line.GetProperty("text").GetString();
            string? text = null;
            string problem = "";
            try
            {
                RenderedPrompt prompt = TemplateFixtures.Render(template, conversation, conversation.GetProperty("messages"));
                text = prompt.Text;
                if (conversation.GetProperty("tools").ValueKind == JsonValueKind.Null)
                {
                    problem = TemplateFixtures.FindUnmarked(template, conversation) ?? "";
                }
            }
            catch (ChatTemplateException exception)
            {
                problem = exception.Message;
            }

            if (text != expected || (text is not null && problem.Length > 0))
            {
                Differences.Add($"{line.GetProperty("case")} × {line.GetProperty("of")}: {Difference(text, problem, expected, line)}");
            }
            else if (text is null)
            {
                Refused++;
            }
            else
            {
                Same++;
            }
        }

        private static string Difference(string? text, string problem, string? expected, JsonElement line)
        {
            if (text is null || expected is null)
            {
                return text is null ? $"refused: {problem}" : $"the oracle refuses: {line.GetProperty("error")}";
            }

            int at = text.AsSpan().CommonPrefixLength(expected);
            return text == expected ? problem : $"at {at}: {JsonSerializer.Serialize(Around(text))} instead of {JsonSerializer.Serialize(Around(expected))}";

            string Around(string whole) => whole[Math.Max(0, at - 20)..Math.Min(whole.Length, at + 40)];
        }
    }
}
