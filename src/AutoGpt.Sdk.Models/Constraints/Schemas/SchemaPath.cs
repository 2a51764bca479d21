namespace AutoGpt.Sdk.Models;

/// <summary>A place in a schema, written out only when an error names it.</summary>
internal sealed record SchemaPath(SchemaPath? Parent, string Segment)
{
    public static SchemaPath Root { get; } = new(null, "$");

    public SchemaPath Property(string name) => new(this, "." + name);

    public SchemaPath Item(int index) => new(this, $"[{index}]");

    /// <summary>The place that a pointer such as <c>#/$defs/name</c> leads to.</summary>
    public static SchemaPath Of(string pointer) => pointer.Split('/').Skip(1).Aggregate(Root, (path, name) => path.Property(name));

    public override string ToString() => Parent + Segment;
}
