using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>Finds what is wrong with a plan before anything is run.</summary>
public static class PlanValidator
{
    /// <summary>
    /// Checks that steps are numbered from 1, name tools that exist, give them arguments that fit (names, required ones, types,
    /// enumerations), refer only to steps before them, and are not too many.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tools">The tools it may use.</param>
    /// <param name="maxSteps">Steps it may have. Default: any number.</param>
    /// <returns>The problems, a line each; empty for a valid plan and for a plan that is a question.</returns>
    public static IReadOnlyList<string> Validate(Plan plan, IEnumerable<AIFunctionDeclaration> tools, int maxSteps = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Dictionary<string, AIFunctionDeclaration> byName = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        List<string> problems = [];
        if (plan.IsQuestion)
        {
            return problems;
        }

        if (plan.Steps.Count == 0)
        {
            problems.Add("The plan has no steps.");
        }

        if (plan.Steps.Count > maxSteps)
        {
            problems.Add($"The plan has {plan.Steps.Count} steps, more than the {maxSteps} it may have.");
        }

        for (int index = 0; index < plan.Steps.Count; index++)
        {
            PlanStep step = plan.Steps[index];
            if (step.Number != index + 1)
            {
                problems.Add($"Step {index + 1} is numbered {step.Number}.");
            }

            problems.AddRange(PlanReferences.Collect(step.Arguments).Where(reference => reference > index)
                .Select(reference => $"Step {index + 1} refers to ${reference}, which is not a step before it."));
            problems.AddRange(step.After.Where(before => before < 1 || before > index)
                .Select(before => $"Step {index + 1} waits for step {before}, which is not a step before it."));
            if (byName.TryGetValue(step.Tool, out AIFunctionDeclaration? tool))
            {
                problems.AddRange(ArgumentProblems(step, tool).Select(problem => $"Step {index + 1} ({step.Tool}): {problem}."));
            }
            else
            {
                problems.Add($"Step {index + 1} names the tool '{SingleLine.Of(step.Tool, 60)}', which does not exist.");
            }
        }

        return problems;
    }

    private static IReadOnlyList<string> ArgumentProblems(PlanStep step, AIFunctionDeclaration tool)
    {
        using JsonDocument document = JsonDocument.Parse(step.Arguments.ToJsonString());
        JsonElement arguments = document.RootElement;
        IReadOnlyList<string>? nearest = null;
        foreach (JsonElement form in ToolTraits.Forms(tool))
        {
            IReadOnlyList<string> problems =
            [
                .. new JsonSchemaCheck(form, IsReference).Problems(arguments, "arguments"),
                .. UnknownNames(form, arguments),
            ];
            nearest = nearest is null || problems.Count < nearest.Count ? problems : nearest;
        }

        return nearest ?? [];
    }

    /// <summary>Parameters the tool does not have: a schema made from a C# method leaves them open, and the method would ignore them.</summary>
    private static IEnumerable<string> UnknownNames(JsonElement schema, JsonElement arguments) =>
        schema.ValueKind != JsonValueKind.Object || schema.TryGetProperty("additionalProperties", out _)
            ? []
            : arguments.EnumerateObject().Where(argument => SchemaTypes.Property(schema, argument.Name).ValueKind == JsonValueKind.Undefined)
                .Select(argument => $"arguments has no member '{SingleLine.Of(argument.Name, 60)}'");

    private static bool IsReference(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && PlanReferences.TryParse(value.GetString(), out _);
}
