namespace AutoGpt.Sdk.Training;

/// <summary>How BLEU is taken. Scores compare only where these are the same.</summary>
public sealed record BleuOptions
{
    /// <summary>How text is cut into words. Default <see cref="BleuTokenization.Mteval13a"/>.</summary>
    public BleuTokenization Tokenization { get; init; } = BleuTokenization.Mteval13a;

    /// <summary>Whether case makes no difference. Default false.</summary>
    public bool Lowercase { get; init; }

    internal string Signature(bool effectiveOrder) => $"case:{(Lowercase ? "lc" : "mixed")}|eff:{(effectiveOrder ? "yes" : "no")}|tok:{BleuTokenizer.Name(Tokenization)}|smooth:exp";
}

/// <summary>How BLEU cuts text into words.</summary>
public enum BleuTokenization
{
    /// <summary>As WMT's mteval-v13a does, for languages that write spaces (sacreBLEU: <c>13a</c>).</summary>
    Mteval13a,

    /// <summary>Each Chinese character a word, the rest as in 13a (sacreBLEU: <c>zh</c>).</summary>
    Chinese,

    /// <summary>At white space alone: the text is cut already (sacreBLEU: <c>none</c>).</summary>
    None,

    /// <summary>Each character a word (sacreBLEU: <c>char</c>).</summary>
    Character,
}
