using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Training;

/// <summary>Refuses options outside their range, saying which option, which value and which range.</summary>
internal static class OptionRange
{
    public static void Require(bool holds, double? value, string range, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}; it must be {range}."));
        }
    }
}
