using System.CommandLine;
using System.Text.Json.Nodes;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Tools;
using Microsoft.Extensions.AI;
using TrainMini.Evaluation;
using TrainMini.Goals;

namespace TrainMini.Commands;

/// <summary><c>check</c>: every plan that is trained on must be valid, written in the order in which it is decoded, and nothing that the mask refuses.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<int> count = new("--count") { Description = "How many. Default: 20000.", DefaultValueFactory = _ => 20_000 };
        Option<string[]> authors = new("--author") { Description = "Only whole goals of these authors, such as author54, and --count composed ones. Default: all.", AllowMultipleArgumentsPerToken = true };
        Command command = new("check", "Validates training examples against the tools.") { count, authors };
        command.SetAction(async (parsed, _) =>
        {
            Corpus corpus = new();
            string[] misfits = [.. corpus.Misfits()];
            foreach (string misfit in misfits)
            {
                Console.WriteLine(misfit);
            }

            GoalComposer composer = corpus.Composer(PhrasingSet.Training);
            string folder = Directory.CreateTempSubdirectory("mini-check-").FullName;
            IReadOnlyList<AIFunction> tools = WorkspaceTools.Create(Workspace.Open(folder));
            BytePairTokenizer tokenizer = MiniTokenizer.Train(corpus.Families.Concat(corpus.Whole.All.Select(goal => goal.Plan)), composer, goals: 2000);
            TokenVocabulary vocabulary = TokenVocabulary.For(tokenizer);
            HashSet<string> forms = [.. tools.SelectMany(Forms)];
            Dictionary<string, int> families = [];
            int wrong = 0;
            int drawn = parsed.GetValue(count);
            Example[] examples = [.. Enumerable.Range(0, drawn).Select(composer.Compose), .. corpus.Whole.All.Where(goal => parsed.GetValue(authors) is not { Length: > 0 } only || only.Contains(goal.Author)).SelectMany(goal => Enumerable.Range(0, 3).Select(seed => composer.Compose(goal, seed)))];
            Lock gate = new();
            Parallel.For(0, examples.Length, index =>
            {
                Example example = examples[index];
                JsonArray steps = JsonNode.Parse(example.Plan)!["steps"]!.AsArray();
                Plan plan = new()
                {
                    Steps = [.. steps.Select((step, index) => new PlanStep(index + 1, (string)step!["tool"]!, step["arguments"]!.AsObject()))],
                };
                List<string> problems = plan.Steps.Count == 0 ? [] : [.. PlanValidator.Validate(plan, tools)];
                problems.AddRange(plan.Steps.Where(step => !forms.Contains(Form(step.Tool, step.Arguments))).Select(step => $"no form {Form(step.Tool, step.Arguments)}"));
                if ((index % 4 == 0 || index >= drawn) && !Admits(tools, vocabulary, tokenizer, example))
                {
                    problems.Add("the mask refuses it");
                }

                lock (gate)
                {
                    foreach (string family in example.Families)
                    {
                        families[family] = families.GetValueOrDefault(family) + 1;
                    }

                    if (problems.Count > 0 && wrong++ < 60)
                    {
                        Console.WriteLine($"{example.Goal}\n  {example.Plan}\n  {string.Join("; ", problems)}");
                    }
                }
            });

            Directory.Delete(folder);
            foreach (string file in Corpus.GoalsByHand())
            {
                int goals = 0, disagreements = 0;
                foreach (GoalCase goal in GoalCase.Read(file))
                {
                    goals++;
                    if (await Judge.CheckReferenceAsync(goal) is { } problem)
                    {
                        disagreements++;
                        Console.WriteLine($"{goal.Id}: author and reference plan disagree: {problem}");
                    }
                }

                Console.WriteLine($"{Path.GetFileName(file)}: {goals} goals by hand, {disagreements} that their own plan does not reach");
            }

            Console.WriteLine($"{wrong} of {examples.Length} wrong; {families.Count} families, the rarest {string.Join(", ", families.OrderBy(family => family.Value).Take(5))}");
            foreach (IGrouping<string, WholeGoal> author in corpus.Whole.All.GroupBy(goal => goal.Author))
            {
                Console.WriteLine($"{author.Key}: {author.Count()} whole goals, {author.Count(goal => goal.Set != PhrasingSet.Training)} held out");
            }

            foreach (IGrouping<string, Phrasing> author in corpus.Phrasings.All.GroupBy(phrasing => phrasing.Author))
            {
                Console.WriteLine($"{author.Key}: {author.Count()} wordings, {author.Count(phrasing => phrasing.Set != PhrasingSet.Training)} held out");
            }

            return wrong + misfits.Length == 0 ? 0 : 1;
        });
        return command;
    }

    // What the mask refuses could be learned but never said.
    private static bool Admits(IReadOnlyList<AIFunction> tools, TokenVocabulary vocabulary, BytePairTokenizer tokenizer, Example example)
    {
        ITokenConstraint constraint = JsonSchemaConstraint.Compile(PlanSchema.Build(tools, 12, ["goal"]), [new PromptSection("goal", example.Goal)]).Start(vocabulary);
        ulong[] mask = new ulong[vocabulary.MaskWords];
        foreach (int id in tokenizer.Encode(example.Plan))
        {
            constraint.FillMask(mask);
            if ((mask[id >> 6] >> (id & 63) & 1) == 0)
            {
                return false;
            }

            constraint.Accept(id);
        }

        return constraint.IsComplete;
    }

    private static IEnumerable<string> Forms(AIFunction tool) =>
        ((JsonArray)tool.AdditionalProperties["x-forms"]!).Select(form => Form(tool.Name, form!["properties"]!.AsObject()));

    private static string Form(string tool, JsonObject properties) => tool + " " + string.Join(' ', properties.Select(property => property.Key));
}
