using System.Text.Json;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Tools;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>What the in-box model is asked to write where tokens are counted: plans for goals, and documents of a few general schemas.</summary>
internal static class MiniTexts
{
    public const string Plans = "plans";
    public const string ToolCall = "a tool call";

    public static IReadOnlyList<(string Name, string Schema)> Schemas { get; } =
    [
        (ToolCall, """{"type":"object","properties":{"tool":{"enum":["read_file","write_file","query_csv","sort_lines","finish"]},"arguments":{"type":"object","properties":{"path":{"type":"string","maxLength":20},"overwrite":{"type":"boolean"}},"required":["path","overwrite"]}},"required":["tool","arguments"]}"""),
        ("a person", """{"type":"object","properties":{"firstName":{"type":"string","maxLength":12},"lastName":{"type":"string","maxLength":12},"age":{"type":"integer","minimum":0,"maximum":120},"emailAddress":{"type":"string","maxLength":20}},"required":["firstName","lastName","age","emailAddress"]}"""),
        ("a verdict", """{"type":"object","properties":{"passed":{"type":"boolean"},"score":{"type":"integer","minimum":0,"maximum":10},"reason":{"type":"string","maxLength":60}},"required":["passed","score","reason"]}"""),
        ("a list of labels", """{"type":"object","properties":{"labels":{"type":"array","items":{"enum":["positive","negative","neutral","mixed"]},"minItems":3,"maxItems":6}},"required":["labels"]}"""),
        ("free text", """{"type":"object","properties":{"text":{"type":"string","minLength":80,"maxLength":120}},"required":["text"]}"""),
    ];

    /// <summary>The goals of a file, a JSON object with a <c>goal</c> a line; three of ours without one.</summary>
    public static string[] Goals(string? file) => file is not null
        ? [.. File.ReadLines(file).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("goal").GetString()!)]
        : ["Extract the e-mail addresses from contacts.txt, remove the duplicates and write them to emails.txt.", "Which product has the highest price in sales.csv?", "Copy names.txt to backup.txt."];

    /// <summary>The built-in tools over an empty folder: plans name them, nobody runs them.</summary>
    public static IReadOnlyList<AIFunction> Tools(string folder) => WorkspaceTools.Create(Workspace.Open(folder));

    /// <summary>A plan as text, or why there is none; one completion.</summary>
    public static async Task<string> PlanAsync(CausalLanguageModel model, string goal, IReadOnlyList<AIFunction> tools)
    {
        try
        {
            Plan plan = await new LanguageModelPlanner(new PlainCompletions(model)).PlanAsync(new PlanningContext(goal, tools));
            return string.Join('\n', plan.Steps.Select(step => step.Tool + " " + step.Arguments.ToJsonString()));
        }
        catch (AutoGptException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>A document of a schema.</summary>
    public static async Task<string> DocumentAsync(CausalLanguageModel model, string goal, string schema) =>
        string.Concat(await model.GenerateAsync(model.Tokenizer.Encode(goal), new GenerationOptions { Schema = JsonDocument.Parse(schema).RootElement, MaxTokens = 200 })
            .Select(update => update.Text).ToListAsync());

    /// <summary>A model without its lists of candidates, which are searched without lookup: one completion a plan.</summary>
    private sealed class PlainCompletions(ILanguageModel inner) : ILanguageModel
    {
        public ModelDescription Description => inner.Description;

        public IAsyncEnumerable<GenerationUpdate> GenerateAsync(Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            inner.GenerateAsync(prompt, options, cancellationToken);

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ICandidateModel) ? null : inner.GetService(serviceType, serviceKey);
    }
}
