namespace AutoGpt.Sdk.Models;

/// <summary>The character classes of ECMA-262, which JSON Schema's patterns follow: <c>\d</c> and <c>\w</c> are ASCII.</summary>
internal static class ScalarClasses
{
    public static IReadOnlyList<ScalarRange> Digit { get; } = [new('0', '9')];

    public static IReadOnlyList<ScalarRange> Word { get; } = [new('0', '9'), new('A', 'Z'), new('_', '_'), new('a', 'z')];

    public static IReadOnlyList<ScalarRange> Space { get; } =
    [
        new('\t', '\r'), new(' ', ' '), new(0xA0, 0xA0), new(0x1680, 0x1680), new(0x2000, 0x200A), new(0x2028, 0x2029),
        new(0x202F, 0x202F), new(0x205F, 0x205F), new(0x3000, 0x3000), new(0xFEFF, 0xFEFF),
    ];

    /// <summary>What the dot matches: all but line terminators.</summary>
    public static IReadOnlyList<ScalarRange> Dot { get; } =
        ScalarRange.Complement([new('\n', '\n'), new('\r', '\r'), new(0x2028, 0x2029)]);

    /// <summary>The class of an escape such as <c>\d</c> or <c>\D</c>, or null.</summary>
    public static IReadOnlyList<ScalarRange>? Find(int letter) => letter switch
    {
        'd' => Digit,
        'w' => Word,
        's' => Space,
        'D' => ScalarRange.Complement(Digit),
        'W' => ScalarRange.Complement(Word),
        'S' => ScalarRange.Complement(Space),
        _ => null,
    };
}
