using System.Text.Json;

namespace AutoGpt.Sdk.Models.Tests;

/// <summary>
/// Real templates by the hundred, rendered as an oracle renders them; benchmarks/peers/templates makes the file:
/// <c>AUTOGPT_TEMPLATE_CASES=cases.jsonl dotnet test -c Release --project tests/AutoGpt.Sdk.Models.Tests --filter ChatTemplateCampaign</c>.
/// </summary>
[Explicit("needs templates that are not in the repository")]
public sealed class ChatTemplateCampaignTests
{
    [Test]
    public void Every_conversation_renders_as_the_oracle_has_it()
    {
        string path = Environment.GetEnvironmentVariable("AUTOGPT_TEMPLATE_CASES") ?? throw new IgnoreException("AUTOGPT_TEMPLATE_CASES names no file.");
        Dictionary<string, ChatTemplate?> templates = [];
        Dictionary<string, JsonElement> conversations = [];
        List<string> differences = [];
        int same = 0, refused = 0, uncompiled = 0;
        foreach (JsonElement line in File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement))
        {
            if (line.TryGetProperty("template", out JsonElement name))
            {
                templates.Add(name.GetString()!, Compile(name.GetString()!, line.GetProperty("source").GetString()!));
            }
            else if (line.TryGetProperty("conversation", out JsonElement conversation))
            {
                conversations.Add(conversation.GetString()!, line);
            }
            else if (templates[line.GetProperty("case").GetString()!] is not { } template)
            {
                uncompiled++;
            }
            else
            {
                string? expected = line.GetProperty("text").GetString();
                (string? text, string problem) = Render(template, conversations[line.GetProperty("of").GetString()!]);
                same += text is not null && text == expected ? 1 : 0;
                refused += text is null && expected is null ? 1 : 0;
                if (text != expected)
                {
                    differences.Add($"{line.GetProperty("case")} × {line.GetProperty("of")}: {Difference(text, problem, expected, line)}");
                }
            }
        }

        TestContext.Out.WriteLine(
            $"{templates.Count} templates, {templates.Values.Count(template => template is null)} not compiled ({uncompiled} cases); {same} cases the same, {refused} refused by both, {differences.Count} different");
        foreach (string difference in differences)
        {
            TestContext.Out.WriteLine(difference);
        }

        Assert.That(same, Is.GreaterThan(0));
        Assert.That(differences, Is.Empty);
    }

    private static ChatTemplate? Compile(string name, string source)
    {
        try
        {
            return ChatTemplate.Compile(source);
        }
        catch (ChatTemplateException exception)
        {
            TestContext.Out.WriteLine($"not compiled: {name}: {exception.Message}");
            return null;
        }
    }

    private static (string? Text, string Problem) Render(ChatTemplate template, JsonElement conversation)
    {
        Dictionary<string, object?> variables = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };
        foreach (JsonProperty variable in conversation.GetProperty("variables").EnumerateObject())
        {
            variables[variable.Name] = variable.Value;
        }

        JsonElement tools = conversation.GetProperty("tools");
        try
        {
            RenderedPrompt prompt = template.Render(conversation.GetProperty("messages"), tools.ValueKind == JsonValueKind.Null ? null : tools, new ChatTemplateOptions
            {
                AddGenerationPrompt = conversation.GetProperty("addGenerationPrompt").GetBoolean(), Variables = variables, Time = new FixedTime(),
            });
            return (prompt.Text, "");
        }
        catch (ChatTemplateException exception)
        {
            return (null, exception.Message);
        }
    }

    private static string Difference(string? text, string problem, string? expected, JsonElement line)
    {
        if (text is null || expected is null)
        {
            return text is null ? $"refused: {problem}" : $"the oracle refuses: {line.GetProperty("error")}";
        }

        int at = text.AsSpan().CommonPrefixLength(expected);
        return $"at {at}: {JsonSerializer.Serialize(Around(text))} instead of {JsonSerializer.Serialize(Around(expected))}";

        string Around(string whole) => whole[Math.Max(0, at - 20)..Math.Min(whole.Length, at + 40)];
    }
}
