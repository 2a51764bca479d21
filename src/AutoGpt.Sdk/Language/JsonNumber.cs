using System.Globalization;
using System.Numerics;

namespace AutoGpt.Sdk;

/// <summary>A number of JSON, exactly: a bound that is compared in floating point lets through what lies a little beyond it.</summary>
internal readonly struct JsonNumber
{
    private const int MaxLength = 100;
    private const int MaxExponent = 1000;
    private readonly BigInteger _digits;
    private readonly int _exponent; // Of ten.

    private JsonNumber(BigInteger digits, int exponent) => (_digits, _exponent) = (digits, exponent);

    /// <summary>Reads a number as JSON writes it.</summary>
    /// <returns>False where it is longer than 100 characters or its exponent beyond ±1000: nobody means such a number.</returns>
    public static bool TryParse(string text, out JsonNumber number)
    {
        number = default;
        int end = text.AsSpan().IndexOfAny('e', 'E');
        string mantissa = end < 0 ? text : text[..end];
        int exponent = 0;
        if (text.Length > MaxLength
            || (end >= 0 && !int.TryParse(text.AsSpan(end + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
            || Math.Abs((long)exponent) > MaxExponent)
        {
            return false;
        }

        int point = mantissa.IndexOf('.', StringComparison.Ordinal);
        string digits = point < 0 ? mantissa : mantissa.Remove(point, 1);
        bool isNumber = BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger value);
        number = new JsonNumber(value, point < 0 ? exponent : exponent - (mantissa.Length - point - 1));
        return isNumber;
    }

    public int CompareTo(JsonNumber other)
    {
        (BigInteger left, BigInteger right) = Align(this, other);
        return left.CompareTo(right);
    }

    public bool IsMultipleOf(JsonNumber step)
    {
        (BigInteger value, BigInteger unit) = Align(this, step);
        return !unit.IsZero && (value % unit).IsZero;
    }

    private static (BigInteger Left, BigInteger Right) Align(JsonNumber left, JsonNumber right)
    {
        int least = Math.Min(left._exponent, right._exponent);
        return (left._digits * BigInteger.Pow(10, left._exponent - least), right._digits * BigInteger.Pow(10, right._exponent - least));
    }
}
