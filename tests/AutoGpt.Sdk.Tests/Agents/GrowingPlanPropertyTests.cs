using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

/// <summary>
/// Random trees of sub-goals, extensions, references and failures, run by the agent – side by side, within limits, cancelled, and gone on with after every event – and, one step after another, by an
/// interpreter that knows nothing of schedulers. What came of a step is the same.
/// </summary>
[CancelAfter(120_000)]
public sealed class GrowingPlanPropertyTests
{
    private const int Trees = 120;

    [Test]
    public async Task Whatever_grows_gives_what_one_step_after_another_gives(CancellationToken cancellationToken)
    {
        for (int seed = 0; seed < Trees; seed++)
        {
            Tree tree = new(seed);
            Dictionary<int, (StepStatus, string)> expected = new Interpreter(tree).Run(out bool reached, out _);
            AgentLimits limits = Limits() with { MaxParallelSteps = 1 + (seed % 4) };
            Rig rig = new(tree);
            AgentResult result = await rig.Agent.RunAsync("goal", new AgentRunOptions { RunId = "r", Limits = limits }, cancellationToken);
            Assert.That(Outcomes(result), Is.EquivalentTo(expected), $"tree {seed}: {result.Reason}");
            Assert.That(result.Status == AgentStatus.Succeeded, Is.EqualTo(reached), $"tree {seed}: {result.Reason}");
            Assert.That(rig.AtOnce, Is.LessThanOrEqualTo(limits.MaxParallelSteps), $"tree {seed}");
            Assert.That((await RunReplay.ReplayAsync(new Rig(tree).Parts, rig.Journal.Events, cancellationToken)).Difference, Is.Null, $"tree {seed}");
        }
    }

    [Test]
    public async Task Limits_are_not_overshot_and_take_nothing_of_what_was_done(CancellationToken cancellationToken)
    {
        for (int seed = 0; seed < Trees; seed++)
        {
            Tree tree = new(seed);
            Dictionary<int, (StepStatus, string)> expected = new Interpreter(tree).Run(out _, out (int Steps, int Calls) needed);
            int steps = 1 + (seed % Math.Max(1, needed.Steps));
            int calls = 1 + (seed / 3 % Math.Max(1, needed.Calls));
            Rig rig = new(tree);
            AgentResult result = await rig.Agent.RunAsync("goal", new AgentRunOptions { Limits = Limits() with { MaxSteps = steps, MaxToolCalls = calls } }, cancellationToken);
            Assert.That(Outcomes(result), Is.SubsetOf(expected), $"tree {seed}: {result.Reason}");
            Assert.That(rig.Calls, Is.LessThanOrEqualTo(calls), $"tree {seed}");
            Assert.That(rig.Journal.Events.OfType<StepStarted>().Count(), Is.LessThanOrEqualTo(steps), $"tree {seed}");
            if (steps < needed.Steps || calls < needed.Calls)
            {
                Assert.That((result.Status, result.Reason), Is.EqualTo((AgentStatus.LimitReached, result.Reason)), $"tree {seed}");
                Assert.That(rig.Calls == calls || rig.Journal.Events.OfType<StepStarted>().Count() == steps, $"tree {seed}: nothing is left unused without need");
            }
        }
    }

    [Test]
    public async Task Whenever_it_is_cancelled_it_ends_with_what_was_done(CancellationToken cancellationToken)
    {
        for (int seed = 0; seed < Trees; seed++)
        {
            Tree tree = new(seed);
            Dictionary<int, (StepStatus, string)> expected = new Interpreter(tree).Run(out _, out _);
            Rig rig = new(tree);
            using CancellationTokenSource stop = new();
            AgentResult? result = null;
            int left = seed % 17;
            await foreach (AgentEvent happened in rig.Agent.RunStreamingAsync("goal", new AgentRunOptions { Limits = Limits() }, stop.Token))
            {
                result = (happened as RunCompleted)?.Result;
                if (left-- == 0)
                {
                    await stop.CancelAsync();
                }
            }

            Assert.That(rig.Journal.Events[^1], Is.InstanceOf<RunCompleted>(), $"tree {seed}");
            Assert.That(Outcomes(result!).Where(step => step.Value.Status is StepStatus.Succeeded or StepStatus.Failed), Is.SubsetOf(expected), $"tree {seed}");
        }
    }

    [Test]
    public async Task After_whatever_event_it_goes_on_to_the_same_end(CancellationToken cancellationToken)
    {
        for (int seed = 0; seed < Trees; seed += 4)
        {
            Tree tree = new(seed);
            Rig whole = new(tree);
            AgentResult expected = await whole.Agent.RunAsync("goal", new AgentRunOptions { RunId = "r", Limits = Limits() }, cancellationToken);
            for (int last = 1; last < whole.Journal.Events.Count; last++)
            {
                Rig rig = new(tree);
                foreach (AgentEvent happened in whole.Journal.Events.Take(last))
                {
                    // As a journal on disk gives it back.
                    string json = JsonSerializer.Serialize(happened, AgentJsonContext.Default.AgentEvent);
                    AgentEvent read = JsonSerializer.Deserialize(json, AgentJsonContext.Default.AgentEvent)!;
                    Assert.That(JsonSerializer.Serialize(read, AgentJsonContext.Default.AgentEvent), Is.EqualTo(json));
                    await rig.Journal.AppendAsync("r", read, cancellationToken);
                }

                AgentResult? result = null;
                await foreach (AgentEvent happened in rig.Agent.ResumeStreamingAsync("r", cancellationToken))
                {
                    result = (happened as RunCompleted)?.Result;
                }

                HashSet<int> ended = [.. whole.Journal.Events.Take(last).OfType<StepCompleted>().Select(happened => happened.Result.Number)];
                if (whole.Journal.Events.Take(last).OfType<StepStarted>().Any(happened => happened.Step.Tool == "write" && !ended.Contains(happened.Step.Number)))
                {
                    Assert.That(result!.Status, Is.EqualTo(AgentStatus.NeedsInput), $"tree {seed} after {last}: it may have been written");
                    continue;
                }

                Assert.That((result!.Status, result.Answer, result.Tokens), Is.EqualTo((expected.Status, expected.Answer, expected.Tokens)), $"tree {seed} after {last}: {result.Reason} {expected.Reason}");
                Assert.That(Outcomes(result), Is.EquivalentTo(Outcomes(expected)), $"tree {seed} after {last}");
            }
        }
    }

    private static AgentLimits Limits() => new() { MaxSteps = 1000, MaxToolCalls = 1000, MaxReplans = 0 };

    private static Dictionary<int, (StepStatus Status, string Text)> Outcomes(AgentResult result) => result.Steps.ToDictionary(step => step.Number, step => (step.Status, step.Text));

    /// <summary>What a planner says, as a function of where it is asked.</summary>
    private sealed class Tree(int seed) : IPlanner
    {
        public ValueTask<Plan> PlanAsync(PlanningContext context, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(context.Progress is { } progress ? Next(progress.Plan, progress.Expanding) : Next(new Plan(), null));

        public Plan Next(Plan plan, PlanStep? part)
        {
            int first = plan.Steps.Count + 1;
            Random random = new((seed * 1_000_003) + first);
            int depth = part is null ? 0 : PlanTree.Ancestors(plan, part).Count() + 1;
            int round = part is null ? plan.ExtendedAfter.Count + (first > 1 ? 1 : 0) : 0;
            if (part is null && round > seed % 3)
            {
                return new Plan { Tokens = 1 };
            }

            List<PlanStep> steps = [];
            int count = random.Next(1, 5);
            for (int number = first; number < first + count; number++)
            {
                // What is before it in the tree, and not around it: for parts, what their sub-goal can refer to, and their elder siblings.
                int[] before = [.. Before(plan, part), .. steps.Select(step => step.Number)];
                string text = random.Next(5) == 0 ? $"fail {number}" : random.Next(3) == 0 && before.Length > 0 ? $"${before[random.Next(before.Length)]}" : $"text {number}";
                bool isGoal = depth < 3 && random.Next(4) == 0;
                steps.Add(isGoal ? new PlanStep(number, PlanStep.SubGoal, new JsonObject { ["goal"] = $"goal {number}" })
                    : new PlanStep(number, random.Next(3) == 0 ? "write" : "read", new JsonObject { ["text"] = text })
                    {
                        After = random.Next(6) == 0 && before.Length > 0 ? [before[random.Next(before.Length)]] : [],
                    });
            }

            return new Plan { Steps = steps, Continues = part is null && seed % 3 > 0, Tokens = 1 };
        }

        private static IEnumerable<int> Before(Plan plan, PlanStep? part)
        {
            HashSet<int> around = part is null ? [] : [part.Number, .. PlanTree.Ancestors(plan, part)];
            return PlanTree.InOrder(plan).TakeWhile(step => step.Number != part?.Number).Select(step => step.Number).Where(number => !around.Contains(number));
        }
    }

    /// <summary>Runs a tree one step after another, from the top to the bottom.</summary>
    private sealed class Interpreter(Tree tree)
    {
        private readonly Dictionary<int, (StepStatus Status, string Text)> _done = [];
        private readonly List<PlanStep> _visited = [];
        private Plan _plan = tree.Next(new Plan(), null);
        private int _steps;
        private int _calls;

        public Dictionary<int, (StepStatus, string)> Run(out bool reached, out (int Steps, int Calls) needed)
        {
            int seen = 0;
            for (IReadOnlyList<PlanStep> round = _plan.Steps; ;)
            {
                foreach (PlanStep step in round)
                {
                    Visit(step, seen, blocked: false);
                }

                if (!_plan.Continues)
                {
                    break;
                }

                seen = _plan.Steps.Count;
                Plan extension = tree.Next(_plan, null);
                round = extension.Steps;
                _plan = _plan.Extend(extension);
            }

            int last = seen; // What failed before it, the planner has seen.
            reached = _done.All(step => step.Key <= last || step.Value.Status == StepStatus.Succeeded)
                && _done[_plan.Steps.Last(step => step.Parent is null).Number].Status == StepStatus.Succeeded; // Nobody says how it went on from there.
            needed = (_steps, _calls);
            return _done;
        }

        private void Visit(PlanStep step, int seen, bool blocked)
        {
            HashSet<int> around = [.. PlanTree.Ancestors(_plan, step)];
            string? text = step.Arguments["text"]?.GetValue<string>();
            int? reference = text is ['$', ..] ? int.Parse(text[1..]) : null;
            bool waits = blocked
                || (reference is { } number && _done[number].Status != StepStatus.Succeeded)
                || step.After.Any(before => _done[before].Status != StepStatus.Succeeded)
                || _visited.Any(other => other.Number > seen && !around.Contains(other.Number) && (step.Tool != "read" || other.Tool != "read") && _done[other.Number].Status != StepStatus.Succeeded);
            _visited.Add(step);
            if (step.IsSubGoal)
            {
                Expand(step, seen, waits);
                return;
            }

            (_steps, _calls) = waits ? (_steps, _calls) : (_steps + 1, _calls + 1);
            string value = reference is { } from ? _done[from].Text : text!;
            _done[step.Number] = waits ? (StepStatus.Skipped, "") : value.StartsWith("fail", StringComparison.Ordinal) ? (StepStatus.Failed, "") : (StepStatus.Succeeded, value + "!");
        }

        private void Expand(PlanStep step, int seen, bool waits)
        {
            if (waits)
            {
                _done[step.Number] = (StepStatus.Skipped, "");
                return;
            }

            _steps++;
            int first = _plan.Steps.Count;
            _plan = _plan.Extend(tree.Next(_plan, step), step.Number);
            PlanStep[] parts = [.. _plan.Steps.Skip(first)];
            foreach (PlanStep part in parts)
            {
                Visit(part, seen, blocked: false);
            }

            StepStatus[] ends = [.. parts.Select(part => _done[part.Number].Status)];
            _done[step.Number] = ends.All(end => end == StepStatus.Succeeded) ? (StepStatus.Succeeded, _done[parts[^1].Number].Text)
                : (ends.Contains(StepStatus.Failed) ? StepStatus.Failed : StepStatus.Skipped, "");
        }
    }

    private sealed class Rig
    {
        private int _running;
        private int _calls;

        public Rig(Tree tree)
        {
            Parts = new AgentComponents { Planner = tree, Journal = Journal };
            Parts.Tools.Add(new TestTool("read", TestTool.Text, CallAsync));
            Parts.Tools.Add(new TestTool("write", TestTool.Text, CallAsync, readOnly: false));
            Parts.Guards.Add(new Yes());
            Agent = new AutonomousAgent(Parts);
        }

        public RecordingJournal Journal { get; } = new();

        public AgentComponents Parts { get; }

        public AutonomousAgent Agent { get; }

        public int AtOnce { get; private set; }

        public int Calls => _calls;

        private async Task<object?> CallAsync(JsonObject arguments, CancellationToken cancellationToken)
        {
            lock (Parts)
            {
                AtOnce = Math.Max(AtOnce, ++_running);
                _calls++;
            }

            await Task.Yield();
            lock (Parts)
            {
                _running--;
            }

            string text = arguments["text"]!.GetValue<string>();
            return text.StartsWith("fail", StringComparison.Ordinal) ? throw new InvalidOperationException(text) : text + "!";
        }
    }

    private sealed class Yes : IActionGuard
    {
        public ValueTask<ActionDecision> DecideAsync(ActionRequest request, CancellationToken cancellationToken = default) => ValueTask.FromResult(ActionDecision.Allow);
    }
}
