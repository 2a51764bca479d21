namespace AutoGpt.Sdk.Models;

/// <summary>A piece of a text, in UTF-16 units.</summary>
internal readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;
}
