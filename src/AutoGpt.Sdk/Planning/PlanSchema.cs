using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// The JSON Schema of a plan over given tools: <c>{"steps": [{"tool": …, "arguments": {…}}, …]}</c>. Each step is one of the tools
/// (one of a tool's <c>x-forms</c>, where it has them) with arguments that fit that very tool. No steps: the tools cannot do it.
/// </summary>
public static class PlanSchema
{
    /// <summary>
    /// The schema for models that decode under a mask, unrolled to the step limit, so that step k can refer to <c>$1</c> … <c>$k−1</c>
    /// only. A parameter with <c>x-quotedAs</c> gets <c>x-quotedFrom</c>: its value is a quotation from one of those sections of the
    /// prompt. One with <c>x-reference</c> takes references, too, or nothing else when it is not quoted.
    /// </summary>
    /// <param name="tools">The tools, in the order in which the schema lists them. At least one.</param>
    /// <param name="maxSteps">Steps a plan may have, at least 1.</param>
    /// <param name="sections">The names of the prompt's sections that can be quoted. Default: <c>goal</c>.</param>
    /// <remarks>
    /// Tools that use neither keyword take references wherever a plain value fits. Where tools say what members their results have (<c>ReturnJsonSchema</c>), parts of results can be referred to, too.
    /// </remarks>
    public static JsonElement Build(IReadOnlyList<AIFunctionDeclaration> tools, int maxSteps, IReadOnlyList<string>? sections = null) =>
        Build(tools, maxSteps, sections, firstStep: 1, earlier: [], PlanClosing.None);

    /// <param name="tools">The tools.</param>
    /// <param name="maxSteps">Steps at most.</param>
    /// <param name="sections">The sections that can be quoted.</param>
    /// <param name="firstStep">The number of the first step: more than 1 for steps that are added to a plan.</param>
    /// <param name="earlier">The steps of that plan whose results can be used.</param>
    /// <param name="closing">What there can be besides steps.</param>
    internal static JsonElement Build(
        IReadOnlyList<AIFunctionDeclaration> tools, int maxSteps, IReadOnlyList<string>? sections, int firstStep, IReadOnlyList<int> earlier, PlanClosing closing)
    {
        Check(tools, maxSteps);
        StepReferences references = new(firstStep, earlier, ReturnTypes.Paths(tools));
        JsonObject definitions = [];
        List<(string Tool, int Number, JsonElement Form, bool Marked, string? Shared)> forms = [];
        foreach (AIFunctionDeclaration tool in tools)
        {
            bool marked = ToolTraits.Forms(tool).Append(tool.JsonSchema).Any(ToolSchemaRewriter.IsMarked);
            foreach ((int index, JsonElement form) in ToolTraits.Forms(tool).Index())
            {
                // A form that takes no references is the same at every step: written once, pointed at from each.
                ToolSchemaRewriter rewriter = new(tool.Name, index + 1, marked, sections ?? ["goal"], firstStep, definitions, references);
                JsonObject? item = Item(tool.Name, rewriter.Arguments(form));
                string? shared = null;
                if (item is not null && !rewriter.SawReference)
                {
                    shared = string.Create(CultureInfo.InvariantCulture, $"tool.{tool.Name}.{index + 1}");
                    definitions[shared] = item;
                }

                forms.Add((tool.Name, index + 1, form, marked, shared));
            }
        }

        JsonArray prefix = [];
        for (int step = firstStep; step < firstStep + maxSteps; step++)
        {
            JsonArray alternatives = [];
            foreach ((string tool, int number, JsonElement form, bool marked, string? shared) in forms)
            {
                JsonObject? item = shared is not null
                    ? ToolSchemaRewriter.Reference(shared)
                    : Item(tool, new ToolSchemaRewriter(tool, number, marked, sections ?? ["goal"], step, definitions, references).Arguments(form));
                if (item is not null)
                {
                    alternatives.Add((JsonNode)item);
                }
            }

            string name = string.Create(CultureInfo.InvariantCulture, $"step{step}");
            definitions[name] = new JsonObject { ["anyOf"] = alternatives };
            prefix.Add((JsonNode)ToolSchemaRewriter.Reference(name));
        }

        return Wrap(new JsonObject { ["type"] = "array", ["maxItems"] = maxSteps, ["prefixItems"] = prefix }, definitions, closing);
    }

    /// <summary>
    /// The schema for every other model: plain JSON Schema without keywords of our own, one schema for all steps, references as
    /// strings of a pattern, and a <c>question</c> for models that would rather ask. What it lets through is for <see cref="PlanValidator"/> to check.
    /// </summary>
    /// <param name="tools">The tools, in the order in which the schema lists them. At least one.</param>
    /// <param name="maxSteps">Steps a plan may have, at least 1.</param>
    public static JsonElement BuildPlain(IReadOnlyList<AIFunctionDeclaration> tools, int maxSteps) => BuildPlain(tools, maxSteps, PlanClosing.Question, explained: false);

    internal static JsonElement BuildPlain(IReadOnlyList<AIFunctionDeclaration> tools, int maxSteps, PlanClosing closing, bool explained)
    {
        Check(tools, maxSteps);
        JsonObject definitions = [];
        JsonArray alternatives = [];
        foreach (AIFunctionDeclaration tool in tools)
        {
            bool marked = ToolTraits.Forms(tool).Append(tool.JsonSchema).Any(ToolSchemaRewriter.IsMarked);
            foreach ((int index, JsonElement form) in ToolTraits.Forms(tool).Index())
            {
                ToolSchemaRewriter rewriter = new(tool.Name, index + 1, marked, sections: null, ToolSchemaRewriter.AnyStep, definitions, new StepReferences(1, [], []));
                alternatives.Add((JsonNode)Item(tool.Name, rewriter.Arguments(form), explained)!);
            }
        }

        JsonObject steps = new()
        {
            ["type"] = "array",
            ["maxItems"] = maxSteps,
            ["items"] = new JsonObject { ["anyOf"] = alternatives },
        };
        return Wrap(steps, definitions, closing);
    }

    private static void Check(IReadOnlyList<AIFunctionDeclaration> tools, int maxSteps)
    {
        ArgumentNullException.ThrowIfNull(tools);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSteps, 1);
        if (tools.Count == 0)
        {
            throw new ArgumentException("A plan needs at least one tool.", nameof(tools));
        }
    }

    private static JsonObject? Item(string tool, JsonObject? arguments, bool explained = false)
    {
        if (arguments is null)
        {
            return null;
        }

        JsonObject item = Object(("tool", new JsonObject { ["const"] = tool }), ("arguments", arguments));
        if (explained)
        {
            // Before the choice, so that the choice can follow from it.
            item["properties"]!.AsObject().Insert(0, "why", Text(200));
        }

        return item;
    }

    private static JsonElement Wrap(JsonObject steps, JsonObject definitions, PlanClosing closing)
    {
        JsonObject schema = Object(("steps", steps));
        if (closing.HasFlag(PlanClosing.Question))
        {
            schema["properties"]!["question"] = Text(300);
        }

        if (closing.HasFlag(PlanClosing.Answer))
        {
            schema["properties"]!["answer"] = Text(4000);
        }

        if (definitions.Count > 0)
        {
            schema["$defs"] = definitions;
        }

        return JsonDocument.Parse(schema.ToJsonString()).RootElement;
    }

    private static JsonObject Text(int longest) => new() { ["type"] = "string", ["maxLength"] = longest };

    private static JsonObject Object(params ReadOnlySpan<(string Name, JsonObject Schema)> members)
    {
        JsonObject properties = [];
        JsonArray required = [];
        foreach ((string name, JsonObject schema) in members)
        {
            properties[name] = schema;
            required.Add((JsonNode)name);
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["required"] = required,
            ["additionalProperties"] = false,
        };
    }
}

/// <summary>What an answer can hold besides steps.</summary>
[Flags]
internal enum PlanClosing
{
    None = 0,

    /// <summary>A question to the person, instead of steps.</summary>
    Question = 1,

    /// <summary>The answer to the goal, when the results so far are enough.</summary>
    Answer = 2,
}
