using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using TrainMini.Goals;

namespace TrainMini.Evaluation;

/// <summary>Writes a workspace in which a plan has something to do: every file it reads exists and holds what it looks for, among other things.</summary>
internal sealed class WorkspaceWriter(WordLists words, int seed)
{
    private readonly Random _random = new(seed);
    private readonly HashSet<string> _written = [];

    public void Write(string root, JsonObject plan)
    {
        JsonObject[] steps = [.. plan["steps"]!.AsArray().Select(step => step!.AsObject())];
        foreach (JsonObject step in steps)
        {
            string tool = (string)step["tool"]!;
            JsonObject arguments = step["arguments"]!.AsObject();
            string? path = (string?)arguments["path"];
            switch (tool)
            {
                case "write_file":
                    _written.Add(path!);
                    break;
                case "copy_file":
                    Create(root, path!, Text(plan));
                    _written.Add((string)arguments["to"]!);
                    break;
                case "query_csv":
                    Create(root, path!, Csv(steps, path!));
                    break;
                case "query_json" when path is not null:
                    Create(root, path, Json((string)arguments["pointer"]!));
                    break;
                case "concat" when arguments["paths"] is JsonArray paths:
                    foreach (JsonNode? each in paths)
                    {
                        Create(root, (string)each!, Text(plan));
                    }

                    break;
                case "list_files" or "search_files":
                    string place = ((string?)arguments["folder"])?.TrimEnd('/') is { } folder ? folder + "/" : "";
                    string pattern = (string?)arguments["pattern"] ?? $"*.{(string?)arguments["extension"] ?? "txt"}";
                    Create(root, place + pattern.Replace("**/", "sub/", StringComparison.Ordinal).Replace("*", words.Pick("stem", _random), StringComparison.Ordinal), Text(plan));
                    break;
                default:
                    if (path is not null)
                    {
                        Create(root, path, Text(plan));
                    }

                    break;
            }
        }

        Create(root, "zz-" + words.Pick("stem", _random) + ".txt", Text(plan));
    }

    private void Create(string root, string path, string content)
    {
        string full = Path.Combine(root, path);
        if (_written.Add(path) && !File.Exists(full))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            File.WriteAllText(full, content);
        }
    }

    /// <summary>Lines with names, e-mail addresses, links, numbers and dates, and with every text the plan speaks of.</summary>
    private string Text(JsonObject plan)
    {
        List<string> texts = [.. Strings(plan).Where(text => text.Length > 0 && text[0] != '$')];
        StringBuilder text = new();
        int lines = _random.Next(6, 24);
        string previous = "";
        for (int line = 0; line < lines; line++)
        {
            string content = _random.Next(9) switch
            {
                0 => $"{words.Pick("person", _random)}@{words.Pick("word", _random)}.com wrote to {words.Pick("person", _random)}.{words.Pick("person", _random)}@example.org",
                1 => $"see https://{words.Pick("word", _random)}.example.com/{words.Pick("stem", _random)} for the {words.Pick("word", _random)}",
                2 => $"{_random.Next(1, 5000)} {words.Pick("word", _random)} on 20{_random.Next(10, 30)}-0{_random.Next(1, 10)}-1{_random.Next(0, 10)}",
                3 when previous.Length > 0 => previous,
                4 => _random.Next(1, 500).ToString(CultureInfo.InvariantCulture),
                _ => string.Join(' ', Enumerable.Range(0, _random.Next(3, 9)).Select(_ => words.Pick("word", _random))) + ".",
            };
            if (texts.Count > 0 && _random.Next(3) == 0)
            {
                content += " " + texts[_random.Next(texts.Count)];
            }

            text.Append(content).Append('\n');
            previous = content;
        }

        return text.ToString();
    }

    private string Csv(JsonObject[] steps, string path)
    {
        List<string> columns = [];
        Dictionary<string, List<string>> values = [];
        HashSet<string> numeric = [];
        foreach (JsonObject arguments in steps.Select(step => step["arguments"]!.AsObject()).Where(arguments => (string?)arguments["path"] == path))
        {
            foreach (string key in (string[])["of", "order_by", "group_by", "where_column"])
            {
                if ((string?)arguments[key] is { } column)
                {
                    Add(column);
                    if (key is "of" or "order_by" || (key == "where_column" && (string?)arguments["where_is"] is "<" or ">" or "<=" or ">="))
                    {
                        numeric.Add(column);
                    }
                }
            }

            foreach (JsonNode? column in arguments["columns"]?.AsArray() ?? [])
            {
                Add((string)column!);
            }

            if ((string?)arguments["where_column"] is { } where && (string?)arguments["where_value"] is { } value)
            {
                values.TryAdd(where, []);
                values[where].Add(value);
            }
        }

        Add("id");
        Add("remark");
        columns = [.. columns.OrderBy(_ => _random.Next())];
        StringBuilder csv = new();
        csv.AppendJoin(',', columns).Append('\n');
        for (int row = 0; row < 14; row++)
        {
            csv.AppendJoin(',', columns.Select(column => Cell(column, row))).Append('\n');
        }

        return csv.ToString();

        void Add(string column)
        {
            if (!columns.Contains(column))
            {
                columns.Add(column);
            }
        }

        string Cell(string column, int row)
        {
            if (column == "id")
            {
                return (row + 1).ToString(CultureInfo.InvariantCulture);
            }

            if (numeric.Contains(column))
            {
                double around = values.TryGetValue(column, out List<string>? bounds)
                    && double.TryParse(bounds[0], NumberStyles.Any, CultureInfo.InvariantCulture, out double bound) ? bound : 50;
                return _random.Next(5) == 0 ? around.ToString(CultureInfo.InvariantCulture)
                    : (around + _random.Next(-40, 41) + (_random.Next(100) / 100.0)).ToString("0.##", CultureInfo.InvariantCulture);
            }

            string text = values.TryGetValue(column, out List<string>? wanted) && _random.Next(5) < 2
                ? wanted[_random.Next(wanted.Count)]
                : words.Pick(_random.Next(2) == 0 ? "category_value" : "word", _random);
            return text.Contains(',', StringComparison.Ordinal) || text.Contains('"', StringComparison.Ordinal) ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
        }
    }

    private string Json(string pointer)
    {
        JsonNode value = _random.Next(2) == 0 ? words.Pick("word", _random) : _random.Next(1, 1000);
        foreach (string part in pointer.Split('.').Reverse())
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            if (bracket < 0)
            {
                value = new JsonObject { ["kind"] = words.Pick("word", _random), [part] = value };
                continue;
            }

            int index = int.Parse(part[(bracket + 1)..^1], CultureInfo.InvariantCulture);
            JsonArray array = [.. Enumerable.Range(0, index + 2).Select(_ => (JsonNode)new JsonObject { ["kind"] = words.Pick("word", _random) })];
            array[index] = value;
            value = new JsonObject { [part[..bracket]] = array };
        }

        return value.ToJsonString();
    }

    private static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonObject json => json.Where(property => property.Key is "text" or "containing" or "find" or "of").SelectMany(property => Leaf(property.Value)).Concat(json.SelectMany(property => property.Value is JsonValue ? [] : Strings(property.Value))),
        JsonArray array => array.SelectMany(Strings),
        _ => [],
    };

    private static IEnumerable<string> Leaf(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? [text] : [];
}
