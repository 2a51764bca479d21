namespace AutoGpt.Sdk.Tools;

/// <summary>Numbers in English words, and digits before a word of magnitude: <c>two thousand five hundred</c>, <c>2.5 million</c>.</summary>
internal static class NumberWords
{
    // No product of magnitudes with this overflows.
    private const decimal LargestDigits = 1_000_000_000_000m;

    private const int Dozen = 12;

    private static readonly Dictionary<string, int> s_values = new(StringComparer.OrdinalIgnoreCase)
    {
        ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7,
        ["eight"] = 8, ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["thirteen"] = 13, ["fourteen"] = 14, ["fifteen"] = 15,
        ["sixteen"] = 16, ["seventeen"] = 17, ["eighteen"] = 18, ["nineteen"] = 19, ["twenty"] = 20, ["thirty"] = 30, ["forty"] = 40,
        ["fifty"] = 50, ["sixty"] = 60, ["seventy"] = 70, ["eighty"] = 80, ["ninety"] = 90,
    };

    private static readonly Dictionary<string, int> s_magnitudes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["dozen"] = Dozen, ["hundred"] = 100, ["thousand"] = 1000, ["million"] = 1_000_000, ["billion"] = 1_000_000_000,
    };

    public static bool IsArticle(string word) => word.Equals("a", StringComparison.OrdinalIgnoreCase) || word.Equals("an", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a number that is well formed as a whole; an article counts only before a magnitude.</summary>
    public static bool TryParse(string text, out decimal number)
    {
        string[] words = text.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries);
        number = 0;
        if (words.Length == 1 && words[0].Equals("zero", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        Reader reader = new();
        for (int at = 0; at < words.Length; at++)
        {
            if (!reader.Take(words, at))
            {
                return false;
            }
        }

        number = reader.Number;
        return words.Length > 0;
    }

    private struct Reader()
    {
        private decimal _total;

        // What has been said since the last thousand or million, and what a word must stay below to be added to it.
        private decimal _group;
        private int _room = 1000;
        private int _scale = int.MaxValue;

        public readonly decimal Number => _total + _group;

        public bool Take(string[] words, int at)
        {
            string word = words[at];
            if (s_values.TryGetValue(word, out int value))
            {
                bool fits = value < _room;
                _group += value;
                _room = value < 20 ? 1 : 10;
                return fits;
            }

            bool more = at + 1 < words.Length;
            if (word.Equals("and", StringComparison.OrdinalIgnoreCase))
            {
                return at > 0 && Magnitude(words[at - 1]) >= 100 && more && s_values.ContainsKey(words[at + 1]);
            }

            if (at == 0 && more && Magnitude(word) == 0 && Magnitude(words[1]) > 0)
            {
                return TakeCount(word, words[1]);
            }

            // Hundreds alone are no number.
            return Magnitude(word) > 0 && (at > 0 || !IsPlural(word)) && Multiply(Magnitude(word), at == 0, more);
        }

        private bool TakeCount(string count, string magnitude)
        {
            _room = 1;
            if (IsArticle(count))
            {
                _group = 1;
                return !IsPlural(magnitude);
            }

            return Numerals.TryParseDigits(count, out _group) && _group is > 0 and < LargestDigits;
        }

        private bool Multiply(int magnitude, bool first, bool more)
        {
            // A magnitude alone stands for one of it.
            decimal times = first ? 1 : _group;
            switch (magnitude)
            {
                case Dozen:
                    _total = (first ? 1 : Number) * Dozen;
                    _group = 0;
                    return !more;
                case 100:
                    _group = times * 100;
                    _room = 100;
                    return times is > 0 and < 100;
                default:
                    bool falls = magnitude < _scale && times > 0;
                    _total += times * magnitude;
                    _group = 0;
                    _room = 1000;
                    _scale = magnitude;
                    return falls;
            }
        }

        private static bool IsPlural(string word) => word.EndsWith('s') || word.EndsWith('S');

        private static int Magnitude(string word) => s_magnitudes.GetValueOrDefault(IsPlural(word) ? word[..^1] : word);
    }
}
