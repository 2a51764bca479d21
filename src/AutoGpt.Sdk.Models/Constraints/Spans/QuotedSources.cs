namespace AutoGpt.Sdk.Models;

/// <summary>The sections that strings may quote, with the leaves made of them so far. Used by one thread.</summary>
internal sealed class QuotedSources(IReadOnlyList<PromptSection> sections)
{
    private readonly Dictionary<(string Sections, SpanKind Kind, int Minimum, int Maximum), SpanLeaf?> _leaves = [];

    /// <summary>A string quoted from one of the named sections, or null where they hold no such span. A missing section holds none.</summary>
    public SpanLeaf? Find(IReadOnlyList<string> names, SpanKind kind, int minimum, int maximum)
    {
        var key = (string.Join('\n', names), kind, minimum, maximum);
        if (!_leaves.TryGetValue(key, out SpanLeaf? leaf))
        {
            leaf = SpanLeaf.TryCreate([.. sections.Where(s => names.Contains(s.Name)).Select(s => QuotedSpans.Scan(s.Text, kind))], minimum, maximum);
            _leaves.Add(key, leaf);
        }

        return leaf;
    }
}
