using System.CommandLine;
using System.Text.Json.Nodes;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Tools;
using Microsoft.Extensions.AI;
using TrainMini.Goals;

namespace TrainMini.Commands;

/// <summary><c>check</c>: every plan that is trained on must be valid, and written in the order in which it is decoded.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<int> count = new("--count") { Description = "How many. Default: 20000.", DefaultValueFactory = _ => 20_000 };
        Command command = new("check", "Validates training examples against the tools.") { count };
        command.SetAction(parsed =>
        {
            Corpus corpus = new();
            GoalComposer composer = corpus.Composer(PhrasingSet.Training);
            string folder = Directory.CreateTempSubdirectory("mini-check-").FullName;
            IReadOnlyList<AIFunction> tools = WorkspaceTools.Create(Workspace.Open(folder));
            HashSet<string> forms = [.. tools.SelectMany(Forms)];
            Dictionary<string, int> families = [];
            int wrong = 0;
            for (int seed = 0; seed < parsed.GetValue(count); seed++)
            {
                Example example = composer.Compose(seed);
                JsonArray steps = JsonNode.Parse(example.Plan)!["steps"]!.AsArray();
                Plan plan = new()
                {
                    Steps = [.. steps.Select((step, index) => new PlanStep(index + 1, (string)step!["tool"]!, step["arguments"]!.AsObject()))],
                };
                List<string> problems = [.. PlanValidator.Validate(plan, tools)];
                problems.AddRange(plan.Steps.Where(step => !forms.Contains(Form(step.Tool, step.Arguments))).Select(step => $"no form {Form(step.Tool, step.Arguments)}"));
                foreach (string family in example.Families)
                {
                    families[family] = families.GetValueOrDefault(family) + 1;
                }

                if (problems.Count > 0 && wrong++ < 20)
                {
                    Console.WriteLine($"{example.Goal}\n  {example.Plan}\n  {string.Join("; ", problems)}");
                }
            }

            Directory.Delete(folder);
            Console.WriteLine($"{wrong} of {parsed.GetValue(count)} wrong; {families.Count} families, the rarest {string.Join(", ", families.OrderBy(family => family.Value).Take(5))}");
            foreach (IGrouping<string, Phrasing> author in corpus.Phrasings.All.GroupBy(phrasing => phrasing.Author))
            {
                Console.WriteLine($"{author.Key}: {author.Count()} wordings, {author.Count(phrasing => phrasing.HeldOut)} held out");
            }

            return wrong == 0 ? 0 : 1;
        });
        return command;
    }

    private static IEnumerable<string> Forms(AIFunction tool) =>
        ((JsonArray)tool.AdditionalProperties["x-forms"]!).Select(form => Form(tool.Name, form!["properties"]!.AsObject()));

    private static string Form(string tool, JsonObject properties) => tool + " " + string.Join(' ', properties.Select(property => property.Key));
}
