namespace AutoGpt.Sdk.Kernels;

/// <summary>How a matrix lies in device memory.</summary>
public enum CudaWeightFormat
{
    /// <summary>bfloat16, row after row.</summary>
    Bf16,

    /// <summary>Half precision, row after row.</summary>
    F16,

    /// <summary>Signed bytes in blocks of 32 with an f16 scale, as GGUF's Q8_0, reordered by <see cref="CudaWeightLayout"/>.</summary>
    Q8,

    /// <summary>Four bits in blocks of 32 with an f16 scale, as GGUF's Q4_0, reordered by <see cref="CudaWeightLayout"/>.</summary>
    Q4,
}

/// <summary>A matrix in device memory; does not own it.</summary>
/// <param name="Format">How it lies there.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs; a multiple of 8, of 32 when quantised.</param>
/// <param name="Weights">Address of the weights.</param>
/// <param name="Scales">Address of the scales, 0 when not quantised.</param>
public readonly record struct CudaMatrix(CudaWeightFormat Format, int Rows, int Columns, nint Weights, nint Scales)
{
    /// <summary>Bytes of weights.</summary>
    public long WeightBytes => CudaWeightLayout.WeightBytes(Format, Rows, Columns);

    /// <summary>Bytes of scales.</summary>
    public long ScaleBytes => CudaWeightLayout.ScaleBytes(Format, Rows, Columns);

    /// <summary>Bytes a product reads.</summary>
    public long Bytes => WeightBytes + ScaleBytes;
}
