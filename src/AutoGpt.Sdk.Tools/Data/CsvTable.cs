using System.Text;
using Sylvan.Data.Csv;

namespace AutoGpt.Sdk.Tools;

/// <summary>A CSV file with a header.</summary>
internal sealed class CsvTable
{
    private readonly string _path;

    private CsvTable(string path, string[] columns, List<string[]> rows)
    {
        _path = path;
        Columns = columns;
        Rows = rows;
    }

    public string[] Columns { get; }

    public List<string[]> Rows { get; }

    /// <exception cref="ToolException">The text is no CSV with a header.</exception>
    public static CsvTable Parse(string path, string text)
    {
        try
        {
            using StringReader reader = new(text);
            using CsvDataReader csv = CsvDataReader.Create(reader, new CsvDataReaderOptions { Delimiter = Delimiter(text) });
            string[] columns = [.. Enumerable.Range(0, csv.FieldCount).Select(column => csv.GetName(column).Trim())];
            List<string[]> rows = [];
            while (csv.Read())
            {
                rows.Add([.. Enumerable.Range(0, columns.Length).Select(column => column < csv.RowFieldCount ? csv.GetString(column).Trim() : "")]);
            }

            return columns.Length > 0 ? new CsvTable(path, columns, rows) : throw new ToolException($"The file '{path}' has no header.");
        }
        catch (CsvFormatException exception)
        {
            throw new ToolException($"The file '{path}' is no CSV: {exception.Message}", exception);
        }
    }

    /// <summary>The place of a column, whatever its case.</summary>
    /// <exception cref="ToolException">There is none; the message names those there are.</exception>
    public int Find(string name)
    {
        int exact = Array.IndexOf(Columns, name);
        int found = exact >= 0 ? exact : Array.FindIndex(Columns, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
        return found >= 0 ? found : throw new ToolException($"No column '{name}' in {_path}. Columns: {NearestNames.Join(name, Columns)}");
    }

    public static string Format(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        StringBuilder csv = new(string.Join(',', header.Select(Quoted)));
        foreach (IEnumerable<string> row in rows)
        {
            csv.Append('\n').AppendJoin(',', row.Select(Quoted));
        }

        return csv.ToString();
    }

    // The separator that the header has most of.
    private static char Delimiter(string text)
    {
        int end = text.IndexOfAny(['\r', '\n']);
        string header = end < 0 ? text : text[..end];
        return ((char[])[',', ';', '\t', '|']).MaxBy(separator => header.Count(character => character == separator));
    }

    private static string Quoted(string value) =>
        value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
}
