using System.Text.Json;
using System.Text.Json.Nodes;

namespace TrainMini.Evaluation;

/// <summary>A goal with the workspace it works on and what must come of it.</summary>
/// <param name="Id">Names the case.</param>
/// <param name="Goal">What is wanted.</param>
/// <param name="Files">The workspace.</param>
/// <param name="Plan">A plan that is right: what it leaves behind is what must come of the goal.</param>
internal sealed record GoalCase(string Id, string Goal, IReadOnlyDictionary<string, string> Files, JsonObject Plan)
{
    /// <summary>What the author worked out by hand: files and parts of the answer. Null for composed goals.</summary>
    public JsonObject? Expect { get; init; }

    // Who writes plans by hand writes numbers as numbers; a planner copies them as texts, but for counts.
    private static JsonObject AsPlanned(JsonObject plan)
    {
        foreach (JsonObject arguments in plan["steps"]!.AsArray().Select(step => step!["arguments"]!.AsObject()))
        {
            foreach ((string name, JsonNode? value) in arguments.ToArray())
            {
                if (value?.GetValueKind() == JsonValueKind.Number && name is not ("lines" or "sentences" or "limit"))
                {
                    arguments[name] = value.ToJsonString();
                }
            }
        }

        return plan;
    }

    /// <summary>Reads a file of goals written by hand, one JSON object a line.</summary>
    public static IEnumerable<GoalCase> Read(string path) => File.ReadLines(path).Where(line => line.Trim().Length > 0).Select(line =>
    {
        JsonObject json = JsonNode.Parse(line)!.AsObject();
        return new GoalCase(
            (string)json["id"]!,
            (string)json["goal"]!,
            json["files"].Deserialize<Dictionary<string, string>>()!,
            AsPlanned(json["plan"]!.AsObject()))
        {
            Expect = json["expect"]?.AsObject(),
        };
    });
}
