using System.Text.Json.Nodes;

namespace TrainMini.Goals;

/// <summary>
/// Goals that misspell a file or a column, with what the first try brought: the error and what there is instead. The right plan then
/// names what there is.
/// </summary>
internal static class Mistakes
{
    private static readonly string[] Others =
        ["report.txt", "data.csv", "readme.md", "log.txt", "a.txt", "notes.md", "list.txt", "config.json", "sales.csv", "draft.txt", "users.csv", "todo.txt"];

    private static readonly string[] OtherColumns = ["id", "name", "date", "remark", "code", "total", "type", "value", "owner"];

    public static Example Apply(Example example, int seed)
    {
        Random random = new(unchecked(seed * 31) ^ 0x5bd1e995);
        return random.Next(7) == 0 ? Misspell(example, random) ?? example : example;
    }

    private static Example? Misspell(Example example, Random random)
    {
        JsonArray steps = JsonNode.Parse(example.Plan)!["steps"]!.AsArray();
        List<(int Step, string Key, string Value)> names = [];
        HashSet<string> made = [];
        for (int step = 0; step < steps.Count; step++)
        {
            JsonObject arguments = steps[step]!["arguments"]!.AsObject();
            string tool = (string)steps[step]!["tool"]!;
            foreach ((string key, JsonNode? value) in arguments)
            {
                bool isFile = key == "path" && tool is not ("write_file" or "append_file");
                bool isColumn = key is "of" or "group_by" or "where_column" or "order_by" && tool == "query_csv";
                if ((isFile || isColumn) && (string)value! is { Length: >= 4 } name && !made.Contains(name))
                {
                    names.Add((step + 1, key, name));
                }
            }

            if ((string?)arguments[tool == "copy_file" ? "to" : "path"] is { } path && tool is "write_file" or "append_file" or "copy_file")
            {
                made.Add((string?)arguments[tool == "copy_file" ? "to" : "path"] ?? "");
            }
        }

        if (names.Count == 0)
        {
            return null;
        }

        (int number, string argument, string right) = names[random.Next(names.Count)];
        string wrong = Slip(right, random);
        int occurrences = example.Goal.Split(right).Length - 1;
        if (wrong == right || occurrences != 1 || example.Goal.Contains(wrong, StringComparison.Ordinal))
        {
            return null;
        }

        string[] others = argument == "path" ? Others : OtherColumns;
        // The tools name what is nearest first.
        List<string> there = [right, .. others.Where(other => other != right).OrderBy(_ => random.Next()).Take(random.Next(1, 6))];
        string tool2 = (string)steps[number - 1]!["tool"]!;
        string csv = (string?)steps[number - 1]!["arguments"]!["path"] ?? "";
        string error = argument == "path"
            ? $"No file '{wrong}'. Files: {string.Join(", ", there)}"
            : $"No column '{wrong}' in {csv}. Columns: {string.Join(", ", there)}";
        return example with
        {
            Goal = example.Goal.Replace(right, wrong, StringComparison.Ordinal),
            Feedback = $"step {number} {tool2} failed: {error}",
            Plan = example.Plan,
        };
    }

    private static string Slip(string name, Random random)
    {
        int dot = name.LastIndexOf('.');
        int stem = dot > 1 ? dot : name.Length;
        int at = random.Next(1, stem);
        return random.Next(6) switch
        {
            0 => name.Remove(at, 1),
            1 => name[..at] + name[at] + name[at..],
            2 when at + 1 < stem => name[..at] + name[at + 1] + name[at] + name[(at + 2)..],
            3 when dot > 1 => name[..dot] + (name.EndsWith(".txt", StringComparison.Ordinal) ? ".md" : name.EndsWith(".csv", StringComparison.Ordinal) ? ".txt" : ".txt"),
            4 => name[..stem] + "s" + name[stem..],
            _ => name[..at] + (char)('a' + random.Next(26)) + name[(at + 1)..],
        };
    }
}
