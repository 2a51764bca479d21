namespace AutoGpt.Sdk.Models;

/// <summary>What <c>loop</c> is inside a loop.</summary>
internal sealed class LoopValue(IReadOnlyList<TemplateValue> items, int depth) : TemplateValue
{
    private TemplateValue? _lastChecked;

    public int Index { get; set; }

    public int Depth => depth;

    public override string TypeName => "loop";

    public TemplateValue Member(string name) => name switch
    {
        "index" => Integer(Index + 1),
        "index0" => Integer(Index),
        "revindex" => Integer(items.Count - Index),
        "revindex0" => Integer(items.Count - Index - 1),
        "first" => BooleanValue.Of(Index == 0),
        "last" => BooleanValue.Of(Index == items.Count - 1),
        "length" => Integer(items.Count),
        "depth" => Integer(depth),
        "depth0" => Integer(depth - 1),
        "previtem" => Index > 0 ? items[Index - 1] : new UndefinedValue("there is no previous item; loop.previtem"),
        "nextitem" => Index + 1 < items.Count ? items[Index + 1] : new UndefinedValue("there is no next item; loop.nextitem"),
        _ => new UndefinedValue($"loop.{name}"),
    };

    public TemplateValue Cycle(IReadOnlyList<TemplateValue> values) =>
        values.Count > 0 ? values[Index % values.Count] : throw new TemplateFaultException("loop.cycle wants something to go through.");

    public TemplateValue Changed(TemplateValue value, RenderBudget budget)
    {
        bool changed = _lastChecked is null || !ValueComparison.AreEqual(_lastChecked, value, budget);
        _lastChecked = value;
        return BooleanValue.Of(changed);
    }

    private static IntegerValue Integer(int value) => new(value);
}
