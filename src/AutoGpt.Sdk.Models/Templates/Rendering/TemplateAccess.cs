using System.Globalization;

namespace AutoGpt.Sdk.Models;

/// <summary>Attributes and items of values, by Jinja's rules: one stands in for the other, and what is not there is undefined.</summary>
internal static class TemplateAccess
{
    /// <param name="target">The value.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="shown">What error messages call the whole.</param>
    public static TemplateValue Attribute(TemplateValue target, string name, string shown) => target switch
    {
        UndefinedValue undefined => throw undefined.Fault(),
        NamespaceValue space => space.Members.GetValueOrDefault(name) ?? new UndefinedValue($"'{shown}'"),
        LoopValue loop => loop.Member(name),
        MappingValue when TemplateMethods.IsOfMapping(name) => new FunctionValue(name),
        MappingValue mapping => mapping.Find(name) ?? new UndefinedValue($"'{shown}'"),
        TextValue when TemplateMethods.Has(name) && name is not ("get" or "items" or "keys" or "values" or "cycle" or "changed") => new FunctionValue(name),
        _ => new UndefinedValue($"'{shown}'"),
    };

    public static TemplateValue Item(TemplateValue target, TemplateValue index, string shown)
    {
        switch (target, index)
        {
            case (UndefinedValue undefined, _):
                throw undefined.Fault();
            case (MappingValue mapping, _) when mapping.Find(index) is { } found:
                return found;
            case (MappingValue or NamespaceValue or LoopValue or TextValue, TextValue name):
                return Attribute(target, name.Text, shown);
            case (_, IntegerValue position):
                return ValueIteration.At(target, position.Clamped) ?? new UndefinedValue($"'{shown}'");
            default:
                return new UndefinedValue($"'{shown}'");
        }
    }

    /// <summary>What <c>map(attribute='a.b')</c> and its kin look up: names and positions with dots between.</summary>
    public static TemplateValue Path(TemplateValue item, TemplateValue path, RenderState state)
    {
        if (path is IntegerValue)
        {
            return Item(item, path, "the item");
        }

        string names = (path as TextValue)?.Text ?? throw new TemplateFaultException($"an attribute's name is expected, not a {path.TypeName}.");
        foreach (string name in names.Split('.'))
        {
            state.Budget.Step();
            bool isPosition = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int position);
            item = Item(item, isPosition ? new IntegerValue(position) : TextValue.Trusted(name), name);
        }

        return item;
    }
}
