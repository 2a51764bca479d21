using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>Filters, projects, orders, groups and aggregates a CSV file.</summary>
internal static class CsvQuery
{
    private static readonly Parameter Column = new("", "") { QuotedAs = "word" };

    public static ToolDefinition Create(Workspace workspace) => new("query_csv", "Queries a CSV file: choose columns, filter rows, order them, or aggregate a column, in groups where wanted.")
    {
        Parameters =
        [
            new Parameter("path", "A CSV file of the workspace, with a header.") { QuotedAs = "path" },
            Column with { Name = "columns", Description = "The columns to keep. Default: all.", Items = (1, 4) },
            Column with { Name = "where_column", Description = "The column a condition looks at." },
            new Parameter("where_is", "How it compares; contains looks for a part, whatever its case.") { Words = ["=", "!=", ">", "<", ">=", "<=", "contains"] },
            new Parameter("where_value", "What it is compared with.") { QuotedAs = "span" },
            new Parameter("aggregate", "Makes one number of the rows, or of each group.") { Words = ["sum", "average", "min", "max", "count"] },
            Column with { Name = "of", Description = "The column to aggregate; not for count." },
            Column with { Name = "group_by", Description = "The column whose values make the groups." },
            Column with { Name = "order_by", Description = "The column that orders the rows." },
            new Parameter("order", "Default: ascending.") { Words = ["ascending", "descending"] },
            new Parameter("limit", "How many rows at most.") { Type = "integer", Minimum = 1, Maximum = 1000 },
        ],
        Forms = [.. Forms()],
        Body = async (arguments, cancellationToken) =>
        {
            string path = arguments.Text("path");
            string text = await workspace.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            return Query(arguments, CsvTable.Parse(path, text));
        },
    };

    private static IEnumerable<string> Forms()
    {
        foreach (string where in (string[])["", "where_column where_is where_value"])
        {
            foreach (string columns in (string[])["", "columns"])
            {
                foreach (string order in (string[])["", "order_by", "order_by order"])
                {
                    yield return $"path {columns} {where} {order}";
                    yield return $"path {columns} {where} {order} limit";
                }
            }

            foreach (string group in (string[])["", "group_by"])
            {
                yield return $"path {where} aggregate=count {group}";
                yield return $"path {where} aggregate=sum|average|min|max of {group}";
            }
        }
    }

    private static JsonNode Query(ToolArguments arguments, CsvTable table)
    {
        IEnumerable<string[]> rows = Filter(arguments, table);
        if (arguments.OptionalText("aggregate") is { } aggregate)
        {
            return Aggregate(arguments, table, aggregate, [.. rows]);
        }

        if (arguments.Has("of") || arguments.Has("group_by"))
        {
            throw arguments.Error("'of' and 'group_by' go with 'aggregate'.");
        }

        rows = Order(arguments, table, rows);
        if (arguments.OptionalInteger("limit") is { } limit)
        {
            rows = rows.Take(limit);
        }

        int[] kept = arguments.Has("columns") ? [.. arguments.Texts("columns").Select(table.Find)] : [.. Enumerable.Range(0, table.Columns.Length)];
        return arguments.Has("columns") && kept.Length == 1
            ? Lines.Join(rows.Select(row => row[kept[0]]))
            : CsvTable.Format(kept.Select(column => table.Columns[column]), rows.Select(row => kept.Select(column => row[column])));
    }

    private static IEnumerable<string[]> Filter(ToolArguments arguments, CsvTable table)
    {
        if (!arguments.Has("where_column") && !arguments.Has("where_is") && !arguments.Has("where_value"))
        {
            return table.Rows;
        }

        int column = table.Find(arguments.Text("where_column"));
        string comparison = arguments.Text("where_is");
        string wanted = arguments.Text("where_value");
        bool numeric = table.TryBound(wanted, out decimal bound);
        if (!numeric && comparison is ">" or "<" or ">=" or "<=")
        {
            // Dates in ISO form and words have an order too.
            return table.Rows.Where(row => Compares(string.Compare(row[column], wanted, StringComparison.OrdinalIgnoreCase), comparison));
        }

        return table.Rows.Where(row => comparison switch
        {
            "contains" => row[column].Contains(wanted, StringComparison.OrdinalIgnoreCase),
            _ when numeric && table.TryNumber(row[column], out decimal number) => Compares(number.CompareTo(bound), comparison),
            "=" => row[column].Equals(wanted, StringComparison.OrdinalIgnoreCase),
            "!=" => !row[column].Equals(wanted, StringComparison.OrdinalIgnoreCase),
            _ => false,
        });
    }

    private static bool Compares(int order, string comparison) => comparison switch
    {
        "=" => order == 0,
        "!=" => order != 0,
        ">" => order > 0,
        "<" => order < 0,
        ">=" => order >= 0,
        _ => order <= 0,
    };

    private static IEnumerable<string[]> Order(ToolArguments arguments, CsvTable table, IEnumerable<string[]> rows)
    {
        if (arguments.OptionalText("order_by") is not { } name)
        {
            return arguments.Has("order") ? throw arguments.Error("'order' goes with 'order_by'.") : rows;
        }

        int column = table.Find(name);
        bool descending = arguments.OptionalText("order") == "descending";
        string[][] all = [.. rows];
        // A column is numeric when every cell that is filled is a number; empty cells come last either way.
        bool numeric = all.All(row => row[column].Length == 0 || table.TryNumber(row[column], out _));
        IOrderedEnumerable<string[]> filled = all.OrderBy(row => row[column].Length == 0);
        return numeric
            ? filled.ThenBy(row => table.TryNumber(row[column], out decimal number) ? (descending ? -number : number) : 0)
            : descending ? filled.ThenByDescending(row => row[column], StringComparer.OrdinalIgnoreCase)
            : filled.ThenBy(row => row[column], StringComparer.OrdinalIgnoreCase);
    }

    private static JsonNode Aggregate(ToolArguments arguments, CsvTable table, string aggregate, string[][] rows)
    {
        if (arguments.Has("columns") || arguments.Has("order_by") || arguments.Has("limit"))
        {
            throw arguments.Error("'columns', 'order_by' and 'limit' do not go with 'aggregate'.");
        }

        int? of = aggregate == "count" ? null : table.Find(arguments.Text("of"));
        if (arguments.OptionalText("group_by") is not { } group)
        {
            return NumberTools.ToJson(Compute(table, aggregate, of, rows));
        }

        int by = table.Find(group);
        string header = of is { } column ? $"{aggregate}_{table.Columns[column]}" : "count";
        return CsvTable.Format(
            [table.Columns[by], header],
            rows.GroupBy(row => row[by], StringComparer.Ordinal).OrderBy(each => each.Key, StringComparer.Ordinal)
                .Select(each => (string[])[each.Key, Numerals.Show(Compute(table, aggregate, of, [.. each]))]));
    }

    private static decimal Compute(CsvTable table, string aggregate, int? column, string[][] rows)
    {
        if (column is not { } of)
        {
            return rows.Length;
        }

        decimal[] values = [.. rows.Where(row => row[of].Length > 0).Select(row => table.TryNumber(row[of], out decimal number)
            ? number : throw new ToolException($"'{row[of]}' in the column '{table.Columns[of]}' is no number."))];
        if (values.Length == 0 && aggregate != "sum")
        {
            throw new ToolException($"No row has a value in the column '{table.Columns[of]}', so there is no {aggregate}.");
        }

        return aggregate switch
        {
            "sum" => values.Sum(),
            "average" => Math.Round(values.Average(), 6),
            "min" => values.Min(),
            _ => values.Max(),
        };
    }
}
