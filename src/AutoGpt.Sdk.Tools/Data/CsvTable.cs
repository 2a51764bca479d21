using System.Text;
using Sylvan.Data.Csv;

namespace AutoGpt.Sdk.Tools;

/// <summary>A CSV file with a header.</summary>
internal sealed class CsvTable
{
    private readonly string _path;
    private readonly bool _decimalComma;

    private CsvTable(string path, char delimiter, string[] columns, List<string[]> rows)
    {
        _path = path;
        Columns = columns;
        Rows = rows;
        // Where commas are decimal, semicolons divide the cells. One number with such a comma settles it for the file, so that its 1.250 is a thousand.
        _decimalComma = delimiter == ';' && rows.Exists(row => row.Any(cell => cell.Contains(',', StringComparison.Ordinal) && Numerals.TryParseDecimalComma(cell, out _)));
    }

    public string[] Columns { get; }

    public List<string[]> Rows { get; }

    /// <exception cref="ToolException">The text is no CSV with a header.</exception>
    public static CsvTable Parse(string path, string text)
    {
        try
        {
            char delimiter = Delimiter(text);
            using StringReader reader = new(text);
            using CsvDataReader csv = CsvDataReader.Create(reader, new CsvDataReaderOptions { Delimiter = delimiter });
            string[] columns = [.. Enumerable.Range(0, csv.FieldCount).Select(column => csv.GetName(column).Trim())];
            List<string[]> rows = [];
            while (csv.Read())
            {
                rows.Add([.. Enumerable.Range(0, columns.Length).Select(column => column < csv.RowFieldCount ? csv.GetString(column).Trim() : "")]);
            }

            return columns.Length > 0 ? new CsvTable(path, delimiter, columns, rows) : throw new ToolException($"The file '{path}' has no header.");
        }
        catch (CsvFormatException exception)
        {
            throw new ToolException($"The file '{path}' is no CSV: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// The place of a column: by its exact name, else whatever its case, else – where that is one column alone – whatever its number and the signs between its words, since people
    /// say "the salaries" of a column <c>salary</c> and "unit cost" of <c>unit_cost</c>.
    /// </summary>
    /// <exception cref="ToolException">There is none, or several; the message names those there are.</exception>
    public int Find(string name)
    {
        int exact = Array.IndexOf(Columns, name);
        int found = exact >= 0 ? exact : Array.FindIndex(Columns, column => column.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (found < 0 && Singular(name) is { Length: > 0 } wanted && Columns.Count(column => Singular(column) == wanted) == 1)
        {
            found = Array.FindIndex(Columns, column => Singular(column) == wanted);
        }

        return found >= 0 ? found : throw new ToolException($"No column '{name}' in {_path}. Columns: {NearestNames.Join(name, Columns)}");
    }

    /// <summary>The number in a cell, in the way this file writes numbers.</summary>
    public bool TryNumber(string cell, out decimal number) => _decimalComma ? Numerals.TryParseDecimalComma(cell, out number) : Numerals.TryParse(cell, out number);

    /// <summary>A number to compare cells with; a goal may write it in its own way.</summary>
    public bool TryBound(string wanted, out decimal number) => TryNumber(wanted, out number) || Numerals.TryParse(wanted, out number);

    public static string Format(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        StringBuilder csv = new(string.Join(',', header.Select(Quoted)));
        foreach (IEnumerable<string> row in rows)
        {
            csv.Append('\n').AppendJoin(',', row.Select(Quoted));
        }

        return csv.ToString();
    }

    // Letters and digits alone, without the ending of an English plural.
    private static string Singular(string name)
    {
        string plain = new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
        return plain.Length < 4 || !plain.EndsWith('s') || plain.EndsWith("ss", StringComparison.Ordinal) ? plain
            : plain.EndsWith("ies", StringComparison.Ordinal) ? plain[..^3] + "y"
            : ((string[])["sses", "xes", "ches", "shes"]).Any(ending => plain.EndsWith(ending, StringComparison.Ordinal)) ? plain[..^2]
            : plain[..^1];
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
