using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk;

/// <summary>
/// What was done in a run and what came of it, so that it is noticed when nothing new is being tried. An action is a tool with the very values it is called with. Used by one loop at a time.
/// </summary>
internal sealed class ActionHistory(IReadOnlyList<AIFunction> tools)
{
    private const int MaxTries = 2;

    private readonly Dictionary<string, (int Count, string Error)> _failures = [];
    private readonly HashSet<string> _changes = [];
    private readonly List<(PlanStep Step, StepResult Result)> _undecided = [];

    // What each decision of the planner – a plan, or what it was extended by – did and led to.
    private readonly List<string> _decisions = [];

    /// <summary>How the last decisions repeat those before, with the same results; null where they do not.</summary>
    public string? Circle { get; private set; }

    /// <summary>Takes the result of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="result">Its result.</param>
    /// <param name="before">Gives the results its arguments may refer to, where they are looked at.</param>
    /// <param name="wasBegun">Whether it was begun: what is not even tried says nothing new of the call.</param>
    public void Add(PlanStep step, StepResult result, Func<IReadOnlyList<StepResult>> before, bool wasBegun)
    {
        _undecided.Add((step, result));
        if (result.Status is StepStatus.Failed or StepStatus.TimedOut && wasBegun && !step.IsSubGoal)
        {
            string action = ActionOf(step, before());
            _failures[action] = (_failures.GetValueOrDefault(action).Count + 1, result.Error ?? "");
        }
        else if (_failures.Count > 0 && result.Succeeded && !step.IsSubGoal && !IsReadOnly(step) && _changes.Add(ActionOf(step, before())))
        {
            // Something was changed that was not changed before: what failed may not fail any more.
            _failures.Clear();
        }
    }

    /// <summary>The last error of a call that failed as often as one is tried; else null.</summary>
    /// <param name="step">The step that would make the call.</param>
    /// <param name="before">Gives the results its arguments may refer to, where they are looked at.</param>
    public string? FailedTwice(PlanStep step, Func<IReadOnlyList<StepResult>> before) =>
        _failures.Count > 0 && _failures.TryGetValue(ActionOf(step, before()), out (int Count, string Error) failures) && failures.Count >= MaxTries ? failures.Error : null;

    /// <summary>The planner decided how to go on: what was done since it last did is one decision's work.</summary>
    /// <param name="results">The results of the plan so far.</param>
    public void Decide(IReadOnlyList<StepResult> results)
    {
        if (_undecided.Count == 0)
        {
            return;
        }

        string work = string.Join('\n', _undecided.OrderBy(done => done.Step.Number).Select(done => $"{ActionOf(done.Step, results)} {done.Result.Status} {done.Result.Error} {done.Result.Text}"));
        _decisions.Add(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(work))));
        _undecided.Clear();
        Circle = FindCircle();
    }

    // One decision may well be made twice – the same line is wanted twice –, and not three times; a sequence of several not twice.
    private string? FindCircle()
    {
        for (int length = 1; length <= _decisions.Count / 2; length++)
        {
            int times = length == 1 ? 3 : 2;
            if (_decisions.Count >= length * times && Enumerable.Range(1, (times - 1) * length).All(back => _decisions[^back] == _decisions[^(back + length)]))
            {
                return length == 1 ? "The same step was taken three times with the same result." : $"The last {length} decisions repeat the {length} before, with the same results.";
            }
        }

        return null;
    }

    private bool IsReadOnly(PlanStep step) => tools.FirstOrDefault(tool => tool.Name == step.Tool) is { } tool && ToolTraits.IsReadOnly(tool);

    private string ActionOf(PlanStep step, IReadOnlyList<StepResult> results)
    {
        JsonObject arguments = step.Arguments;
        try
        {
            AIFunction? tool = tools.FirstOrDefault(tool => tool.Name == step.Tool);
            arguments = PlanReferences.Resolve(arguments, tool?.JsonSchema ?? default, results.ToDictionary(result => result.Number));
        }
        catch (AutoGptException)
        {
            // What it refers to is not there: the call as it is written must do.
        }

        return $"{step.Tool} {Ordered(arguments)?.ToJsonString()}";
    }

    // Models write the same members in any order.
    private static JsonNode? Ordered(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Ordered(member.Value)))),
        JsonArray elements => new JsonArray([.. elements.Select(Ordered)]),
        _ => node?.DeepClone(),
    };
}
