using System.Text;

namespace AutoGpt.Sdk.Models.Tests.Constraints;

/// <summary>A random regular expression together with a way to draw strings that match it.</summary>
internal sealed class RandomPattern(string text, Func<Random, string> draw)
{
    private static readonly (string Text, string Members)[] s_classes =
    [
        (@"\d", "0129"), (@"\w", "aZ_5"), (@"\s", " \t\n"), ("[a-c]", "abc"), ("[^a-c]", "dé \"\\€"), ("[xé€]", "xé€"),
        (".", "a\"\\ é漢"), (@"\D", "ax-"), ("[\\d_-]", "07_-"), ("a", "a"), ("b", "b"), ("é", "é"), (@"\.", "."), (@"\\", "\\"), ("\"", "\""), (@"\u00e9", "é"), (@"\$", "$"),
    ];

    public string Text => text;

    public string Draw(Random random) => draw(random);

    public static RandomPattern Create(Random random)
    {
        RandomPattern inner = Alternatives(random, 2);
        bool start = random.Next(3) > 0, end = random.Next(3) > 0;
        string text = inner.Text.Contains('|', StringComparison.Ordinal) ? $"(?:{inner.Text})" : inner.Text;
        return new RandomPattern(
            (start ? "^" : "") + text + (end ? "$" : ""),
            r => (start || r.Next(2) == 0 ? "" : "~ x") + inner.Draw(r) + (end || r.Next(2) == 0 ? "" : "q\"\n"));
    }

    private static RandomPattern Alternatives(Random random, int depth)
    {
        RandomPattern[] options = [.. Enumerable.Range(0, random.Next(4) == 0 ? 2 + random.Next(2) : 1).Select(_ => Sequence(random, depth))];
        return new RandomPattern(string.Join('|', options.Select(o => o.Text)), r => options[r.Next(options.Length)].Draw(r));
    }

    private static RandomPattern Sequence(Random random, int depth)
    {
        RandomPattern[] parts = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Quantified(random, depth))];
        return new RandomPattern(
            string.Concat(parts.Select(p => p.Text)),
            r => parts.Aggregate(new StringBuilder(), (b, p) => b.Append(p.Draw(r))).ToString());
    }

    private static RandomPattern Quantified(Random random, int depth)
    {
        RandomPattern atom = depth > 0 && random.Next(4) == 0 ? Group(random, depth) : Class(random);
        (string suffix, int minimum, int maximum) = random.Next(8) switch
        {
            0 => ("*", 0, 3),
            1 => ("+", 1, 3),
            2 => ("?", 0, 1),
            3 => ("{2}", 2, 2),
            4 => ("{1,3}", 1, 3),
            5 => ("{2,}?", 2, 4),
            _ => ("", 1, 1),
        };
        return new RandomPattern(
            atom.Text + suffix,
            r => string.Concat(Enumerable.Range(0, r.Next(minimum, maximum + 1)).Select(_ => atom.Draw(r))));
    }

    private static RandomPattern Group(Random random, int depth)
    {
        RandomPattern inner = Alternatives(random, depth - 1);
        string open = random.Next(3) switch { 0 => "(", 1 => "(?:", _ => "(?<n>" };
        return new RandomPattern(open + inner.Text + ")", inner.Draw);
    }

    private static RandomPattern Class(Random random)
    {
        (string text, string members) = s_classes[random.Next(s_classes.Length)];
        return new RandomPattern(text, r => members[r.Next(members.Length)].ToString());
    }
}
