using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TrainMini.Goals;

/// <summary>
/// Makes a right plan wrong in one place, in the ways in which a planner that misreads a goal goes wrong: another unit, order or
/// aggregate, two names exchanged, a step or a condition too few. What the model learns to find fault with.
/// </summary>
internal static partial class Flaws
{
    // Values that are told apart by a word of the goal.
    private static readonly string[][] Alternatives =
    [
        ["lines", "words", "characters"],
        ["ascending", "descending"],
        ["start", "end"],
        ["sum", "average", "min", "max"],
        ["upper", "lower"],
        ["after", "before"],
        ["days", "weeks", "months", "years"],
        ["add", "subtract", "multiply", "divide"],
        ["emails", "urls", "numbers", "dates"],
        ["=", "!=", ">", "<", ">=", "<=", "contains"],
    ];

    // Arguments that a plan may carry too much or too little, each with what it drags along.
    private static readonly string[][] Optional =
        [["exclude"], ["order"], ["by"], ["group_by"], ["where_column", "where_is", "where_value"], ["limit"], ["pattern"], ["sentences"]];

    /// <summary>A wrong plan near the right one, or null where the drawn kind of flaw does not fit.</summary>
    public static string? Apply(string plan, Random random)
    {
        JsonObject json = JsonNode.Parse(plan)!.AsObject();
        JsonArray steps = json["steps"]!.AsArray();
        if (steps.Count == 0)
        {
            return null;
        }

        bool done = random.Next(10) switch
        {
            < 4 => Exchange(steps, random),
            < 6 => Swap(steps, random),
            < 8 => Omit(steps, random),
            8 => Drop(steps, random),
            _ => random.Next(4) == 0 && Empty(steps),
        };
        string wrong = json.ToJsonString(PlanText.Options);
        return done && wrong != plan ? wrong : null;
    }

    // Another word of the same kind: "words" for "lines".
    private static bool Exchange(JsonArray steps, Random random)
    {
        (JsonObject Arguments, string Key, string[] Others)[] places =
        [
            .. from arguments in steps.Select(step => step!["arguments"]!.AsObject())
               from argument in arguments
               where argument.Key is not ("text" or "containing" or "find" or "with" or "where_value" or "from" or "to") || Text(argument.Value) is "start" or "end" or "upper" or "lower"
               let others = Alternatives.FirstOrDefault(kind => kind.Contains(Text(argument.Value)))
               where others is not null
               select (arguments, argument.Key, others),
        ];
        if (places.Length == 0)
        {
            return false;
        }

        (JsonObject chosen, string key, string[] group) = places[random.Next(places.Length)];
        chosen[key] = group[random.Next(group.Length)];
        return true;
    }

    // Two names of the goal in each other's place.
    private static bool Swap(JsonArray steps, Random random)
    {
        (JsonObject Arguments, string Key)[] names =
        [
            .. from arguments in steps.Select(step => step!["arguments"]!.AsObject())
               from argument in arguments
               where argument.Key is "path" or "to" or "of" or "group_by" or "where_column" or "order_by" or "find" or "with" or "left" or "right" or "from"
               where Text(argument.Value) is { } text && !Alternatives.Any(kind => kind.Contains(text))
               select (arguments, argument.Key),
        ];
        if (names.Length < 2)
        {
            return false;
        }

        (JsonObject first, string one) = names[random.Next(names.Length)];
        (JsonObject second, string other) = names[random.Next(names.Length)];
        (first[one], second[other]) = (Text(second[other]), Text(first[one]));
        return true;
    }

    private static bool Omit(JsonArray steps, Random random)
    {
        (JsonObject Arguments, string[] Keys)[] places =
        [
            .. from arguments in steps.Select(step => step!["arguments"]!.AsObject())
               from keys in Optional
               where keys.All(arguments.ContainsKey)
               select (arguments, keys),
        ];
        if (places.Length == 0)
        {
            return false;
        }

        (JsonObject chosen, string[] gone) = places[random.Next(places.Length)];
        foreach (string key in gone)
        {
            chosen.Remove(key);
        }

        return true;
    }

    // A step too few: those after it take what went into it.
    private static bool Drop(JsonArray steps, Random random)
    {
        if (steps.Count < 2)
        {
            return false;
        }

        int gone = random.Next(steps.Count) + 1;
        string input = ReferencePattern().Matches(steps[gone - 1]!.ToJsonString()) is [.., { } last] ? last.Groups[1].Value : "1";
        steps.RemoveAt(gone - 1);
        for (int index = gone - 1; index < steps.Count; index++)
        {
            string text = ReferencePattern().Replace(steps[index]!.ToJsonString(PlanText.Options), match =>
            {
                int number = int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
                return "\"$" + (number == gone ? input : (number > gone ? number - 1 : number).ToString(System.Globalization.CultureInfo.InvariantCulture)) + "\"";
            });
            steps[index] = JsonNode.Parse(text);
        }

        return true;
    }

    private static bool Empty(JsonArray steps)
    {
        steps.Clear();
        return true;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) && !text.StartsWith('$') ? text : null;

    [GeneratedRegex("\"\\$([0-9])\"")]
    private static partial Regex ReferencePattern();
}
