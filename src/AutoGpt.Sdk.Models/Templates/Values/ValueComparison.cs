using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>Equality, order and membership of values, as Python has them.</summary>
internal static class ValueComparison
{
    public static bool AreEqual(TemplateValue left, TemplateValue right, RenderBudget budget)
    {
        budget.EnterValue();
        bool equal = (left, right) switch
        {
            (TextValue a, TextValue b) => string.Equals(a.Text, b.Text, StringComparison.Ordinal),
            (NoneValue, NoneValue) or (UndefinedValue, UndefinedValue) => true,
            (ListValue { HasPositions: true } a, ListValue { HasPositions: true } b) => a.Kind == b.Kind && a.Items.Count == b.Items.Count && AllEqual(a.Items, b.Items, budget),
            (MappingValue a, MappingValue b) => a.Entries.Count == b.Entries.Count && a.Entries.All(entry => b.Find(entry.Key) is { } other && AreEqual(entry.Value, other, budget)),
            _ => Number(left) is { } x && Number(right) is { } y ? AreEqual(x, y) : ReferenceEquals(left, right),
        };
        budget.LeaveValue();
        return equal;
    }

    /// <summary>Below zero where the left is less.</summary>
    public static int Order(TemplateValue left, TemplateValue right, RenderBudget budget)
    {
        budget.EnterValue();
        int order = (left, right) switch
        {
            (TextValue a, TextValue b) => CodePointOrder.Instance.Compare(a.Text, b.Text),
            (UndefinedValue undefined, _) => throw undefined.Fault(),
            (_, UndefinedValue undefined) => throw undefined.Fault(),
            (ListValue { HasPositions: true } a, ListValue { HasPositions: true } b) when a.Kind == b.Kind => OrderItems(a.Items, b.Items, budget),
            _ => Number(left) is { } x && Number(right) is { } y ? Compare(x, y)
                : throw new TemplateFaultException($"a {left.TypeName} and a {right.TypeName} have no order."),
        };
        budget.LeaveValue();
        return order;
    }

    public static bool Contains(TemplateValue container, TemplateValue item, RenderBudget budget)
    {
        switch (container)
        {
            case TextValue text:
                budget.Step(text.Text.Length / 16);
                return item is TextValue part ? text.Text.Contains(part.Text, StringComparison.Ordinal)
                    : throw new TemplateFaultException($"'in' a text wants a text, not a {item.TypeName}.");
            case MappingValue mapping:
                return mapping.Find(item) is not null;
            default:
                return ValueIteration.Items(container, budget).Any(value => AreEqual(value, item, budget));
        }
    }

    /// <summary>A number as an integer or a double, or null; truth values are 0 and 1.</summary>
    public static TemplateValue? Number(TemplateValue value) => value switch
    {
        IntegerValue or FloatValue => value,
        BooleanValue boolean => new IntegerValue(boolean.Value ? 1 : 0),
        _ => null,
    };

    public static double ToDouble(TemplateValue number) => number is IntegerValue integer ? (double)integer.Value : ((FloatValue)number).Value;

    private static bool AreEqual(TemplateValue left, TemplateValue right) =>
        left is IntegerValue a && right is IntegerValue b ? a.Value == b.Value : ToDouble(left) == ToDouble(right);

    private static int Compare(TemplateValue left, TemplateValue right) =>
        left is IntegerValue a && right is IntegerValue b ? BigInteger.Compare(a.Value, b.Value) : ToDouble(left).CompareTo(ToDouble(right));

    private static bool AllEqual(IReadOnlyList<TemplateValue> left, IReadOnlyList<TemplateValue> right, RenderBudget budget)
    {
        for (int i = 0; i < left.Count; i++)
        {
            if (!AreEqual(left[i], right[i], budget))
            {
                return false;
            }
        }

        return true;
    }

    private static int OrderItems(IReadOnlyList<TemplateValue> left, IReadOnlyList<TemplateValue> right, RenderBudget budget)
    {
        for (int i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (!AreEqual(left[i], right[i], budget))
            {
                return Order(left[i], right[i], budget);
            }
        }

        return left.Count - right.Count;
    }
}
