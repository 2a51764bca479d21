using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>One byte string. A state is a position in it.</summary>
internal sealed class LiteralLeaf(string text) : Leaf
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);

    public static LiteralLeaf Comma { get; } = new(",");

    public static LiteralLeaf EndArray { get; } = new("]");

    public static LiteralLeaf EndObject { get; } = new("}");

    public static LiteralLeaf BeginArray { get; } = new("[");

    public static LiteralLeaf EmptyArray { get; } = new("[]");

    public static LiteralLeaf EmptyObject { get; } = new("{}");

    public override long Start => 0;

    public byte this[long position] => _bytes[position];

    public override long Step(long state, byte value) => state < _bytes.Length && _bytes[state] == value ? state + 1 : -1;

    public override bool Accepts(long state) => state == _bytes.Length;

    public override bool Continues(long state) => state < _bytes.Length;
}
