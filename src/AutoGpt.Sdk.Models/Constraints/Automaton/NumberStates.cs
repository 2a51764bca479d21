namespace AutoGpt.Sdk.Models;

/// <summary>Where in a number one is.</summary>
internal enum NumberPhase
{
    Start, Minus, Zero, Whole, Point, Fraction,
}

/// <summary>
/// What of a number's text so far matters: the sign, the digits since the start or the point, and how they compare with the lower and the upper bound of the absolute value (−1, 0, 1;
/// while the whole part is not finished: with as many leading digits of the bound).
/// </summary>
internal readonly record struct NumberState(NumberPhase Phase, bool IsNegative, int Digits, int ToLower, int ToUpper);

/// <summary>The moves of a number automaton. Positive and negative numbers have each their own bounds of the absolute value.</summary>
internal sealed class NumberStates
{
    /// <summary>Digits before the point, so that every integer fits 64 bits, unless a bound has as many itself.</summary>
    public const int MaximumWhole = 18;

    /// <summary>Digits after the point: more than a double holds, unless a bound has as many itself.</summary>
    public const int MaximumFraction = 20;

    private readonly bool _isInteger;
    private readonly Side _positive;
    private readonly Side _negative;
    private readonly int _maximumWhole;
    private readonly int _maximumFraction;

    public NumberStates(bool isInteger, DecimalBound? lower, DecimalBound? upper)
    {
        _isInteger = isInteger;
        _positive = new Side(
            lower is { IsNegative: false } ? lower : null,
            upper is { IsNegative: false } ? upper : null,
            IsEmpty: upper is { IsNegative: true });
        _negative = new Side(
            upper is { IsNegative: true } || upper is { IsZero: true } ? upper : null,
            lower is { IsNegative: true } || lower is { IsZero: true } ? lower : null,
            IsEmpty: lower is { IsNegative: false, IsZero: false });
        _maximumWhole = Math.Max(MaximumWhole, Math.Max(lower?.Whole.Length ?? 0, upper?.Whole.Length ?? 0) + 1);
        _maximumFraction = Math.Max(MaximumFraction, Math.Max(lower?.Fraction.Length ?? 0, upper?.Fraction.Length ?? 0) + 1);
    }

    /// <summary>Bounds of an absolute value.</summary>
    private sealed record Side(DecimalBound? Lower, DecimalBound? Upper, bool IsEmpty);

    public static NumberState Start { get; } = new(NumberPhase.Start, false, 0, 0, 0);

    /// <summary>The state after a digit (0–9), the minus (10) or the point (11), or null.</summary>
    public NumberState? Step(NumberState state, int symbol) => state.Phase switch
    {
        NumberPhase.Start when symbol == 10 => _negative.IsEmpty ? null : state with { Phase = NumberPhase.Minus, IsNegative = true },
        NumberPhase.Start when symbol < 10 => _positive.IsEmpty ? null : FirstDigit(state, symbol),
        NumberPhase.Minus when symbol < 10 => _isInteger && symbol == 0 ? null : FirstDigit(state, symbol),
        NumberPhase.Whole when symbol < 10 && state.Digits < _maximumWhole => WholeDigit(state, symbol),
        NumberPhase.Zero or NumberPhase.Whole when symbol == 11 && !_isInteger => EndWhole(state) with { Phase = NumberPhase.Point, Digits = 0 },
        NumberPhase.Point or NumberPhase.Fraction when symbol < 10 && state.Digits < _maximumFraction => FractionDigit(state, symbol),
        _ => null,
    };

    public bool Accepts(NumberState state)
    {
        if (state.Phase is NumberPhase.Zero or NumberPhase.Whole)
        {
            state = EndWhole(state) with { Digits = 0 };
        }
        else if (state.Phase != NumberPhase.Fraction)
        {
            return false;
        }

        Side side = SideOf(state);
        int toLower = EndFraction(state.ToLower, state.Digits, side.Lower);
        int toUpper = EndFraction(state.ToUpper, state.Digits, side.Upper);
        return (side.Lower is null || toLower > 0 || (toLower == 0 && side.Lower.IsInclusive))
            && (side.Upper is null || toUpper < 0 || (toUpper == 0 && side.Upper.IsInclusive));
    }

    private Side SideOf(NumberState state) => state.IsNegative ? _negative : _positive;

    private NumberState FirstDigit(NumberState state, int digit) =>
        WholeDigit(state, digit) with { Phase = digit == 0 ? NumberPhase.Zero : NumberPhase.Whole };

    private NumberState WholeDigit(NumberState state, int digit)
    {
        Side side = SideOf(state);
        return state with
        {
            Digits = state.Digits + 1,
            ToLower = Compare(state.ToLower, state.Digits, digit, side.Lower?.Whole),
            ToUpper = Compare(state.ToUpper, state.Digits, digit, side.Upper?.Whole),
        };
    }

    private NumberState FractionDigit(NumberState state, int digit)
    {
        Side side = SideOf(state);
        return state with
        {
            Phase = NumberPhase.Fraction,
            Digits = state.Digits + 1,
            ToLower = Compare(state.ToLower, state.Digits, digit, side.Lower?.Fraction),
            ToUpper = Compare(state.ToUpper, state.Digits, digit, side.Upper?.Fraction),
        };
    }

    /// <summary>The comparison after one more digit, against the bound's digit at the same place.</summary>
    private static int Compare(int sofar, int place, int digit, string? bound) =>
        sofar != 0 || bound is null ? sofar : Math.Sign(digit.CompareTo(place < bound.Length ? bound[place] - '0' : 0));

    private NumberState EndWhole(NumberState state)
    {
        Side side = SideOf(state);
        return state with { ToLower = EndWhole(state.ToLower, state.Digits, side.Lower), ToUpper = EndWhole(state.ToUpper, state.Digits, side.Upper) };
    }

    /// <summary>With all digits before the point known, the longer whole part is the greater.</summary>
    private static int EndWhole(int prefix, int digits, DecimalBound? bound) =>
        bound is null ? 0 : digits != bound.Whole.Length ? digits.CompareTo(bound.Whole.Length) : prefix;

    /// <summary>An equal text that ends before the bound's last digit, which is not 0, is less.</summary>
    private static int EndFraction(int sofar, int digits, DecimalBound? bound) =>
        sofar == 0 && bound is not null && digits < bound.Fraction.Length ? -1 : sofar;
}
