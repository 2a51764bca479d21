using System.CommandLine;
using System.Text.Json;
using TrainMini.Goals;

namespace TrainMini.Commands;

/// <summary><c>examples</c>: shows what is trained on.</summary>
internal static class ExamplesCommand
{
    public static Command Create()
    {
        Option<int> count = new("--count") { Description = "How many. Default: 20.", DefaultValueFactory = _ => 20 };
        Option<int> seed = new("--seed") { Description = "The first seed. Default: 0." };
        Command command = new("examples", "Writes training examples as JSON lines.") { count, seed };
        command.SetAction(parsed =>
        {
            GoalComposer composer = new Corpus().Composer(PhrasingSet.Training);
            for (int each = parsed.GetValue(seed); each < parsed.GetValue(seed) + parsed.GetValue(count); each++)
            {
                Example example = composer.Draw(each);
                Console.WriteLine(JsonSerializer.Serialize(new { example.Goal, example.Feedback, example.Plan }, PlanText.Options));
            }
        });
        return command;
    }
}
