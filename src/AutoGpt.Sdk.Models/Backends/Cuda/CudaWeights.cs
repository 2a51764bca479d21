using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Models;

/// <summary>Where a model's weights come from on their way to the device. Owns the memory it hands out.</summary>
internal abstract class CudaWeights(CudaKernels kernels, CudaWeightFormat format) : IDisposable
{
    private readonly List<CudaMemory> _owned = [];

    public CudaKernels Kernels => kernels;

    public CudaWeightFormat Format => format;

    /// <summary>Bytes on the device.</summary>
    public long Bytes => _owned.Sum(memory => memory.Bytes);

    /// <summary>A matrix whose rows are those of the tensors: one after another, or, when interleaved, in turn.</summary>
    public abstract CudaMatrix Matrix(IReadOnlyList<(string Name, int Rows)> tensors, int columns, bool interleaved = false);

    /// <summary>A vector in single precision: the tensors one after another.</summary>
    public abstract nint Vector(params IReadOnlyList<(string Name, int Length)> tensors);

    public nint Upload<T>(ReadOnlySpan<T> values)
        where T : unmanaged => Own(CudaMemory.Of(kernels.Driver, values)).Address;

    public void Dispose()
    {
        _owned.ForEach(memory => memory.Dispose());
        _owned.Clear();
    }

    protected CudaMemory Own(CudaMemory memory)
    {
        _owned.Add(memory);
        return memory;
    }
}

/// <summary>Weights read from a checkpoint and brought into the device's layout.</summary>
internal sealed class UploadedWeights(CudaKernels kernels, ITensorSource tensors, CudaWeightFormat format) : CudaWeights(kernels, format)
{
    public override CudaMatrix Matrix(IReadOnlyList<(string Name, int Rows)> tensors, int columns, bool interleaved = false)
    {
        int rows = tensors.Sum(tensor => tensor.Rows);
        float[] values = new float[checked(rows * columns)];
        int first = 0;
        for (int part = 0; part < tensors.Count; part++)
        {
            float[] own = Read(tensors[part].Name, tensors[part].Rows, columns);
            for (int row = 0; row < tensors[part].Rows; row++)
            {
                int target = interleaved ? (row * tensors.Count) + part : first + row;
                own.AsSpan(row * columns, columns).CopyTo(values.AsSpan(target * columns));
            }

            first += tensors[part].Rows;
        }

        WeightFormat file = Format.FileFormat();
        byte[] blocks = new byte[values.Length / file.BlockLength() * file.BlockBytes()];
        WeightBlocks.Encode(file, values, blocks);
        if (!CudaWeightLayout.IsQuantized(Format))
        {
            return new CudaMatrix(Format, rows, columns, Upload<byte>(blocks), 0);
        }

        byte[] weights = new byte[CudaWeightLayout.WeightBytes(Format, rows, columns)];
        ushort[] scales = new ushort[CudaWeightLayout.ScaleBytes(Format, rows, columns) / 2];
        CudaWeightLayout.Pack(Format, rows, columns, blocks, weights, scales);
        return new CudaMatrix(Format, rows, columns, Upload<byte>(weights), Upload<ushort>(scales));
    }

    public override nint Vector(params IReadOnlyList<(string Name, int Length)> tensors) =>
        Upload<float>([.. tensors.SelectMany(tensor => Read(tensor.Name, tensor.Length))]);

    private float[] Read(string name, params ReadOnlySpan<int> shape) => tensors.ReadSingles(name, shape);
}

/// <summary>Made-up weights of any size, written on the device: for measurements.</summary>
internal sealed class MadeUpWeights(CudaKernels kernels, CudaWeightFormat format, uint seed) : CudaWeights(kernels, format)
{
    private uint _seed = seed;

    public override CudaMatrix Matrix(IReadOnlyList<(string Name, int Rows)> tensors, int columns, bool interleaved = false)
    {
        int rows = tensors.Sum(tensor => tensor.Rows);
        // Products of unit vectors stay near one: the variance of a weight is about 1 / columns.
        float spread = MathF.Sqrt(3f / columns);
        CudaMemory weights = Own(new CudaMemory(Kernels.Driver, CudaWeightLayout.WeightBytes(Format, rows, columns)));
        Fill(weights, Format switch { CudaWeightFormat.Bf16 => FillKind.PairsOfBf16, CudaWeightFormat.F16 => FillKind.PairsOfF16, _ => FillKind.Bits }, 0, spread);
        if (!CudaWeightLayout.IsQuantized(Format))
        {
            return new CudaMatrix(Format, rows, columns, weights.Address, 0);
        }

        CudaMemory scales = Own(new CudaMemory(Kernels.Driver, CudaWeightLayout.ScaleBytes(Format, rows, columns)));
        Fill(scales, FillKind.PairsOfF16, spread / (Format == CudaWeightFormat.Q8 ? 128 : 8), 0);
        return new CudaMatrix(Format, rows, columns, weights.Address, scales.Address);
    }

    public override nint Vector(params IReadOnlyList<(string Name, int Length)> tensors)
    {
        CudaMemory memory = Own(new CudaMemory(Kernels.Driver, 4L * tensors.Sum(tensor => tensor.Length)));
        Fill(memory, FillKind.Single, 1, 0.1f);
        return memory.Address;
    }

    private void Fill(CudaMemory memory, FillKind kind, float center, float spread) =>
        CudaFill.Fill(Kernels, memory.Address, memory.Bytes, kind, _seed++, center, spread);
}
