namespace AutoGpt.Sdk;

/// <summary>What came of checking a <see cref="Criterion"/>.</summary>
public sealed record CriterionResult
{
    private const int LongestText = 300;

    /// <summary>Creates a result.</summary>
    /// <param name="holds">Whether the criterion holds; null where that could not be found out.</param>
    /// <param name="expected">What was expected: the rest of a sentence that begins with "Expected".</param>
    /// <param name="found">What was found.</param>
    public CriterionResult(bool? holds, string expected, string found)
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(found);
        (Holds, Expected, Found) = (holds, SingleLine.Of(expected, LongestText), SingleLine.Of(found, LongestText));
    }

    /// <summary>Whether the criterion holds; null where that could not be found out, because the check itself failed. Neither it nor its opposite holds then.</summary>
    public bool? Holds { get; }

    /// <summary>What was expected, on one line without control characters.</summary>
    public string Expected { get; }

    /// <summary>What was found, on one line without control characters; 300 characters at most.</summary>
    public string Found { get; }

    /// <summary>Both in one line for a person.</summary>
    public string Reason => $"Expected {Expected}, found {Found}.";
}
