using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using TrainMini.Evaluation;
using TrainMini.Goals;

namespace TrainMini.Commands;

/// <summary><c>evaluate</c>: how often the agent on a model leaves the right workspace behind.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        Option<DirectoryInfo?> model = new("--model") { Description = "A checkpoint folder. Default: the embedded model." };
        Option<int> count = new("--count") { Description = "Composed goals per set. Default: 300.", DefaultValueFactory = _ => 300 };
        Option<double> confidence = new("--confidence") { Description = "Below it the agent asks. Default: the model's own.", DefaultValueFactory = _ => LanguageModelPlannerOptions.Specialized.MinConfidence };
        Option<string> ablation = new("--ablation") { Description = "none, shuffled (weights in random order) or uniform (all logits equal).", DefaultValueFactory = _ => "none" };
        Option<FileInfo?> scores = new("--scores") { Description = "Receives a JSON line for every goal: its set, what became of it and how sure the plan was; what a bound for asking is chosen from." };
        Option<bool> show = new("--show") { Description = "Shows goals that did not come out right." };
        Command command = new("evaluate", "Runs the agent on held-out goals.") { model, count, confidence, ablation, scores, show };
        command.SetAction(async (parsed, _) =>
        {
            Corpus corpus = new();
            using CausalLanguageModel loaded = Ablation.Load(parsed.GetValue(model)?.FullName, parsed.GetValue(ablation)!);
            Judge judge = new(new LanguageModelPlanner(loaded, LanguageModelPlannerOptions.Specialized with { MinConfidence = parsed.GetValue(confidence) }), corpus.Words);
            int goals = parsed.GetValue(count);
            bool details = parsed.GetValue(show);
            using StreamWriter? log = parsed.GetValue(scores) is { } target ? File.CreateText(target.FullName) : null;
            GoalComposer known = corpus.Composer(PhrasingSet.Training);
            GoalComposer all = corpus.Composer(PhrasingSet.Test);
            NgramOverlap overlap = new(Enumerable.Range(0, 50_000).Select(seed => known.Compose(seed).Goal));
            await ReportAsync("known wordings, new names", judge, overlap, Compose(known, goals, example => !IsOutside(example)), details, log);
            await ReportAsync("held-out wordings", judge, overlap, Compose(all, goals, example => example.HeldOutPhrasing && !example.HeldOutCombination && !IsOutside(example)), details, log);
            await ReportAsync("held-out combinations", judge, overlap, Compose(all, goals, example => example.HeldOutCombination && !example.HeldOutPhrasing), details, log);
            await ReportAsync("held-out wishes that no tool can do", judge, overlap, Compose(all, goals / 4, example => example.HeldOutPhrasing && IsOutside(example)), details, log);
            await ReportAsync("misspelt names, planned again", judge, overlap, Compose(known, goals, example => example.Feedback is not null, misspell: true), details, log);
            if (Corpus.HasBlindAuthor)
            {
                await ReportAsync("a blind author's wordings", judge, overlap, Compose(new Corpus(blind: true).Composer(PhrasingSet.Test), goals, example => !example.HeldOutCombination), details, log);
            }

            foreach (string file in Corpus.GoalsByHand())
            {
                List<GoalCase> cases = [];
                foreach (GoalCase goal in GoalCase.Read(file))
                {
                    string? problem = await Judge.CheckReferenceAsync(goal);
                    if (problem is null)
                    {
                        cases.Add(goal);
                    }
                    else
                    {
                        Console.WriteLine($"left out: {goal.Id}, whose author and reference plan disagree: {problem}");
                    }
                }

                await ReportAsync($"goals by hand, {Path.GetFileName(Path.GetDirectoryName(file))} {Path.GetFileNameWithoutExtension(file)}", judge, overlap, cases, details, log);
            }
        });
        return command;
    }

    private static bool IsOutside(Example example) => example.Families is ["whole"] && example.Plan == """{"steps":[]}""";

    private static IEnumerable<GoalCase> Compose(GoalComposer composer, int count, Func<Example, bool> wanted, bool misspell = false) =>
        Enumerable.Range(1_000_000_000, int.MaxValue - 1_000_000_000)
            .Select(seed => (Seed: seed, Example: misspell ? Mistakes.Apply(composer.Compose(seed), seed) : composer.Compose(seed))).Where(each => wanted(each.Example)).Take(count)
            .Select(each => new GoalCase(
                $"{each.Seed} {string.Join('+', each.Example.Families)}", each.Example.Goal, new Dictionary<string, string>(), JsonNode.Parse(each.Example.Plan)!.AsObject()));

    private static async Task ReportAsync(string name, Judge judge, NgramOverlap overlap, IEnumerable<GoalCase> cases, bool details, StreamWriter? log)
    {
        Dictionary<Outcome, int> outcomes = Enum.GetValues<Outcome>().ToDictionary(outcome => outcome, _ => 0);
        List<double> seen = [];
        int unusable = 0;
        int seed = 0;
        foreach (GoalCase goal in cases)
        {
            try
            {
                (Outcome outcome, AgentResult result) = await judge.RunAsync(goal, seed++);
                outcomes[outcome]++;
                seen.Add(overlap.Of(goal.Goal));
                log?.WriteLine(JsonSerializer.Serialize(new { set = name, id = goal.Id, outcome = outcome.ToString(), confidence = result.Plan?.Confidence }));
                if (details && outcome != Outcome.Right)
                {
                    Console.WriteLine($"  {outcome}: {goal.Goal}\n    right: {goal.Plan["steps"]!.ToJsonString(PlanText.Options)}\n    agent: {string.Join(' ', result.Plan?.Steps.Select(step => step.Tool + step.Arguments.ToJsonString(PlanText.Options)) ?? [])} {result.Question ?? result.Reason ?? result.Answer}");
                }
            }
            catch (InvalidDataException exception)
            {
                // A composed goal can contradict itself: no row of a random table fits, say.
                unusable++;
                if (details)
                {
                    Console.WriteLine("  unusable: " + exception.Message);
                }
            }
        }

        double total = Math.Max(1, outcomes.Values.Sum());
        Console.WriteLine(FormattableString.Invariant(
            $"{name}: {outcomes[Outcome.Right] / total:P1} right, {outcomes[Outcome.Abstained] / total:P1} abstained, {outcomes[Outcome.Wrong] / total:P1} wrong, of {total}; {seen.DefaultIfEmpty(0).Average():P0} of its runs of four words are known{(unusable > 0 ? $" ({unusable} more had no answer)" : "")}"));
    }
}
