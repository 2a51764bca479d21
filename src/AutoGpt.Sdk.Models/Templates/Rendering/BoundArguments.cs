namespace AutoGpt.Sdk.Models;

/// <summary>Arguments as they were given.</summary>
internal sealed record CallArguments(IReadOnlyList<TemplateValue> Positional, IReadOnlyList<KeyValuePair<string, TemplateValue>> Named);

/// <summary>Arguments in the places of a function's parameters; null where none was given.</summary>
internal sealed class BoundArguments
{
    private readonly string _owner;
    private readonly TemplateValue?[] _values;

    /// <exception cref="TemplateFaultException">There are too many, one is unknown or there twice.</exception>
    public BoundArguments(string owner, CallArguments arguments, params ReadOnlySpan<string> parameters)
    {
        _owner = owner;
        _values = new TemplateValue?[parameters.Length];
        if (arguments.Positional.Count > parameters.Length)
        {
            throw new TemplateFaultException($"'{owner}' takes {parameters.Length} arguments at most, not {arguments.Positional.Count}.");
        }

        for (int i = 0; i < arguments.Positional.Count; i++)
        {
            _values[i] = arguments.Positional[i];
        }

        foreach ((string name, TemplateValue value) in arguments.Named)
        {
            int at = parameters.IndexOf(name);
            if (at < 0 || _values[at] is not null)
            {
                throw new TemplateFaultException(at < 0 ? $"'{owner}' has no parameter '{name}'." : $"'{owner}' is given '{name}' twice.");
            }

            _values[at] = value;
        }
    }

    /// <summary>An argument, or null where it was left out.</summary>
    public TemplateValue? this[int index] => _values[index];

    public TemplateValue Value(int index) => _values[index] ?? throw new TemplateFaultException($"'{_owner}' lacks its argument {index + 1}.");

    public TextValue Text(int index) => Value(index) as TextValue ?? throw Wrong(index, "a text");

    /// <summary>A text, or null where it was left out or is none.</summary>
    public TextValue? TextOrNone(int index) => _values[index] is null or NoneValue ? null : Text(index);

    public int Integer(int index, int absent) => _values[index] switch
    {
        null => absent,
        IntegerValue value => value.Clamped,
        BooleanValue value => value.Value ? 1 : 0,
        _ => throw Wrong(index, "an integer"),
    };

    public bool Flag(int index) => _values[index]?.IsTrue ?? false;

    public TemplateFaultException Wrong(int index, string wanted) => new($"'{_owner}' wants {wanted} as its argument {index + 1}, not a {_values[index]?.TypeName}.");
}
