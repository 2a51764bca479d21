using System.Text.RegularExpressions;

namespace TrainMini.Goals;

/// <summary>What a family's result is, which decides what can follow it.</summary>
internal enum ResultKind
{
    None,
    Lines,
    Text,
    Number,
    Table,
    Sentence,
}

/// <summary>One step of a family: argument values are literals, slots in braces, references, or lists of slots in brackets.</summary>
internal sealed record StepTemplate(string Tool, IReadOnlyList<KeyValuePair<string, string>> Arguments);

/// <summary>A family of wishes that mean the same steps.</summary>
internal sealed partial record Family(string Id, string Kind, IReadOnlyList<StepTemplate> Steps)
{
    public bool IsSource => Kind == "source";

    public bool IsAction => Kind == "action";

    public bool IsTransform => Kind == "transform";

    /// <summary>Whether it works on a text, and so on a file as well as on what comes before it.</summary>
    public bool TakesText => Steps[0].Arguments is [{ Key: "text", Value: "$prev" }, ..];

    /// <summary>A transform of a text as a source: the same step on a file.</summary>
    public Family OnFile() => new(Id["t.".Length..], "source",
        [Steps[0] with { Arguments = [KeyValuePair.Create("path", "{path}"), .. Steps[0].Arguments.Skip(1)] }]);

    /// <summary>The slots of the steps, each once, in order.</summary>
    public IReadOnlyList<string> Slots { get; } =
        [.. Steps.SelectMany(step => step.Arguments).SelectMany(argument => SlotPattern().Matches(argument.Value)).Select(match => match.Groups[1].Value).Distinct()];

    public ResultKind Result
    {
        get
        {
            StepTemplate last = Steps[^1];
            bool Has(string key) => last.Arguments.Any(argument => argument.Key == key);
            return last.Tool switch
            {
                "write_file" or "append_file" or "copy_file" => ResultKind.None,
                "count" or "calculate" or "combine_numbers" or "convert_units" or "days_between" => ResultKind.Number,
                "compare" or "shift_date" or "query_json" => ResultKind.Sentence,
                "read_file" or "summarize" or "replace" or "change_case" or "concat" => ResultKind.Text,
                "query_csv" when Has("aggregate") && !Has("group_by") => ResultKind.Number,
                "query_csv" when last.Arguments.Any(argument => argument.Key == "columns" && !argument.Value.Contains(',', StringComparison.Ordinal)) =>
                    last.Arguments.Any(argument => argument is { Key: "limit", Value: "1" }) ? ResultKind.Sentence : ResultKind.Lines,
                "query_csv" => ResultKind.Table,
                _ => ResultKind.Lines,
            };
        }
    }

    /// <summary>Whether a transform makes sense on such a result.</summary>
    public bool Accepts(Family before)
    {
        string tool = Steps[0].Tool;
        return tool switch
        {
            "combine_numbers" or "convert_units" => before.Result == ResultKind.Number,
            "summarize" => before.Steps[^1].Tool is "read_file" or "concat" or "replace" or "filter_lines",
            "extract" => before.Steps[^1].Tool is "read_file" or "concat" or "filter_lines" or "search_files" or "summarize" or "take_lines",
            "count" or "change_case" or "replace" => before.Result is ResultKind.Lines or ResultKind.Text,
            _ => before.Result == ResultKind.Lines || before.Steps[^1].Tool is "concat" or "read_file" or "replace" or "change_case",
        } && (before.Steps[^1].Tool != tool || tool is "filter_lines" or "replace");
    }

    public static IReadOnlyList<Family> Read(string path) =>
        [.. File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select(Parse)];

    private static Family Parse(string line)
    {
        string[] parts = line.Split('|', 3, StringSplitOptions.TrimEntries);
        return new Family(parts[0], parts[1], ParseSteps(parts[2]));
    }

    /// <summary>Reads steps as <c>families.txt</c> writes them.</summary>
    public static IReadOnlyList<StepTemplate> ParseSteps(string text) => [.. text.Split(" ; ").Select(step => ParseStep(step.Trim()))];

    private static StepTemplate ParseStep(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new StepTemplate(words[0], [.. words.Skip(1).SelectMany(ParseArgument)]);
    }

    private static IEnumerable<KeyValuePair<string, string>> ParseArgument(string word)
    {
        if (word == "{cond}")
        {
            return [KeyValuePair.Create("where_column", "{cond_column}"), KeyValuePair.Create("where_is", "{cond_is}"), KeyValuePair.Create("where_value", "{cond_value}")];
        }

        int equals = word.IndexOf('=', StringComparison.Ordinal);
        return [KeyValuePair.Create(word[..equals], word[(equals + 1)..])];
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex SlotPattern();
}
