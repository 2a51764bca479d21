using System.Globalization;
using System.Text;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// Unicode's normalization form C (UAX #15). The runtime's own needs ICU: without it (<c>InvariantGlobalization</c>) it hands text back as it came, and refuses
/// U+FFFE with it. Immutable; n log n.
/// </summary>
internal static class CanonicalComposition
{
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int LeadFirst = 0x1100;
    private const int Leads = 19;
    private const int VowelFirst = 0x1161;
    private const int Vowels = 21;
    private const int TrailBefore = 0x11A7;
    private const int Trails = 28;

    private static readonly Tables s_tables = Tables.Read();

    /// <summary>Composes.</summary>
    /// <param name="text">Well-formed.</param>
    public static ReadOnlySpan<char> Compose(ReadOnlySpan<char> text)
    {
        if (IsComposed(text))
        {
            return text;
        }

        var codes = new List<int>(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            Decompose(rune.Value, codes);
        }

        Order(codes);
        var result = new StringBuilder(codes.Count);
        foreach (int code in Recompose(codes))
        {
            result.Append(new Rune(code));
        }

        return result.ToString();
    }

    // Nothing in it decomposes, combines with what stands before it, or could be out of order.
    private static bool IsComposed(ReadOnlySpan<char> text)
    {
        int suspect = text.IndexOfAnyExceptInRange('\0', '\u02FF');
        if (suspect < 0)
        {
            return true;
        }

        foreach (Rune rune in text[suspect..].EnumerateRunes())
        {
            if (s_tables.Unsettled.Contains(rune.Value))
            {
                return false;
            }
        }

        return true;
    }

    private static void Decompose(int code, List<int> codes)
    {
        if (code is >= HangulFirst and <= HangulLast)
        {
            int index = code - HangulFirst;
            codes.Add(LeadFirst + (index / (Vowels * Trails)));
            codes.Add(VowelFirst + (index / Trails % Vowels));
            if (index % Trails > 0)
            {
                codes.Add(TrailBefore + (index % Trails));
            }
        }
        else if (s_tables.Parts.TryGetValue(code, out int[]? parts))
        {
            foreach (int part in parts)
            {
                Decompose(part, codes);
            }
        }
        else
        {
            codes.Add(code);
        }
    }

    // Each run of marks by class, those of one class in the order they came.
    private static void Order(List<int> codes)
    {
        for (int start = 0; start < codes.Count; start++)
        {
            int end = start;
            while (end < codes.Count && Class(codes[end]) > 0)
            {
                end++;
            }

            if (end - start > 1)
            {
                int[] sorted = [.. codes.GetRange(start, end - start).OrderBy(Class)];
                for (int i = 0; i < sorted.Length; i++)
                {
                    codes[start + i] = sorted[i];
                }
            }

            start = end;
        }
    }

    // A character joins the last starter unless a mark of its class or above, or a starter, stands between.
    private static List<int> Recompose(List<int> codes)
    {
        var result = new List<int>(codes.Count);
        int starter = -1;
        int previous = 0;
        foreach (int code in codes)
        {
            int order = Class(code);
            bool reaches = starter >= 0 && (result.Count == starter + 1 || (previous > 0 && previous < order));
            if (reaches && Join(result[starter], code) is int joined)
            {
                result[starter] = joined;
                continue;
            }

            starter = order == 0 ? result.Count : starter;
            previous = order;
            result.Add(code);
        }

        return result;
    }

    private static int? Join(int first, int second)
    {
        (int lead, int vowel, int trail) = (first - LeadFirst, second - VowelFirst, second - TrailBefore);
        return lead is >= 0 and < Leads && vowel is >= 0 and < Vowels ? HangulFirst + (((lead * Vowels) + vowel) * Trails)
            : first is >= HangulFirst and <= HangulLast && (first - HangulFirst) % Trails == 0 && trail is > 0 and < Trails ? first + trail
            : s_tables.Pairs.TryGetValue((first, second), out int joined) ? joined
            : null;
    }

    private static int Class(int code) => code < 0x300 ? 0 : s_tables.Classes.GetValueOrDefault(code);

    private sealed class Tables
    {
        public Dictionary<int, int[]> Parts { get; } = [];

        public Dictionary<(int First, int Second), int> Pairs { get; } = [];

        /// <summary>The rank of a mark's combining class; a starter has none.</summary>
        public Dictionary<int, int> Classes { get; } = [];

        public HashSet<int> Unsettled { get; } = [];

        public static Tables Read()
        {
            var tables = new Tables();
            int classes = 0;
            using Stream stream = typeof(CanonicalComposition).Assembly.GetManifestResourceStream("CanonicalComposition.txt")!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            while (reader.ReadLine() is string line)
            {
                string[] fields = line[2..].Split(' ');
                switch (line[0])
                {
                    case '=':
                        int[] codes = [.. fields.Select(Code)];
                        tables.Parts.Add(codes[0], codes[1..]);
                        tables.Pairs.Add((codes[1], codes[2]), codes[0]);
                        tables.Unsettled.Add(codes[2]);
                        break;
                    case '-':
                        tables.Parts.Add(Code(fields[0]), [.. fields[1..].Select(Code)]);
                        tables.Unsettled.Add(Code(fields[0]));
                        break;
                    case '~':
                        classes++;
                        tables.AddClass(fields, classes);
                        break;
                }
            }

            tables.Unsettled.UnionWith(Enumerable.Range(VowelFirst, Vowels).Concat(Enumerable.Range(TrailBefore + 1, Trails - 1)));
            return tables;
        }

        private void AddClass(string[] ranges, int rank)
        {
            foreach (string range in ranges)
            {
                string[] ends = range.Split('-');
                for (int code = Code(ends[0]); code <= Code(ends[^1]); code++)
                {
                    Classes.Add(code, rank);
                    Unsettled.Add(code);
                }
            }
        }

        private static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
