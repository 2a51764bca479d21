namespace AutoGpt.Sdk.Kernels;

/// <summary>How a product for several sequences is spread over the device.</summary>
/// <param name="Tiles">Tiles of 16 rows a block takes: 1 or 2.</param>
/// <param name="Warps">Warps that share a block's columns: 1 to 8.</param>
public readonly record struct BatchPlan(int Tiles, int Warps);

/// <summary>Products of a matrix and the vectors of 1 to 8 sequences, each weight loaded once for all of them.</summary>
public static class CudaBatch
{
    /// <summary>Most sequences at once.</summary>
    public const int LargestBatch = 8;

    // What the kernels' steps divide.
    private const int ColumnStep = 256;

    /// <summary>Formats there are kernels for.</summary>
    public static IReadOnlyList<CudaWeightFormat> Formats { get; } = [CudaWeightFormat.Bf16, CudaWeightFormat.Q8];

    /// <summary>Every plan.</summary>
    public static IReadOnlyList<BatchPlan> Plans { get; } = [new(1, 4), new(1, 8), new(2, 4), new(2, 8)];

    /// <summary>Bytes of <see cref="BatchArguments.Inputs"/>.</summary>
    /// <param name="format">The weights' format.</param>
    /// <param name="columns">Inputs.</param>
    /// <param name="batch">Sequences.</param>
    public static long InputBytes(CudaWeightFormat format, int columns, int batch) => (long)batch * Padded(columns) * (format == CudaWeightFormat.Q8 ? 1 : 4);

    /// <summary>Bytes of <see cref="BatchArguments.InputScales"/>.</summary>
    /// <param name="columns">Inputs.</param>
    /// <param name="batch">Sequences.</param>
    public static long InputScaleBytes(int columns, int batch) => 4L * batch * (Padded(columns) / CudaWeightLayout.BlockSize);

    /// <summary>Launches the two kernels of a product.</summary>
    /// <param name="launcher">Where to.</param>
    /// <param name="kernels">The kernels.</param>
    /// <param name="matrix">The weights, of one of <see cref="Formats"/>.</param>
    /// <param name="plan">How it is spread over the device.</param>
    /// <param name="arguments">Vectors, scratch memory and ending; the fields that follow from the matrix are set here.</param>
    /// <exception cref="ArgumentException">There is no kernel for the format, the number of sequences or the ending.</exception>
    public static void Launch(ICudaLauncher launcher, CudaKernels kernels, in CudaMatrix matrix, BatchPlan plan, BatchArguments arguments)
    {
        ArgumentNullException.ThrowIfNull(launcher);
        ArgumentNullException.ThrowIfNull(kernels);
        ArgumentOutOfRangeException.ThrowIfLessThan(arguments.Batch, 1, nameof(arguments));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(arguments.Batch, LargestBatch, nameof(arguments));
        if (!Formats.Contains(matrix.Format))
        {
            throw new ArgumentException($"There is no kernel for several sequences and weights of {matrix.Format}.", nameof(matrix));
        }

        if (arguments.Product.Ending == GemvEnding.Greedy)
        {
            throw new ArgumentException("Several sequences do not end in a greedy choice: store the values.", nameof(arguments));
        }

        arguments.Product.Weights = matrix.Weights;
        arguments.Product.Scales = matrix.Scales;
        arguments.Product.Rows = matrix.Rows;
        arguments.Product.Columns = matrix.Columns;
        arguments.Padded = Padded(matrix.Columns);
        launcher.Launch(
            kernels.Get("batch", $"batch_prepare_{CudaGemv.Suffix(matrix.Format)}"),
            new CudaGrid(arguments.Batch, (arguments.Padded + 2047) / 2048, Math.Min(512, arguments.Padded)),
            arguments);
        int rows = 16 * plan.Tiles;
        launcher.Launch(kernels.Get("batch", KernelName(matrix.Format, plan, arguments.Batch)), new CudaGrid((matrix.Rows + rows - 1) / rows, 1, 32 * plan.Warps), arguments);
    }

    /// <summary>The kernel of a product.</summary>
    /// <param name="format">The weights' format.</param>
    /// <param name="plan">How it is spread over the device.</param>
    /// <param name="batch">Sequences.</param>
    public static string KernelName(CudaWeightFormat format, BatchPlan plan, int batch) =>
        $"batch_{CudaGemv.Suffix(format)}_t{plan.Tiles}_{(format == CudaWeightFormat.Bf16 && batch <= 4 ? 4 : 8)}";

    private static int Padded(int columns) => (columns + ColumnStep - 1) / ColumnStep * ColumnStep;
}
