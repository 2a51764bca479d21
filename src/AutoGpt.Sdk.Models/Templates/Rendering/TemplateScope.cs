namespace AutoGpt.Sdk.Models;

/// <summary>Variables, and those around them.</summary>
internal sealed class TemplateScope(TemplateScope? outer)
{
    private readonly Dictionary<string, TemplateValue> _variables = new(StringComparer.Ordinal);

    public void Set(string name, TemplateValue value) => _variables[name] = value;

    public TemplateValue? Find(string name)
    {
        for (TemplateScope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._variables.TryGetValue(name, out TemplateValue? value))
            {
                return value;
            }
        }

        return null;
    }

    private TemplateScope? Outer => outer;
}
