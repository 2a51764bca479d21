using System.Text;

namespace AutoGpt.Sdk.Training;

/// <summary>Scripts that the detector knows; several languages share the first four.</summary>
internal enum WritingScript
{
    Unknown,
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Greek,
    Armenian,
    Hebrew,
    Bengali,
    Gurmukhi,
    Gujarati,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Lao,
    Tibetan,
    Burmese,
    Georgian,
    Ethiopic,
    Khmer,
    Hangul,
    Kana,
    Han,
}

/// <summary>Tells scripts by Unicode's blocks.</summary>
internal static class WritingScripts
{
    // A Chinese character says about as much as three letters, so that a Chinese text stays one whatever names of programs are in it.
    private const int WeightOfSyllables = 3;

    // Japanese is written in kana and Chinese characters; Chinese has no kana but in names.
    private const double KanaOfJapanese = .05;

    private static readonly (int First, int Last, WritingScript Script)[] s_blocks =
    [
        (0x41, 0x24F, WritingScript.Latin), (0x370, 0x3FF, WritingScript.Greek), (0x400, 0x52F, WritingScript.Cyrillic), (0x531, 0x58F, WritingScript.Armenian), (0x591, 0x5F4, WritingScript.Hebrew),
        (0x600, 0x6FF, WritingScript.Arabic), (0x750, 0x77F, WritingScript.Arabic), (0x900, 0x97F, WritingScript.Devanagari), (0x980, 0x9FF, WritingScript.Bengali), (0xA00, 0xA7F, WritingScript.Gurmukhi),
        (0xA80, 0xAFF, WritingScript.Gujarati), (0xB80, 0xBFF, WritingScript.Tamil), (0xC00, 0xC7F, WritingScript.Telugu), (0xC80, 0xCFF, WritingScript.Kannada), (0xD00, 0xD7F, WritingScript.Malayalam),
        (0xD80, 0xDFF, WritingScript.Sinhala), (0xE00, 0xE7F, WritingScript.Thai), (0xE80, 0xEFF, WritingScript.Lao), (0xF00, 0xFFF, WritingScript.Tibetan), (0x1000, 0x109F, WritingScript.Burmese),
        (0x10A0, 0x10FF, WritingScript.Georgian), (0x1100, 0x11FF, WritingScript.Hangul), (0x1200, 0x139F, WritingScript.Ethiopic), (0x1780, 0x17FF, WritingScript.Khmer), (0x1E00, 0x1EFF, WritingScript.Latin),
        (0x1F00, 0x1FFF, WritingScript.Greek), (0x3041, 0x30FF, WritingScript.Kana), (0x3131, 0x318E, WritingScript.Hangul), (0x31F0, 0x31FF, WritingScript.Kana), (0x3400, 0x9FFF, WritingScript.Han),
        (0xAC00, 0xD7A3, WritingScript.Hangul), (0xF900, 0xFAFF, WritingScript.Han), (0xFB50, 0xFDCF, WritingScript.Arabic), (0xFE70, 0xFEFC, WritingScript.Arabic), (0xFF66, 0xFF9D, WritingScript.Kana),
        (0x20000, 0x323AF, WritingScript.Han),
    ];

    /// <summary>Languages that are known by their script.</summary>
    public static IEnumerable<string> SoleLanguages => Enum.GetValues<WritingScript>().Select(SoleLanguage).OfType<string>();

    /// <summary>The language that a script stands for, or null where several share it.</summary>
    public static string? SoleLanguage(WritingScript script) => script switch
    {
        WritingScript.Greek => "el",
        WritingScript.Armenian => "hy",
        WritingScript.Hebrew => "he",
        WritingScript.Bengali => "bn",
        WritingScript.Gurmukhi => "pa",
        WritingScript.Gujarati => "gu",
        WritingScript.Tamil => "ta",
        WritingScript.Telugu => "te",
        WritingScript.Kannada => "kn",
        WritingScript.Malayalam => "ml",
        WritingScript.Sinhala => "si",
        WritingScript.Thai => "th",
        WritingScript.Lao => "lo",
        WritingScript.Tibetan => "bo",
        WritingScript.Burmese => "my",
        WritingScript.Georgian => "ka",
        WritingScript.Ethiopic => "am",
        WritingScript.Khmer => "km",
        WritingScript.Hangul => "ko",
        WritingScript.Kana => "ja",
        WritingScript.Han => "zh",
        _ => null,
    };

    /// <summary>The script that most of a text is written in, and its share of the letters.</summary>
    public static (WritingScript Script, double Share) Dominant(string text)
    {
        var counts = new int[Enum.GetValues<WritingScript>().Length];
        foreach (Rune rune in text.EnumerateRunes())
        {
            WritingScript script = Rune.IsLetter(rune) ? Of(rune.Value) : WritingScript.Unknown;
            counts[(int)script] += script is WritingScript.Unknown ? 0 : script >= WritingScript.Hangul ? WeightOfSyllables : 1;
        }

        int total = counts.Sum();
        int han = counts[(int)WritingScript.Han];
        int kana = counts[(int)WritingScript.Kana];
        if (kana > 0 && kana >= KanaOfJapanese * (kana + han))
        {
            counts[(int)WritingScript.Kana] += han;
            counts[(int)WritingScript.Han] = 0;
        }

        int most = Array.IndexOf(counts, counts.Max());
        return total == 0 ? (WritingScript.Unknown, 0) : ((WritingScript)most, (double)counts[most] / total);
    }

    private static WritingScript Of(int code)
    {
        int low = 0;
        int high = s_blocks.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            (int first, int last, WritingScript script) = s_blocks[middle];
            if (code >= first && code <= last)
            {
                return script;
            }

            (low, high) = code < first ? (low, middle - 1) : (middle + 1, high);
        }

        return WritingScript.Unknown;
    }
}
