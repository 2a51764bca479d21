using System.Globalization;

namespace AutoGpt.Sdk.Benchmarks;

/// <summary>The options of a command: <c>--name value</c>, and flags.</summary>
internal sealed class CommandArguments
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Reads them.</summary>
    /// <param name="args">The command and its options.</param>
    /// <param name="usage">What an error tells.</param>
    /// <param name="names">The options that have a value; <c>--json</c> is a flag everywhere.</param>
    /// <exception cref="ArgumentException">Another option, or one without its value.</exception>
    public CommandArguments(string[] args, string usage, params ReadOnlySpan<string> names)
    {
        for (int at = 1; at < args.Length; at++)
        {
            if (args[at] == "--json")
            {
                Json = true;
            }
            else if (names.Contains(args[at]) && at + 1 < args.Length)
            {
                _values[args[at]] = args[++at];
            }
            else
            {
                throw new ArgumentException($"'{args[at]}' is no option or lacks its value: {usage} [--json]");
            }
        }
    }

    /// <summary>Whether results are JSON, one object a line.</summary>
    public bool Json { get; }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public string[] List(string name, string absent) => (Text(name) ?? absent).Split(',');

    public int Number(string name, int absent) => Text(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : absent;

    public double Real(string name, double absent) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : absent;
}
