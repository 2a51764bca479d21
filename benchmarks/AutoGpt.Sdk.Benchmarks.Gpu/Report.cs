using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>Results as they come: a JSON object a line, and tables in Markdown. What is written is on the disk before the next measurement.</summary>
internal sealed class Report : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StreamWriter _lines;
    private readonly StreamWriter _tables;
    private string? _header;

    public Report(string folder)
    {
        Directory.CreateDirectory(folder);
        _lines = new StreamWriter(Path.Combine(folder, "gpu.jsonl")) { AutoFlush = true };
        _tables = new StreamWriter(Path.Combine(folder, "gpu.md")) { AutoFlush = true };
    }

    /// <summary>Measurements that failed.</summary>
    public int Failures { get; private set; }

    public void Section(string title)
    {
        _header = null;
        _tables.WriteLine($"\n## {title}\n");
        Console.WriteLine($"== {title}");
    }

    public void Text(string text)
    {
        _header = null;
        _tables.WriteLine($"\n```\n{text}\n```\n");
    }

    public void Row(string kind, params ReadOnlySpan<(string Name, object? Value)> fields)
    {
        Dictionary<string, object?> line = new() { ["type"] = "result", ["kind"] = kind };
        StringBuilder cells = new("|");
        StringBuilder names = new("|");
        foreach ((string name, object? value) in fields)
        {
            line[name] = value is double number && !double.IsFinite(number) ? number.ToString(CultureInfo.InvariantCulture) : value;
            names.Append(CultureInfo.InvariantCulture, $" {name} |");
            cells.Append(CultureInfo.InvariantCulture, $" {Cell(value)} |");
        }

        _lines.WriteLine(JsonSerializer.Serialize(line, s_json));
        string header = kind + names;
        if (_header != header)
        {
            _header = header;
            _tables.WriteLine($"\n{names}");
            _tables.WriteLine("|" + string.Concat(Enumerable.Repeat("---|", fields.Length)));
        }

        _tables.WriteLine(cells);
        Console.WriteLine($"{kind} {cells}");
    }

    public void Failure(string what, Exception exception)
    {
        Failures++;
        Row("failure", ("what", what), ("error", exception.GetType().Name), ("message", exception.Message.ReplaceLineEndings(" / ")));
        _lines.WriteLine(JsonSerializer.Serialize(new { type = "trace", what, trace = exception.ToString() }, s_json));
    }

    /// <summary>Runs a measurement; a failure is a row, not the end.</summary>
    public void Try(string what, Action measurement)
    {
        try
        {
            measurement();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            Failure(what, exception);
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _tables.Dispose();
    }

    private static string Cell(object? value) => value switch
    {
        null => "–",
        double number when Math.Abs(number) is < 0.001 and > 0 => number.ToString("0.0e+0", CultureInfo.InvariantCulture),
        double number => number.ToString(Math.Abs(number) < 10 ? "0.0000" : Math.Abs(number) < 1000 ? "0.00" : "0", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!.Replace("|", "/", StringComparison.Ordinal),
    };
}
