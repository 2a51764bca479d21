namespace AutoGpt.Sdk.Models;

/// <summary>Which of Python's sequences a list is: they print, index and compare differently.</summary>
internal enum ListKind
{
    List,
    Tuple,

    /// <summary>The keys, values or items of a mapping: has a length and no positions.</summary>
    View,

    /// <summary>What <c>map</c>, <c>select</c> and the like give: gone through once.</summary>
    Iterator,
}

/// <summary>Several values in order. Templates cannot change it.</summary>
internal sealed class ListValue(IReadOnlyList<TemplateValue> items, ListKind kind = ListKind.List) : TemplateValue
{
    private bool _consumed;

    public IReadOnlyList<TemplateValue> Items => items;

    public ListKind Kind => kind;

    public bool HasPositions => kind is ListKind.List or ListKind.Tuple;

    public override string TypeName => kind switch { ListKind.List => "list", ListKind.Tuple => "tuple", ListKind.View => "view", _ => "iterator" };

    public override bool IsTrue => kind == ListKind.Iterator || items.Count > 0;

    /// <summary>The items; an iterator has them once.</summary>
    public IReadOnlyList<TemplateValue> Take()
    {
        if (kind != ListKind.Iterator)
        {
            return items;
        }

        IReadOnlyList<TemplateValue> taken = _consumed ? [] : items;
        _consumed = true;
        return taken;
    }
}
