namespace AutoGpt.Sdk.Models;

/// <summary>Orders texts by their code points, as Python does. UTF-16 units differ above U+FFFF, whose surrogates lie below U+E000.</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    public static readonly CodePointOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        int shared = x.AsSpan().CommonPrefixLength(y);
        return shared == x.Length || shared == y.Length ? x.Length - y.Length : Weight(x[shared]) - Weight(y[shared]);
    }

    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
