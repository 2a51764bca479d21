namespace AutoGpt.Sdk.Kernels;

/// <summary>How a half becomes a single: its bits 13 places up, less the sign's copies, times a power of two.</summary>
internal static class HalfPrecision
{
    /// <summary>Sign, exponent and fraction once the sign-extended half is shifted by 13.</summary>
    public const int Bits = unchecked((int)0x8fff_e000);

    /// <summary>2¹¹²: the difference of the exponents' biases.</summary>
    public const float Bias = 5.192296858534828e33f;

    /// <summary>2⁹⁶: what activations are raised by where halves keep their exponents.</summary>
    public const float Raise = 7.922816251426434e28f;

    /// <summary>2¹⁶: the rest of the bias, for the sums.</summary>
    public const float SumScale = 65_536f;
}
