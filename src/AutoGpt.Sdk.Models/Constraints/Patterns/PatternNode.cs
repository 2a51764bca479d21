namespace AutoGpt.Sdk.Models;

/// <summary>A parsed regular expression.</summary>
internal abstract record PatternNode
{
    /// <summary>One scalar value out of sorted, disjoint ranges.</summary>
    public sealed record Set(IReadOnlyList<ScalarRange> Ranges) : PatternNode;

    public sealed record Sequence(IReadOnlyList<PatternNode> Parts) : PatternNode;

    public sealed record Alternatives(IReadOnlyList<PatternNode> Options) : PatternNode;

    /// <summary>A part <paramref name="Minimum"/> to <paramref name="Maximum"/> times; null is without limit.</summary>
    public sealed record Repeat(PatternNode Part, int Minimum, int? Maximum) : PatternNode;

    /// <summary><c>^</c>, or <c>$</c>.</summary>
    public sealed record Anchor(bool IsStart) : PatternNode;
}

/// <summary>Scalar values from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct ScalarRange(int First, int Last)
{
    public const int Maximum = 0x10FFFF;

    /// <summary>Sorts ranges and joins those that touch.</summary>
    public static List<ScalarRange> Normalize(IEnumerable<ScalarRange> ranges)
    {
        List<ScalarRange> joined = [];
        foreach (ScalarRange range in ranges.OrderBy(r => r.First))
        {
            if (joined.Count > 0 && range.First <= joined[^1].Last + 1)
            {
                joined[^1] = joined[^1] with { Last = Math.Max(joined[^1].Last, range.Last) };
            }
            else
            {
                joined.Add(range);
            }
        }

        return joined;
    }

    public static List<ScalarRange> Complement(IEnumerable<ScalarRange> ranges)
    {
        List<ScalarRange> rest = [];
        int from = 0;
        foreach (ScalarRange range in Normalize(ranges))
        {
            if (range.First > from)
            {
                rest.Add(new ScalarRange(from, range.First - 1));
            }

            from = range.Last + 1;
        }

        if (from <= Maximum)
        {
            rest.Add(new ScalarRange(from, Maximum));
        }

        return rest;
    }
}
