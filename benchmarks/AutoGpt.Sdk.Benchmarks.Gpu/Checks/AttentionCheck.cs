using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>Attention of a position to check: the output, the rows added to the cache, and that nothing else of the cache changed.</summary>
internal sealed record AttentionCheck(AttentionShape Shape, bool Bf16, int Position, int Splits, int SmallestShare)
{
    public KernelCheck Run(CudaKernels kernels, int seed)
    {
        Random random = new(seed);
        CudaDriver driver = kernels.Driver;
        int size = Shape.HeadSize, capacity = Position + 3;
        float[] qkv = KernelCheck.Values(random, (Shape.Heads + (2 * Shape.KeyValueHeads)) * size, 2);
        ushort[] keys = Cache(), values = Cache();
        float[] angles = KernelCheck.Values(random, capacity * size / 2, MathF.PI);
        float[] cosines = Array.ConvertAll(angles, MathF.Cos), sines = Array.ConvertAll(angles, MathF.Sin);
        using CudaMemory qkvMemory = CudaMemory.Of<float>(driver, qkv), keyMemory = CudaMemory.Of<ushort>(driver, keys), valueMemory = CudaMemory.Of<ushort>(driver, values);
        using CudaMemory cosineMemory = CudaMemory.Of<float>(driver, cosines), sineMemory = CudaMemory.Of<float>(driver, sines), position = CudaMemory.Of<int>(driver, [Position]);
        using CudaMemory counters = CudaMemory.Of<int>(driver, new int[Shape.KeyValueHeads]), output = KernelCheck.Poisoned(driver, Shape.Heads * size);
        using CudaMemory shares = KernelCheck.Poisoned(driver, (int)(CudaAttention.ScratchBytes(Shape, Splits) / 4));
        AttentionArguments arguments = new()
        {
            Qkv = qkvMemory.Address, Keys = keyMemory.Address, Values = valueMemory.Address, Cosines = cosineMemory.Address, Sines = sineMemory.Address,
            Output = output.Address, Shares = shares.Address, Counters = counters.Address, Position = position.Address,
            Capacity = capacity, Splits = Splits, SmallestShare = SmallestShare,
        };
        // Twice: the second finds the counters as the first left them.
        CudaAttention.Launch(driver, kernels, Shape, Bf16, arguments);
        output.Fill(0xff);
        CudaAttention.Launch(driver, kernels, Shape, Bf16, arguments);
        float[] result = new float[Shape.Heads * size];
        output.Read<float>(result);
        string name = $"{CudaAttention.KernelName(Shape, Bf16)} {Shape.Heads}/{Shape.KeyValueHeads} position {Position} splits {Splits} from {SmallestShare}";

        double[] Rotated(int row) => [.. Enumerable.Range(0, size).Select(index =>
        {
            int pair = index % (size / 2), at = (Position * (size / 2)) + pair;
            double own = qkv[(row * size) + index], other = qkv[(row * size) + ((index + (size / 2)) % size)];
            return (own * cosines[at]) + ((index < size / 2 ? -other : other) * sines[at]);
        })];

        double[] exact = new double[result.Length];
        double cacheError = 0;
        ushort[] keysAfter = new ushort[keys.Length], valuesAfter = new ushort[values.Length];
        keyMemory.Read<ushort>(keysAfter);
        valueMemory.Read<ushort>(valuesAfter);
        for (int head = 0; head < Shape.KeyValueHeads; head++)
        {
            double[] key = Rotated(Shape.Heads + head);
            for (int index = 0; index < size; index++)
            {
                int at = (((head * capacity) + Position) * size) + index;
                float value = qkv[((Shape.Heads + Shape.KeyValueHeads + head) * size) + index];
                cacheError = Math.Max(cacheError, Math.Abs(KernelCheck.Value(Bf16, keysAfter[at]) - key[index]) / (0.01 + Math.Abs(key[index])));
                cacheError = valuesAfter[at] == KernelCheck.Bits(Bf16, value) ? cacheError : double.NaN;
                // What the cache holds is what attention sees.
                keys[at] = keysAfter[at];
                values[at] = valuesAfter[at];
            }
        }

        if (!(cacheError < (Bf16 ? 1.0 / 250 : 1.0 / 1000)) || !keys.AsSpan().SequenceEqual(keysAfter) || !values.AsSpan().SequenceEqual(valuesAfter))
        {
            return new KernelCheck(name + $": the cache is wrong ({cacheError})", double.NaN, 0);
        }

        for (int head = 0; head < Shape.Heads; head++)
        {
            double[] query = Rotated(head);
            int start = head / (Shape.Heads / Shape.KeyValueHeads) * capacity * size;
            double[] scores = [.. Enumerable.Range(0, Position + 1).Select(row =>
                Enumerable.Range(0, size).Sum(index => query[index] * KernelCheck.Value(Bf16, keys[start + (row * size) + index])) / Math.Sqrt(size))];
            double highest = scores.Max(), total = scores.Sum(score => Math.Exp(score - highest));
            for (int row = 0; row <= Position; row++)
            {
                double weight = Math.Exp(scores[row] - highest) / total;
                for (int index = 0; index < size; index++)
                {
                    exact[(head * size) + index] += weight * KernelCheck.Value(Bf16, values[start + (row * size) + index]);
                }
            }
        }

        // Tensor cores cut the sums of a tile a little below single precision.
        return KernelCheck.Compare(name, result, exact, 5e-5);

        ushort[] Cache() => Array.ConvertAll(KernelCheck.Values(random, Shape.KeyValueHeads * capacity * size), value => KernelCheck.Bits(Bf16, value));
    }
}
