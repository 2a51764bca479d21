namespace AutoGpt.Sdk.Models;

/// <summary>A regular expression over code points.</summary>
internal abstract record RegexNode
{
    /// <summary>One of some characters.</summary>
    public sealed record Characters(IReadOnlyList<(int Low, int High)> Ranges) : RegexNode
    {
        private const int Highest = 0x10FFFF;

        public static Characters Any { get; } = new([(0, Highest)]);

        public Characters Inverse()
        {
            List<(int Low, int High)> ranges = [];
            int next = 0;
            foreach ((int low, int high) in Ranges.OrderBy(range => range.Low))
            {
                if (low > next)
                {
                    ranges.Add((next, low - 1));
                }

                next = Math.Max(next, high + 1);
            }

            if (next <= Highest)
            {
                ranges.Add((next, Highest));
            }

            return new Characters(ranges);
        }
    }

    /// <summary>One after the other.</summary>
    public sealed record Sequence(IReadOnlyList<RegexNode> Parts) : RegexNode;

    /// <summary>One of them.</summary>
    public sealed record Choice(IReadOnlyList<RegexNode> Options) : RegexNode;

    /// <summary>So many times; <paramref name="Most"/> is null for any number.</summary>
    public sealed record Repeat(RegexNode Part, int Least, int? Most) : RegexNode;
}
