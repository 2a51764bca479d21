using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// The keys of a GGUF file. A value is a <see cref="bool"/>, a <see cref="long"/> whatever its width in the file (a <see cref="ulong"/> from 2^63 on), a
/// <see cref="double"/>, a <see cref="string"/>, or an array: <c>bool[]</c>, <c>long[]</c>, <c>double[]</c> or <c>string[]</c>. The typed reads throw a
/// <see cref="CheckpointException"/> that names the file and the key. Thread-safe; arrays must not be written to.
/// </summary>
[SuppressMessage("Naming", "CA1710", Justification = "It is what the format calls it; that it is a dictionary comes second.")]
public sealed class GgufMetadata : IReadOnlyDictionary<string, object>
{
    private readonly string _file;
    private readonly Dictionary<string, object> _values;

    internal GgufMetadata(string file, Dictionary<string, object> values)
    {
        _file = file;
        _values = values;
    }

    /// <summary>What errors call the file.</summary>
    internal string File => _file;

    /// <inheritdoc />
    public int Count => _values.Count;

    /// <inheritdoc />
    public IEnumerable<string> Keys => _values.Keys;

    /// <inheritdoc />
    public IEnumerable<object> Values => _values.Values;

    /// <summary>A value that must be there.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="CheckpointException">There is no such key.</exception>
    public object this[string key] => _values.TryGetValue(key, out object? value) ? value : throw new CheckpointException(_file, $"the key '{key}' is missing.");

    /// <summary>A whole number.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value where there is no such key. Default null: it must be there.</param>
    /// <exception cref="CheckpointException">It is missing, or something else.</exception>
    public long Integer(string key, long? absent = null) => Read(key, absent, "a whole number");

    /// <summary>A number, whole ones included; finite.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value where there is no such key. Default null: it must be there.</param>
    /// <exception cref="CheckpointException">It is missing, or something else.</exception>
    public double Number(string key, double? absent = null)
    {
        double number = _values.TryGetValue(key, out object? value) && value is long whole ? whole : Read(key, absent, "a number");
        return double.IsFinite(number) ? number : throw Wrong(key, "a finite number");
    }

    /// <summary>True or false.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value where there is no such key. Default null: it must be there.</param>
    /// <exception cref="CheckpointException">It is missing, or something else.</exception>
    public bool Flag(string key, bool? absent = null) => Read(key, absent, "true or false");

    /// <summary>A text.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value where there is no such key. Default null: it must be there.</param>
    /// <exception cref="CheckpointException">It is missing, or something else.</exception>
    public string Text(string key, string? absent = null) => ReadObject(key, absent, "a text");

    /// <summary>A list of texts.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value where there is no such key. Default null: it must be there.</param>
    /// <exception cref="CheckpointException">It is missing, or something else.</exception>
    public IReadOnlyList<string> Texts(string key, IReadOnlyList<string>? absent = null) => List(key, absent, "a list of texts");

    /// <summary>A list of whole numbers.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value where there is no such key. Default null: it must be there.</param>
    /// <exception cref="CheckpointException">It is missing, or something else.</exception>
    public IReadOnlyList<long> Integers(string key, IReadOnlyList<long>? absent = null) => List(key, absent, "a list of whole numbers");

    /// <summary>A list of numbers, as they are: not necessarily finite.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value where there is no such key. Default null: it must be there.</param>
    /// <exception cref="CheckpointException">It is missing, or something else.</exception>
    public IReadOnlyList<double> Numbers(string key, IReadOnlyList<double>? absent = null) => List(key, absent, "a list of numbers");

    /// <inheritdoc />
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc />
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object value) => _values.TryGetValue(key, out value);

    /// <inheritdoc />
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal CheckpointException Unsupported(string problem) => new(_file, $"unsupported: {problem}.");

    internal CheckpointException Wrong(string key, string wanted) => new(_file, $"the key '{key}' is {Describe(_values[key])}; it must be {wanted}.");

    private T Read<T>(string key, T? absent, string wanted)
        where T : struct => !_values.TryGetValue(key, out object? value) && absent is T other ? other : (value ?? this[key]) is T found ? found : throw Wrong(key, wanted);

    private T ReadObject<T>(string key, T? absent, string wanted)
        where T : class => !_values.TryGetValue(key, out object? value) && absent is not null ? absent : (value ?? this[key]) as T ?? throw Wrong(key, wanted);

    // Not by interface: the runtime takes a ulong[] for an IReadOnlyList<long>.
    private IReadOnlyList<T> List<T>(string key, IReadOnlyList<T>? absent, string wanted) =>
        !_values.TryGetValue(key, out object? value) && absent is not null ? absent : (value ?? this[key]) as T[] ?? throw Wrong(key, wanted);

    private static string Describe(object value)
    {
        const int Longest = 80;
        string text = value is Array array ? $"a list of {array.Length}" : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;
        return text.Length <= Longest ? text : text[..Longest] + "...";
    }
}
