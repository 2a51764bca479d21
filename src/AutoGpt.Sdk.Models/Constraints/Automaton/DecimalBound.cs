using System.Globalization;
using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>
/// A bound of a number, exact: <paramref name="IsNegative"/>, the digits before the point without leading zeros (<c>0</c> if none)
/// and those after it without trailing zeros.
/// </summary>
internal sealed record DecimalBound(bool IsNegative, string Whole, string Fraction, bool IsInclusive)
{
    // No double is longer when written out, and longer bounds would make automata of a size nobody wants.
    private const int MaximumExponent = 400;

    public bool IsZero => Whole == "0" && Fraction.Length == 0;

    /// <summary>Reads a JSON number, or gives null where it is too long.</summary>
    public static DecimalBound? TryParse(string json, bool isInclusive)
    {
        string mantissa = json;
        int exponent = 0;
        int e = json.IndexOfAny(['e', 'E']);
        if (e >= 0)
        {
            mantissa = json[..e];
            if (!int.TryParse(json.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > MaximumExponent)
            {
                return null;
            }
        }

        bool isNegative = mantissa.StartsWith('-');
        string[] parts = mantissa.TrimStart('-').Split('.');
        string fraction = parts.Length > 1 ? parts[1] : "";
        if (parts[0].Length + fraction.Length > MaximumExponent)
        {
            return null;
        }

        string digits = parts[0] + fraction;
        int point = parts[0].Length + exponent;
        digits = point < 0 ? new string('0', -point) + digits : digits.PadRight(point, '0');
        point = Math.Max(point, 0);
        string whole = digits[..point].TrimStart('0');
        fraction = digits[point..].TrimEnd('0');
        bool isZero = whole.Length == 0 && fraction.Length == 0;
        return new DecimalBound(isNegative && !isZero, whole.Length == 0 ? "0" : whole, fraction, isInclusive);
    }

    /// <summary>Which of two lower bounds is the tighter one.</summary>
    public static DecimalBound? Tighter(DecimalBound? left, DecimalBound? right, bool isLower)
    {
        if (left is null || right is null)
        {
            return left ?? right;
        }

        int order = Compare(left, right);
        return order == 0 ? (left.IsInclusive ? right : left) : order > 0 == isLower ? left : right;
    }

    private static int Compare(DecimalBound left, DecimalBound right)
    {
        int scale = Math.Max(left.Fraction.Length, right.Fraction.Length);
        return Scaled(left, scale).CompareTo(Scaled(right, scale));
    }

    private static BigInteger Scaled(DecimalBound bound, int scale)
    {
        BigInteger value = BigInteger.Parse(bound.Whole + bound.Fraction.PadRight(scale, '0'), CultureInfo.InvariantCulture);
        return bound.IsNegative ? -value : value;
    }
}
