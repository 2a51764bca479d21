namespace AutoGpt.Sdk.Training;

/// <summary>A text as its words and what stands between them.</summary>
internal sealed class WordPieces
{
    private readonly string _start;
    private readonly List<string> _gaps = [];

    public WordPieces(string text)
    {
        int place = 0;
        _start = Take(char.IsWhiteSpace);
        while (place < text.Length)
        {
            Words.Add(Take(character => !char.IsWhiteSpace(character)));
            _gaps.Add(Take(char.IsWhiteSpace));
        }

        string Take(Predicate<char> belongs)
        {
            int start = place;
            while (place < text.Length && belongs(text[place]))
            {
                place++;
            }

            return text[start..place];
        }
    }

    /// <summary>The words, with the signs that touch them; may be exchanged.</summary>
    public List<string> Words { get; } = [];

    public string Join(Func<int, bool> keep) => _start + string.Concat(Words.Select((word, index) => keep(index) ? word + _gaps[index] : ""));

    public string Join() => Join(_ => true);
}
