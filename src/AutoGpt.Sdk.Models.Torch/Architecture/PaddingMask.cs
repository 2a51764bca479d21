using static TorchSharp.torch;

namespace AutoGpt.Sdk.Models.Torch;

/// <summary>Which keys are tokens rather than padding: 0 there, minus infinity elsewhere.</summary>
internal static class PaddingMask
{
    /// <summary><c>[batch · shared, 1, length]</c>, or null where no row is padded.</summary>
    /// <param name="lengths">Tokens of each row, <c>[batch]</c>, 64-bit, at least 1; or null where all rows are full.</param>
    /// <param name="length">Tokens and padding of a row.</param>
    /// <param name="shared">Heads of keys.</param>
    /// <param name="type">The type of the scores.</param>
    public static Tensor? Create(Tensor? lengths, long length, int shared, ScalarType type)
    {
        if (lengths is null)
        {
            return null;
        }

        using Tensor places = arange(length, dtype: ScalarType.Int64, device: lengths.device);
        using Tensor column = lengths.unsqueeze(1);
        using Tensor padding = places.ge(column); // [batch, length]
        using Tensor open = zeros(padding.shape, dtype: type, device: lengths.device);
        using Tensor minus = Scalars.Full(1, 1, float.NegativeInfinity, type, lengths.device);
        using Tensor mask = where(padding, minus, open);
        using Tensor each = mask.unsqueeze(1);
        return each.repeat_interleave(shared, 0);
    }
}
