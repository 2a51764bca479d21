using System.Diagnostics.CodeAnalysis;
using AutoGpt.Sdk.Kernels;
using BenchmarkDotNet.Attributes;

namespace AutoGpt.Sdk.Benchmarks;

/// <summary>Products of every format with one row of activations and with 8: a matrix as in the 1B shape's feed-forward network, on two threads.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clean-up disposes.")]
public class MatrixBenchmarks
{
    private const int Rows = 8192;
    private const int Columns = 2048;

    private readonly WorkerPool _workers = new(2);
    private readonly MatrixProduct _product = new();
    private readonly ActivationRows _inputs = new(8, Columns);
    private readonly FloatRows _outputs = new(8, Rows);
    private PackedMatrix? _matrix;

    [ParamsAllValues]
    public WeightFormat Format { get; set; }

    [Params(1, 8)]
    public int Inputs { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        // Zeros would do for time, but for the processor's short cuts with numbers that are none.
        byte[] weights = new byte[Rows * Format.RowBytes(Columns)];
        weights.AsSpan().Fill(0x11);
        _matrix = PackedMatrix.Pack(Format, Rows, Columns, weights);
        Random random = new(1);
        for (int row = 0; row < 8; row++)
        {
            foreach (ref float value in _inputs[row])
            {
                value = random.NextSingle() - 0.5f;
            }

            _inputs.Quantize(row);
        }
    }

    [Benchmark]
    public void Multiply() => _product.Of(_inputs, Inputs).By(_matrix!, null, _outputs).Run(_workers);

    [GlobalCleanup]
    public void CleanUp()
    {
        _workers.Dispose();
        _matrix?.Dispose();
        _inputs.Dispose();
        _outputs.Dispose();
    }
}

/// <summary>What a second sequence of 2,000 tokens costs, and the first token that parts it from its origin: 24 layers of two heads of 64, as in the 0.5B shape.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clean-up disposes.")]
public class ForkBenchmarks
{
    private const int Length = 2000;

    private readonly KeyValuePool _pool = new(new KeyValueShape(24, 2, 64, KeyValueFormat.F16), 1000);
    private KeyValueSequence? _origin;

    [GlobalSetup]
    public void SetUp()
    {
        _origin = new KeyValueSequence(_pool);
        _origin.Reserve(0, Length);
    }

    [Benchmark]
    public void Fork() => _origin!.Fork(Length).Dispose();

    [Benchmark]
    public void ForkAndPart()
    {
        using KeyValueSequence fork = _origin!.Fork(Length);
        fork.Reserve(Length, 1);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _origin?.Dispose();
        _pool.Dispose();
    }
}
