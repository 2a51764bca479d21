namespace AutoGpt.Sdk;

/// <summary>How a number in a text is written. No culture has a say in it.</summary>
public sealed record NumberFormat
{
    /// <summary>A point before the decimals, commas between thousands: <c>-1,250.5</c>, <c>1250.5</c>, <c>1.5e3</c>.</summary>
    public static NumberFormat Invariant { get; } = new();

    /// <summary>A comma before the decimals, points between thousands: <c>-1.250,5</c>, <c>1250,5</c>.</summary>
    public static NumberFormat DecimalComma { get; } = new() { DecimalSeparator = ',', GroupSeparator = '.' };

    /// <summary>Stands before the decimals. Default: a point.</summary>
    public char DecimalSeparator { get; init; } = '.';

    /// <summary>
    /// May stand between thousands, and only there: <c>1,25</c> is no number with a comma between thousands, neither 1.25 nor 125. Null where digits are not grouped. Default: a comma.
    /// </summary>
    public char? GroupSeparator { get; init; } = ',';

    /// <summary>
    /// Whether there may be text around the number, such as <c>The total is $42.</c> The number then stands alone, not in a word, and is the only one: where there are two, nobody can tell
    /// which was meant. Default false: nothing but white space.
    /// </summary>
    public bool AllowText { get; init; }
}
