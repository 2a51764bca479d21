namespace AutoGpt.Sdk.Models;

/// <summary>A place in a schema, written out only when an error names it.</summary>
internal sealed record SchemaPath(SchemaPath? Parent, string Segment)
{
    public static SchemaPath Root { get; } = new(null, "$");

    public SchemaPath Property(string name) => new(this, "." + name);

    public SchemaPath Item(int index) => new(this, $"[{index}]");

    public override string ToString() => Parent + Segment;
}
