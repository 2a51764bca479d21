namespace AutoGpt.Sdk.Models;

/// <summary>
/// Numbers within bounds, written without exponent, with at most 15 digits (what a double holds exactly) and without superfluous
/// zeros in front. A state is the digits read so far, so bounds are kept exactly.
/// </summary>
internal sealed class NumberAutomaton(bool integer, NumberBounds bounds) : ByteAutomaton
{
    public const int MaxDigits = 15;

    // Layout of a state: bit 0 sign, bit 1 a digit was read, bit 2 the point was read, bits 3-6 digits after the point,
    // bits 7-10 digits in all, the rest the digits as an integer.
    private const int Negative = 1;
    private const int Digit = 2;
    private const int Point = 4;

    private static readonly decimal[] Powers = [.. Enumerable.Range(0, 18).Select(power => (decimal)Math.Pow(10, power))];

    public override long Start => 0;

    /// <summary>Whether any number fits.</summary>
    public bool IsSatisfiable => "-0123456789"u8.ToArray().Any(value => Step(0, value) != Dead);

    public override long Step(long state, byte value)
    {
        int flags = (int)(state & 7);
        int fraction = (int)(state >> 3) & 15;
        int digits = (int)(state >> 7) & 15;
        long mantissa = state >> 11;
        switch (value)
        {
            case (byte)'-' when state == 0:
                return Live(Negative);
            case (byte)'.' when !integer && (flags & (Digit | Point)) == Digit && digits < MaxDigits:
                return Live(Pack(flags | Point, 0, digits, mantissa));
            case >= (byte)'0' and <= (byte)'9' when digits < MaxDigits:
                // Nothing follows a leading zero but the point.
                bool leadingZero = (flags & (Digit | Point)) == Digit && mantissa == 0;
                return leadingZero ? Dead : Live(Pack(flags | Digit, (flags & Point) != 0 ? fraction + 1 : 0, digits + 1, (mantissa * 10) + (value - '0')));
            default:
                return Dead;
        }
    }

    public override bool IsAccepting(long state)
    {
        int flags = (int)(state & 7);
        int fraction = (int)(state >> 3) & 15;
        bool minusZero = (flags & Negative) != 0 && state >> 11 == 0;
        return (flags & Digit) != 0 && ((flags & Point) == 0 || fraction > 0) && !minusZero && bounds.Contain(Value(state));
    }

    private static long Pack(int flags, int fraction, int digits, long mantissa) => (mantissa << 11) | ((long)digits << 7) | ((long)fraction << 3) | (long)flags;

    private static decimal Value(long state)
    {
        decimal value = (state >> 11) / Powers[(int)(state >> 3) & 15];
        return (state & Negative) != 0 ? -value : value;
    }

    private long Live(long state) => CanFinish(state) ? state : Dead;

    /// <summary>Whether some continuation, possibly none, is a number within the bounds.</summary>
    private bool CanFinish(long state)
    {
        int flags = (int)(state & 7);
        int fraction = (int)(state >> 3) & 15;
        int digits = (int)(state >> 7) & 15;
        long mantissa = state >> 11;
        bool negative = (flags & Negative) != 0;
        if ((flags & Digit) == 0)
        {
            return Enumerable.Range('0', 10).Any(digit => Step(state, (byte)digit) != Dead);
        }

        if ((flags & Point) != 0)
        {
            int room = MaxDigits - digits;
            decimal step = 1 / Powers[fraction + room];
            decimal low = mantissa / Powers[fraction];
            return (fraction > 0 || room > 0) && Reaches(low, low + (1 / Powers[fraction]) - step, step, negative);
        }

        // More digits before the point, then as many behind it as there is room for.
        int extra = mantissa == 0 ? 0 : MaxDigits - digits;
        for (int more = 0; more <= extra; more++)
        {
            decimal low = mantissa * Powers[more];
            decimal step = 1 / Powers[integer ? 0 : MaxDigits - digits - more];
            if (Reaches(low, low + Powers[more] - step, step, negative))
            {
                return true;
            }
        }

        return false;
    }

    private bool Reaches(decimal low, decimal high, decimal step, bool negative)
    {
        // Minus zero is no number of ours.
        low = negative && low == 0 ? step : low;
        return low <= high && (negative ? bounds.Overlap(-high, -low, step) : bounds.Overlap(low, high, step));
    }
}
