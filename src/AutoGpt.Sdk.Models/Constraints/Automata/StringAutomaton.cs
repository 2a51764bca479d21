namespace AutoGpt.Sdk.Models;

/// <summary>The inside of a JSON string of so many code points, in the escaped form of <see cref="JsonText"/>.</summary>
internal sealed class StringAutomaton(int minimum, int? maximum) : ByteAutomaton
{
    // Layout of a state: the low byte tells what is pending, the rest counts finished code points.
    private const int Ready = 0;
    private const int Escape = 1;
    private const int Unicode = 2; // after \u come 0, 0, then 0 or 1, then a digit
    private const int UnicodeZero = 3;
    private const int UnicodeZeros = 4;
    private const int UnicodeLow = 5;
    private const int UnicodeHigh = 6;
    private const int Tail1 = 7; // so many continuation bytes are due
    private const int Tail2 = 8;
    private const int Tail3 = 9;
    private const int AfterE0 = 10; // the second byte is restricted: no overlong forms, no surrogates, nothing past U+10FFFF
    private const int AfterED = 11;
    private const int AfterF0 = 12;
    private const int AfterF4 = 13;

    public override long Start => 0;

    public override bool IsAccepting(long state) => (state & 255) == Ready && state >> 8 >= minimum;

    public override long Step(long state, byte value)
    {
        long count = state >> 8;
        int next = Next((int)(state & 255), value, count);
        if (next != Ready)
        {
            return next < 0 ? Dead : (count << 8) | (long)next;
        }

        // Without an upper limit, counting stops at the lower one: there are finitely many states.
        return (maximum is null && count >= minimum ? count : count + 1) << 8;
    }

    public override long Canonical(long state, int bytes)
    {
        // A code point takes at least one byte, so limits further away than the bytes ahead do not show.
        long count = state >> 8;
        if (maximum is { } limit && limit - count <= bytes)
        {
            return state;
        }

        return minimum - count > bytes ? (state & 255) | (1L << 60) : count >= minimum ? (state & 255) | (1L << 61) : state;
    }

    private int Next(int pending, byte value, long count)
    {
        if (pending == Ready && maximum is { } limit && count >= limit)
        {
            return -1;
        }

        return pending switch
        {
            Ready => value switch
            {
                (byte)'\\' => Escape,
                (byte)'"' or < 0x20 => -1,
                < 0x80 => Ready,
                >= 0xC2 and <= 0xDF => Tail1,
                0xE0 => AfterE0,
                0xED => AfterED,
                >= 0xE1 and <= 0xEF => Tail2,
                0xF0 => AfterF0,
                >= 0xF1 and <= 0xF3 => Tail3,
                0xF4 => AfterF4,
                _ => -1,
            },
            Escape => value switch
            {
                (byte)'"' or (byte)'\\' or (byte)'n' or (byte)'r' or (byte)'t' or (byte)'b' or (byte)'f' => Ready,
                (byte)'u' => Unicode,
                _ => -1,
            },
            Unicode => value == '0' ? UnicodeZero : -1,
            UnicodeZero => value == '0' ? UnicodeZeros : -1,
            UnicodeZeros => value switch { (byte)'0' => UnicodeLow, (byte)'1' => UnicodeHigh, _ => -1 },
            // Those with a short escape have no long one.
            UnicodeLow => value is (>= (byte)'0' and <= (byte)'7') or (byte)'b' or (byte)'e' or (byte)'f' ? Ready : -1,
            UnicodeHigh => value is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f') ? Ready : -1,
            Tail1 => IsTail(value) ? Ready : -1,
            Tail2 => IsTail(value) ? Tail1 : -1,
            Tail3 => IsTail(value) ? Tail2 : -1,
            AfterE0 => value is >= 0xA0 and <= 0xBF ? Tail1 : -1,
            AfterED => value is >= 0x80 and <= 0x9F ? Tail1 : -1,
            AfterF0 => value is >= 0x90 and <= 0xBF ? Tail2 : -1,
            AfterF4 => value is >= 0x80 and <= 0x8F ? Tail2 : -1,
            _ => -1,
        };
    }

    private static bool IsTail(byte value) => value is >= 0x80 and <= 0xBF;
}
