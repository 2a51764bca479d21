using System.Globalization;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Crash;

/// <summary>
/// An agent that begins a run, or goes on with it, over tools that leave marks: <c>entry</c> heeds its key, <c>save</c> may be called twice, <c>send</c> may not and knows no key. It says
/// what it does, a line each: <c>begin</c>, <c>effect</c> and <c>done</c> with the step's number.
/// </summary>
internal static class Victim
{
    public const string RunId = "run";
    public const int Steps = 9;

    public static async Task<int> WorkAsync(string folder, int seed)
    {
        Random random = new(seed);
        using SqliteRunJournal journal = SqliteRunJournal.Open(Path.Combine(folder, "journal.db"));
        bool begun = false;
        await foreach (AgentEvent _ in journal.ReadAsync(RunId))
        {
            begun = true;
        }

        AgentComponents parts = new() { Planner = new ScriptedPlanner(Plan()), Journal = journal };
        parts.Options.MaxParallelSteps = 2;
        parts.Guards.Add(new Yes());
        foreach (string name in (string[])["entry", "save", "send"])
        {
            parts.Tools.Add(new Tool(name, folder, random));
        }

        AutonomousAgent agent = new(parts);
        IAsyncEnumerable<AgentEvent> events = begun ? agent.ResumeStreamingAsync(RunId) : agent.RunStreamingAsync("goal", new AgentRunOptions { RunId = RunId });
        await foreach (AgentEvent happened in events)
        {
            if (happened is StepCompleted { Result: { } result })
            {
                Say($"done {result.Number} {result.Status}");
            }
            else if (happened is RunCompleted { Result: { } end })
            {
                Say($"end {end.Status}");
            }
        }

        return 0;
    }

    // Independent steps of all three kinds, and some that wait for others. Each names a path of its own: tools that name none run one after another.
    private static Plan Plan() => ScriptedPlanner.Of(Enumerable.Range(1, Steps).Select(step =>
        (((string[])["entry", "save", "send"])[step % 3], $$"""{"path":"{{step}}","step":{{step}}{{(step > 4 ? $",\"after\":\"${step - 4}\"" : "")}}}""")));

    private static void Say(string line)
    {
        // One write a line: a kill leaves none in halves.
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(line + "\n");
        lock (typeof(Victim))
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(bytes);
        }
    }

    private sealed class Yes : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(ActionDecision.Allow);
    }

    private sealed class Tool(string name, string folder, Random random) : AIFunction
    {
        private static readonly Lock Gate = new();

        public override string Name => name;

        public override System.Text.Json.JsonElement JsonSchema { get; } = System.Text.Json.JsonDocument.Parse(
            """{"type":"object","properties":{"path":{"type":"string","x-quotedAs":"path"},"step":{"type":"integer"},"after":{"type":"string"}},"required":["path","step"]}""").RootElement;

        public override IReadOnlyDictionary<string, object?> AdditionalProperties { get; } = new Dictionary<string, object?>
        {
            [ToolHints.Idempotent] = name == "save",
            [ToolHints.TakesIdempotencyKey] = name == "entry",
        };

        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            string step = arguments["step"]!.ToString()!;
            Say($"begin {step}");
            await Task.Delay(Pause(), cancellationToken);
            string marks = Path.Combine(folder, name + ".txt");
            string line = arguments.IdempotencyKey() + "\n";
            lock (Gate)
            {
                // A short append reaches the file as a whole or not at all when a process is killed.
                if (name != "entry" || !File.Exists(marks) || !File.ReadLines(marks).Contains(line.TrimEnd()))
                {
                    File.AppendAllText(marks, line);
                }
            }

            Say($"effect {step}");
            await Task.Delay(Pause(), cancellationToken);
            return step.ToString(CultureInfo.InvariantCulture);
        }

        private int Pause()
        {
            lock (Gate)
            {
                return random.Next(2, 25);
            }
        }
    }
}
