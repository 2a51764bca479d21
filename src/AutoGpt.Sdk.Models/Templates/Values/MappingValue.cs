using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>Values by key, in the order they were put in. Templates cannot change it.</summary>
internal sealed class MappingValue : TemplateValue
{
    private static readonly object s_none = new();

    private readonly Dictionary<object, int> _index = [];
    private readonly List<KeyValuePair<TemplateValue, TemplateValue>> _entries = [];

    public IReadOnlyList<KeyValuePair<TemplateValue, TemplateValue>> Entries => _entries;

    public override string TypeName => "dict";

    public override bool IsTrue => _entries.Count > 0;

    /// <exception cref="TemplateFaultException">The key is neither a text nor a number, a truth value or none.</exception>
    public MappingValue Add(TemplateValue key, TemplateValue value)
    {
        object hashed = Hashed(key) ?? throw new TemplateFaultException($"a {key.TypeName} cannot be the key of a dict here.");
        if (_index.TryGetValue(hashed, out int at))
        {
            _entries[at] = new(_entries[at].Key, value);
        }
        else
        {
            _index.Add(hashed, _entries.Count);
            _entries.Add(new(key, value));
        }

        return this;
    }

    public TemplateValue? Find(string key) => _index.TryGetValue(key, out int at) ? _entries[at].Value : null;

    public TemplateValue? Find(TemplateValue key) => Hashed(key) is { } hashed && _index.TryGetValue(hashed, out int at) ? _entries[at].Value : null;

    // Equal keys are one: 1, 1.0 and true.
    private static object? Hashed(TemplateValue key) => key switch
    {
        TextValue text => text.Text,
        NoneValue => s_none,
        FloatValue number when double.IsInteger(number.Value) => new BigInteger(number.Value),
        FloatValue number => number.Value,
        _ => (ValueComparison.Number(key) as IntegerValue)?.Value,
    };
}
