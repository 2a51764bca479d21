using System.Text.RegularExpressions;

namespace TrainMini.Goals;

/// <summary>A whole goal as one author words it, and the plan it means.</summary>
/// <param name="Author">The author's file.</param>
/// <param name="Text">The wording, with slots.</param>
/// <param name="Plan">The plan; without steps when no tool can do what is wanted.</param>
/// <param name="Situation">Whether the author worded it before knowing what tools there are.</param>
/// <param name="Set">What it is for.</param>
internal sealed record WholeGoal(string Author, string Text, Family Plan, bool Situation, PhrasingSet Set)
{
    /// <summary>The plan without its last step where that only tells the result of the one before it, else null: it can be stored instead.</summary>
    public Family? Untold { get; } = Plan.Steps is [.., _, { Tool: "finish" } finish] && finish.Arguments[0].Value == $"${Plan.Steps.Count - 1}"
        ? Plan with { Steps = [.. Plan.Steps.SkipLast(1)] }
        : null;
}

/// <summary>Goals that authors wrote as wholes: a wording, and below it, after an equals sign, the steps as <c>families.txt</c> writes them.</summary>
internal sealed partial class WholeGoals
{
    private readonly List<WholeGoal> _goals = [];

    public IReadOnlyList<WholeGoal> All => _goals;

    /// <exception cref="InvalidDataException">A goal has other slots than its plan, or none of the two lines; the message names it.</exception>
    public void Add(string path, bool situation)
    {
        string author = Path.GetFileNameWithoutExtension(path);
        string? text = null;
        foreach (string line in File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            if (line[0] != '=')
            {
                text = text is null ? line : throw new InvalidDataException($"{author}: no plan for '{text}'.");
                continue;
            }

            string steps = line[1..].Trim();
            Family plan = new("whole", "whole", steps.Length == 0 ? [] : Family.ParseSteps(steps));
            _goals.Add(new WholeGoal(author, text ?? throw new InvalidDataException($"{author}: no goal for '{line}'."), plan, situation, PhrasingSets.Of(text)));
            HashSet<string> said = [.. SlotPattern().Matches(text).Select(match => match.Groups[1].Value)];
            HashSet<string> planned = [.. plan.Slots.Select(slot => slot.StartsWith("cond_", StringComparison.Ordinal) ? "cond" : slot)];
            if (plan.Steps.Count > 0 && !said.SetEquals(planned))
            {
                throw new InvalidDataException($"{author}: '{text}' has the slots {string.Join(", ", said)}, its plan {string.Join(", ", planned)}.");
            }

            text = null;
        }
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex SlotPattern();
}
