namespace AutoGpt.Sdk.Models;

/// <summary>
/// A JSON string with its quotes, in canonical form: each character stands for itself in UTF-8, except <c>"</c>, <c>\</c> and
/// the control characters, which are written <c>\" \\ \b \f \n \r \t</c> or <c>\u00xx</c> with lower-case digits.
/// </summary>
/// <remarks>
/// A state packs the content automaton's state (bits 0–31), a <see cref="Mode"/> (32–35) and, inside a character, the number of
/// bytes to come (36–37), its whole length (38–40) and the bits read so far (41–61).
/// </remarks>
internal sealed class StringLeaf(CodePointAutomaton content) : Leaf
{
    private enum Mode
    {
        Before, Inside, Escape, Unicode, Unicode0, Unicode00, Unicode000, Unicode001, Character, Closed,
    }

    public override long Start => Pack(content.Start, Mode.Before);

    public override bool Accepts(long state) => ModeOf(state) == Mode.Closed;

    public override bool Continues(long state) => ModeOf(state) != Mode.Closed;

    public override long Representative(long state, int horizon) =>
        (state & ~0xFFFF_FFFFL) | (uint)content.Representative((int)state, horizon);

    public override LeafKey? SharedKey(long state, int horizon) => content.SharedKey((int)state, horizon, state >> 32);

    public override long Step(long state, byte value)
    {
        int inner = (int)state;
        switch (ModeOf(state))
        {
            case Mode.Before: return value == '"' ? Pack(inner, Mode.Inside) : -1;
            case Mode.Inside: return StepInside(inner, value);
            case Mode.Escape: return StepEscape(inner, value);
            case Mode.Unicode: return value == '0' ? Pack(inner, Mode.Unicode0) : -1;
            case Mode.Unicode0: return value == '0' ? Pack(inner, Mode.Unicode00) : -1;
            case Mode.Unicode00:
                return value == '0' && OverlapsLowControls(inner) ? Pack(inner, Mode.Unicode000)
                    : value == '1' && content.Overlaps(inner, 0x10, 0x1F) ? Pack(inner, Mode.Unicode001) : -1;
            case Mode.Unicode000: return HexDigit(value) is >= 0 and var low && !HasShortEscape(low) ? Consume(inner, low) : -1;
            case Mode.Unicode001: return HexDigit(value) is >= 0 and var high ? Consume(inner, 0x10 + high) : -1;
            case Mode.Character: return StepCharacter(state, value);
            default: return -1;
        }
    }

    private long StepInside(int inner, byte value) => value switch
    {
        (byte)'"' => content.Accepts(inner) ? Pack(inner, Mode.Closed) : -1,
        (byte)'\\' => content.Overlaps(inner, 0, 0x1F) || content.Overlaps(inner, '"', '"') || content.Overlaps(inner, '\\', '\\')
            ? Pack(inner, Mode.Escape) : -1,
        < 0x20 => -1,
        < 0x80 => Consume(inner, value),
        < 0xC2 => -1,
        < 0xE0 => Partial(inner, 1, 2, value & 0x1F),
        < 0xF0 => Partial(inner, 2, 3, value & 0x0F),
        < 0xF5 => Partial(inner, 3, 4, value & 0x07),
        _ => -1,
    };

    private long StepEscape(int inner, byte value) => value switch
    {
        (byte)'"' or (byte)'\\' => Consume(inner, value),
        (byte)'b' => Consume(inner, '\b'),
        (byte)'f' => Consume(inner, '\f'),
        (byte)'n' => Consume(inner, '\n'),
        (byte)'r' => Consume(inner, '\r'),
        (byte)'t' => Consume(inner, '\t'),
        (byte)'u' => OverlapsLowControls(inner) || content.Overlaps(inner, 0x10, 0x1F) ? Pack(inner, Mode.Unicode) : -1,
        _ => -1,
    };

    private long StepCharacter(long state, byte value)
    {
        if ((value & 0xC0) != 0x80)
        {
            return -1;
        }

        int remaining = (int)(state >> 36) & 3;
        int bits = ((int)(state >> 41) << 6) | (value & 0x3F);
        return remaining == 1 ? Finish((int)state, (int)(state >> 38) & 7, bits) : Partial((int)state, remaining - 1, (int)(state >> 38) & 7, bits);
    }

    private long Finish(int inner, int length, int scalar) =>
        scalar < Smallest(length) || scalar is >= 0xD800 and <= 0xDFFF or > 0x10FFFF ? -1 : Consume(inner, scalar);

    /// <summary>The state inside a character, if some character that begins so can come.</summary>
    private long Partial(int inner, int remaining, int length, int bits)
    {
        int first = Math.Max(bits << (6 * remaining), Smallest(length));
        int last = Math.Min((bits << (6 * remaining)) | ((1 << (6 * remaining)) - 1), 0x10FFFF);

        // The ranges are aligned: one that touches the surrogates ends with them.
        if (last is >= 0xD800 and <= 0xDFFF)
        {
            last = 0xD7FF;
        }

        return first <= last && content.Overlaps(inner, first, last)
            ? Pack(inner, Mode.Character) | ((long)remaining << 36) | ((long)length << 38) | ((long)bits << 41)
            : -1;
    }

    private long Consume(int inner, int scalar) => content.Step(inner, scalar) is >= 0 and var next ? Pack(next, Mode.Inside) : -1;

    private bool OverlapsLowControls(int inner) =>
        content.Overlaps(inner, 0, 7) || content.Overlaps(inner, 0x0B, 0x0B) || content.Overlaps(inner, 0x0E, 0x0F);

    private static bool HasShortEscape(int control) => control is '\b' or '\f' or '\n' or '\r' or '\t';

    private static int Smallest(int length) => length switch { 2 => 0x80, 3 => 0x800, _ => 0x10000 };

    private static int HexDigit(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => value - '0',
        >= (byte)'a' and <= (byte)'f' => value - 'a' + 10,
        _ => -1,
    };

    private static Mode ModeOf(long state) => (Mode)((state >> 32) & 15);

    private static long Pack(int inner, Mode mode) => (uint)inner | ((long)mode << 32);
}
