namespace AutoGpt.Sdk.Models;

/// <summary>A property: its key as the first or a later one of an object, its value, and whether it must be there.</summary>
internal sealed record ObjectProperty(LiteralLeaf FirstKey, LiteralLeaf LaterKey, Node Value, bool IsRequired);

/// <summary>An object with its properties in the order of the schema.</summary>
internal sealed class ObjectNode(IReadOnlyList<ObjectProperty> properties) : Node
{
    private readonly Tail?[] _tails = new Tail?[properties.Count + 1];

    public override IEnumerable<Node> Parts => properties.Where(p => p.IsRequired).Select(p => p.Value);

    public override bool Evaluate() => properties.All(p => !p.IsRequired || p.Value.IsSatisfiable);

    public override void Push(Rest next, ItemSet items) => Push(0, isFirst: true, next, items);

    private void Push(int from, bool isFirst, Rest next, ItemSet items)
    {
        for (int i = from; i < properties.Count; i++)
        {
            ObjectProperty property = properties[i];
            if (property.Value.IsSatisfiable)
            {
                _tails[i + 1] ??= new Tail(this, i + 1) { IsSatisfiable = true };
                Rest after = items.Automaton.RestOf(_tails[i + 1]!, next);
                items.Add(isFirst ? property.FirstKey : property.LaterKey, items.Automaton.RestOf(property.Value, after));
            }

            if (property.IsRequired)
            {
                return;
            }
        }

        items.Add(isFirst ? LiteralLeaf.EmptyObject : LiteralLeaf.EndObject, next);
    }

    /// <summary>What follows a property's value.</summary>
    private sealed class Tail(ObjectNode owner, int from) : Node
    {
        public override bool Evaluate() => true;

        public override void Push(Rest next, ItemSet items) => owner.Push(from, isFirst: false, next, items);
    }
}
