using System.Text.Json.Nodes;

namespace TrainMini.Goals;

/// <summary>A goal and the plan that is right for it.</summary>
/// <param name="Goal">What a person might type.</param>
/// <param name="Plan">The plan's JSON, compact, in the order a planner decodes.</param>
/// <param name="Feedback">What a failed first try taught, or null.</param>
/// <param name="Families">The families it is made of.</param>
/// <param name="HeldOutPhrasing">Whether a wording in it is held out of training.</param>
/// <param name="HeldOutCombination">Whether a combination of families in it is held out of training.</param>
internal sealed record Example(
    string Goal, string Plan, string? Feedback, IReadOnlyList<string> Families, bool HeldOutPhrasing, bool HeldOutCombination);

/// <summary>The steps of a plan under construction.</summary>
internal sealed class PlanDraft
{
    private readonly JsonArray _steps = [];

    public int Count => _steps.Count;

    public IReadOnlyList<string> Families => _families;

    private readonly List<string> _families = [];

    /// <summary>
    /// Appends a family's steps; <c>$prev</c> is the last step before them, or the given one. A transform of a file that was only read takes the file itself.
    /// </summary>
    public void Append(Family family, IReadOnlyDictionary<string, SlotValue> slots, int? previous = null)
    {
        int before = previous ?? _steps.Count;
        if (previous is null && family.IsTransform && family.TakesText && _steps is [.., JsonObject last] && (string?)last["tool"] == "read_file")
        {
            _steps.Remove(last);
            slots = new Dictionary<string, SlotValue>(slots) { ["path"] = new SlotValue("", (string)last["arguments"]!["path"]!) };
            family = family.OnFile();
        }

        _families.Add(family.Id);
        foreach (StepTemplate template in family.Steps)
        {
            JsonObject arguments = [];
            foreach ((string key, string value) in template.Arguments)
            {
                arguments.Add(key, Value(key, value, slots, before));
            }

            _steps.Add(new JsonObject { ["tool"] = template.Tool, ["arguments"] = arguments });
        }
    }

    public void Finish(params int[] steps)
    {
        JsonNode answer = steps.Length == 1 ? $"${steps[0]}" : new JsonArray([.. steps.Select(step => (JsonNode)$"${step}")]);
        _steps.Add(new JsonObject { ["tool"] = "finish", ["arguments"] = new JsonObject { ["answer"] = answer } });
    }

    public JsonObject ToJson() => new() { ["steps"] = _steps.DeepClone() };

    private static JsonNode Value(string key, string value, IReadOnlyDictionary<string, SlotValue> slots, int before)
    {
        if (value.StartsWith('['))
        {
            return new JsonArray([.. value[1..^1].Split(',').Select(item => Value("", item, slots, before))]);
        }

        if (value == "$prev")
        {
            return $"${before}";
        }

        if (value.StartsWith('$'))
        {
            return $"${before + int.Parse(value[1..], System.Globalization.CultureInfo.InvariantCulture)}";
        }

        string text = value.StartsWith('{') ? slots[value[1..^1]].Planned : value;
        return key switch
        {
            "lines" or "sentences" or "limit" => SlotFiller.Count(text),
            "exclude" => true,
            _ => text,
        };
    }
}
