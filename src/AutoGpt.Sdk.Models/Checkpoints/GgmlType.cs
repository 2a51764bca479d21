namespace AutoGpt.Sdk.Models;

/// <summary>
/// Element types as GGUF files number them (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md), those included that are not read: the extent of
/// every tensor is checked, and an error names the type.
/// </summary>
/// <param name="Name">What GGML calls it.</param>
/// <param name="BlockLength">Elements per block.</param>
/// <param name="BlockBytes">Bytes per block.</param>
/// <param name="Read">The type of this library, where it is read.</param>
internal sealed record GgmlType(string Name, int BlockLength, int BlockBytes, TensorType? Read = null)
{
    private static readonly Dictionary<uint, GgmlType> s_types = new()
    {
        [0] = Of(TensorType.F32), [1] = Of(TensorType.F16), [2] = Of(TensorType.Q4_0), [3] = new("Q4_1", 32, 20), [6] = Of(TensorType.Q5_0),
        [7] = new("Q5_1", 32, 24), [8] = Of(TensorType.Q8_0), [9] = new("Q8_1", 32, 36), [10] = new("Q2_K", 256, 84), [11] = new("Q3_K", 256, 110),
        [12] = Of(TensorType.Q4_K), [13] = new("Q5_K", 256, 176), [14] = Of(TensorType.Q6_K), [15] = new("Q8_K", 256, 292),
        [16] = new("IQ2_XXS", 256, 66), [17] = new("IQ2_XS", 256, 74), [18] = new("IQ3_XXS", 256, 98), [19] = new("IQ1_S", 256, 50),
        [20] = new("IQ4_NL", 32, 18), [21] = new("IQ3_S", 256, 110), [22] = new("IQ2_S", 256, 82), [23] = new("IQ4_XS", 256, 136),
        [24] = new("I8", 1, 1), [25] = new("I16", 1, 2), [26] = new("I32", 1, 4), [27] = new("I64", 1, 8), [28] = new("F64", 1, 8),
        [29] = new("IQ1_M", 256, 56), [30] = Of(TensorType.BF16), [34] = new("TQ1_0", 256, 54), [35] = new("TQ2_0", 256, 66),
        [39] = new("MXFP4", 32, 17),
    };

    /// <summary>The type of a number; one nobody knows has blocks of no bytes, so that its extent is not checked.</summary>
    public static GgmlType Find(uint number) =>
        s_types.TryGetValue(number, out GgmlType? type) ? type : new GgmlType($"number {number}", 1, 0);

    /// <summary>The number of a type.</summary>
    public static uint NumberOf(TensorType type) => s_types.First(pair => pair.Value.Read == type).Key;

    private static GgmlType Of(TensorType type) => new(type.ToString(), type.BlockLength(), type.BlockBytes(), type);
}
