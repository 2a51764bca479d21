using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>Finds what is wrong with a plan before anything is run.</summary>
public static class PlanValidator
{
    /// <summary>
    /// Checks that steps are numbered from 1, name tools that exist, give them arguments that fit (names, required ones, types,
    /// enumerations), refer only to steps before them and to parts that these can have, and are not too many.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="tools">The tools it may use.</param>
    /// <param name="maxSteps">Steps it may have. Default: any number.</param>
    /// <returns>The problems, a line each; empty for a valid plan and for a plan that is a question.</returns>
    public static IReadOnlyList<string> Validate(Plan plan, IEnumerable<AIFunctionDeclaration> tools, int maxSteps = int.MaxValue) => Validate(plan, tools, maxSteps, known: 0);

    /// <param name="plan">The plan.</param>
    /// <param name="tools">The tools it may use.</param>
    /// <param name="maxSteps">Steps it may have.</param>
    /// <param name="known">Of how many steps, from the first, it is known that they are valid: those of a plan that is extended.</param>
    internal static IReadOnlyList<string> Validate(Plan plan, IEnumerable<AIFunctionDeclaration> tools, int maxSteps, int known)
    {
        ArgumentNullException.ThrowIfNull(plan);
        Dictionary<string, AIFunctionDeclaration> byName = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);
        List<string> problems = [];
        if (plan.IsQuestion)
        {
            return problems;
        }

        if (plan.Steps.Count == 0 && plan.Answer is null)
        {
            problems.Add("The plan has no steps.");
        }

        if (plan.Steps.Count > maxSteps)
        {
            problems.Add($"The plan has {plan.Steps.Count} steps, more than the {maxSteps} it may have.");
        }

        problems.AddRange(plan.Steps.Where((step, index) => step.Number != index + 1 || step.Parent is { } parent && (parent < 1 || parent > index || !plan.Steps[parent - 1].IsSubGoal))
            .Select(step => $"The step numbered {step.Number} is not where its number, or the sub-goal it is a part of, says."));
        if (problems.Count > 0)
        {
            return problems; // Numbers mean nothing here.
        }

        Dictionary<int, int> places = PlanTree.InOrder(plan).Select((step, place) => (step.Number, place)).ToDictionary(pair => pair.Number, pair => pair.place);
        foreach (PlanStep step in plan.Steps.Skip(known))
        {
            int index = step.Number - 1;
            HashSet<int> around = [.. PlanTree.Ancestors(plan, step)];
            bool IsBefore(int number) => places.TryGetValue(number, out int place) && place < places[step.Number] && !around.Contains(number);
            problems.AddRange(PlanReferences.Collect(step.Arguments).Where(reference => !IsBefore(reference))
                .Select(reference => $"Step {index + 1} refers to ${reference}, which is not a step before it."));
            problems.AddRange(step.After.Where(before => !IsBefore(before))
                .Select(before => $"Step {index + 1} waits for step {before}, which is not a step before it."));
            if (step.IsSubGoal)
            {
                problems.AddRange(SubGoals.GoalOf(step) is null ? [$"Step {index + 1} is a sub-goal and does not say what is to be reached."] : (IEnumerable<string>)[]);
            }
            else if (byName.TryGetValue(step.Tool, out AIFunctionDeclaration? tool))
            {
                problems.AddRange(ArgumentProblems(step, tool).Concat(ReferenceProblems(plan, step, tool, byName)).Select(problem => $"Step {index + 1} ({step.Tool}): {problem}."));
            }
            else
            {
                problems.Add($"Step {index + 1} names the tool '{SingleLine.Of(step.Tool, 60)}', which does not exist.");
            }
        }

        return problems;
    }

    /// <summary>What does not fit in arguments whose references were replaced by what they stand for; null where all does.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="tool">The tool.</param>
    internal static string? ResolvedProblem(JsonObject arguments, AIFunctionDeclaration tool)
    {
        IReadOnlyList<string> problems = ArgumentProblems(arguments, tool, exempt: null);
        return problems is [var first, ..] ? first : null;
    }

    private static IReadOnlyList<string> ArgumentProblems(PlanStep step, AIFunctionDeclaration tool) => ArgumentProblems(step.Arguments, tool, IsReference);

    private static IReadOnlyList<string> ArgumentProblems(JsonObject given, AIFunctionDeclaration tool, Func<JsonElement, bool>? exempt)
    {
        using JsonDocument document = JsonDocument.Parse(given.ToJsonString());
        JsonElement arguments = document.RootElement;
        IReadOnlyList<string>? nearest = null;
        foreach (JsonElement form in ToolTraits.Forms(tool))
        {
            IReadOnlyList<string> problems =
            [
                .. new JsonSchemaCheck(form, exempt).Problems(arguments, "arguments"),
                .. UnknownNames(form, arguments),
            ];
            nearest = nearest is null || problems.Count < nearest.Count ? problems : nearest;
        }

        return nearest ?? [];
    }

    /// <summary>References to parts that a tool does not return, or returns as something the parameter does not take.</summary>
    private static IEnumerable<string> ReferenceProblems(Plan plan, PlanStep step, AIFunctionDeclaration tool, Dictionary<string, AIFunctionDeclaration> tools)
    {
        foreach ((string name, JsonNode? value) in step.Arguments)
        {
            JsonElement schema = SchemaTypes.Property(tool.JsonSchema, name);
            foreach (PlanReference reference in PlanReferences.Values(value).Select(PlanReferences.Read).OfType<PlanReference>())
            {
                if (reference.Step <= plan.Steps.Count && tools.TryGetValue(plan.Steps[reference.Step - 1].Tool, out AIFunctionDeclaration? source)
                    && ReturnTypes.Problem(reference, source, value is JsonArray ? SchemaTypes.Items(schema) : schema) is { } problem)
                {
                    yield return problem;
                }
            }
        }
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
