using System.Globalization;
using System.Text.Json;

namespace AutoGpt.Sdk.Benchmarks.Training.Figures;

/// <summary>A figure's lines: for people, or JSON.</summary>
internal sealed class FigureOutput(bool asJson)
{
    /// <summary>A point of a curve.</summary>
    public void Point(params (string Name, object Value)[] values) => Write("point", values);

    /// <summary>What the run came to: the last line.</summary>
    public void Result(params (string Name, object Value)[] values) => Write("result", values);

    private void Write(string type, (string Name, object Value)[] values) => Console.WriteLine(asJson
        ? JsonSerializer.Serialize(values.Prepend(("type", type)).ToDictionary(value => value.Item1, value => value.Item2))
        : $"{type}: " + string.Join(", ", values.Select(value => $"{value.Name} {(value.Value is double number ? number.ToString("0.####", CultureInfo.InvariantCulture) : Convert.ToString(value.Value, CultureInfo.InvariantCulture))}")));
}
