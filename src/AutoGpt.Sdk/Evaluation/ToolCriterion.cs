using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk;

/// <summary>A tool was called, with these arguments, and succeeded.</summary>
internal sealed class ToolCriterion : Criterion
{
    private readonly string _tool;
    private readonly JsonElement? _arguments; // Not a JsonObject, which is not thread-safe even when it is only read.

    public ToolCriterion(string tool, JsonObject? arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(tool);
        _tool = tool;
        _arguments = arguments is null ? null : JsonElement.Parse(arguments.ToJsonString());
    }

    public override string Expected => $"'{_tool}' to be called{(_arguments is { } arguments ? $" with {arguments.GetRawText()}" : "")} and to succeed";

    protected override ValueTask<CriterionResult> CheckCoreAsync(EvaluationContext context, CancellationToken cancellationToken)
    {
        string found = "no call of it";
        foreach ((Plan plan, IReadOnlyList<StepResult> results) in context.Attempts.Select(attempt => (attempt.Plan, attempt.Results)).Append((context.Plan, context.Results)))
        {
            foreach (StepResult result in results.Where(result => result.Tool == _tool && result.Status != StepStatus.Skipped))
            {
                bool fits = _arguments is not { } arguments || Fits(arguments, plan, result, results);
                if (fits && result.Succeeded)
                {
                    return ValueTask.FromResult(new CriterionResult(true, Expected, $"that step {result.Number} did"));
                }

                found = fits ? $"that step {result.Number} did not succeed: {result.Error}".TrimEnd('.') : $"that step {result.Number} had other arguments";
            }
        }

        return ValueTask.FromResult(new CriterionResult(false, Expected, found));
    }

    private static bool Fits(JsonElement arguments, Plan plan, StepResult result, IReadOnlyList<StepResult> results)
    {
        JsonObject? given = plan.Steps.FirstOrDefault(step => step.Number == result.Number)?.Arguments;
        return given is not null && arguments.EnumerateObject().All(argument => given.TryGetPropertyValue(argument.Name, out JsonNode? value) && IsSame(argument.Value, value, results));
    }

    private static bool IsSame(JsonElement expected, JsonNode? given, IReadOnlyList<StepResult> results)
    {
        if (given is JsonArray array && expected.ValueKind == JsonValueKind.Array)
        {
            return array.Count == expected.GetArrayLength() && array.Zip(expected.EnumerateArray()).All(pair => IsSame(pair.Second, pair.First, results));
        }

        if (given is not JsonValue value || !value.TryGetValue(out string? text))
        {
            return JsonElement.DeepEquals(expected, JsonElement.Parse(given?.ToJsonString() ?? "null"));
        }

        if (PlanReferences.TryParse(text, out int step))
        {
            return results.FirstOrDefault(result => result.Number == step) is { Value: { } result } referred
                && (expected.ValueKind == JsonValueKind.String ? referred.Text == expected.GetString() : JsonElement.DeepEquals(result, expected));
        }

        return expected.ValueKind == JsonValueKind.String && expected.ValueEquals(text.StartsWith("$$", StringComparison.Ordinal) ? text[1..] : text);
    }
}
