using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>A product to check.</summary>
/// <param name="Format">The weights' format.</param>
/// <param name="Rows">Outputs.</param>
/// <param name="Columns">Inputs.</param>
/// <param name="Ending">What follows the product.</param>
/// <param name="Normalized">Whether the input is normalised first.</param>
/// <param name="Biased">Whether there is a bias.</param>
internal sealed record GemvCheck(CudaWeightFormat Format, int Rows, int Columns, GemvEnding Ending, bool Normalized, bool Biased)
{
    internal const float Epsilon = 1e-5f;

    public KernelCheck Run(CudaKernels kernels, GemvPlan plan, int seed)
    {
        Random random = new(seed);
        CudaDriver driver = kernels.Driver;
        double[,] weights = new double[Rows, Columns];
        using CudaMemory values = new(driver, CudaWeightLayout.WeightBytes(Format, Rows, Columns));
        using CudaMemory scales = new(driver, Math.Max(8, CudaWeightLayout.ScaleBytes(Format, Rows, Columns)));
        Upload(random, weights, values, scales);
        float[] x = KernelCheck.Values(random, Columns, 2);
        float[] norm = KernelCheck.Values(random, Columns);
        float[] bias = KernelCheck.Values(random, Rows);
        float[] residual = KernelCheck.Values(random, Rows);
        int outputs = Ending == GemvEnding.SwiGlu ? Rows / 2 : Rows;
        using CudaMemory xMemory = CudaMemory.Of<float>(driver, x), normMemory = CudaMemory.Of<float>(driver, norm), biasMemory = CudaMemory.Of<float>(driver, bias);
        using CudaMemory residualMemory = CudaMemory.Of<float>(driver, residual), output = KernelCheck.Poisoned(driver, outputs), best = CudaMemory.Of<ulong>(driver, [0]);
        CudaMatrix matrix = new(Format, Rows, Columns, values.Address, scales.Address);
        CudaGemv.Launch(driver, kernels, matrix, plan, new GemvArguments
        {
            X = xMemory.Address, Norm = Normalized ? normMemory.Address : 0, Bias = Biased ? biasMemory.Address : 0, Residual = residualMemory.Address,
            Output = output.Address, Best = best.Address, Epsilon = Epsilon, Ending = Ending,
        });
        float[] result = new float[outputs];
        output.Read<float>(result);
        double[] exact = Exact(weights, x, Normalized ? norm : null, Biased ? bias : null, residual);
        string name = $"{plan.Kernel(Format)} {Rows}×{Columns} {Ending}{(Normalized ? " norm" : "")}{(Biased ? " bias" : "")} groups {plan.Groups} blocks {plan.BlocksPerMultiprocessor} ahead {plan.Ahead}";
        KernelCheck check = KernelCheck.Compare(name, result, exact, 1e-5);
        if (Ending == GemvEnding.Greedy)
        {
            ulong[] chosen = new ulong[1];
            best.Read<ulong>(chosen);
            int expected = Array.IndexOf(result, result.Max());
            return (int)(uint.MaxValue - (uint)chosen[0]) == expected ? check : check with { Name = name + $": chose {uint.MaxValue - (uint)chosen[0]}, not {expected}", Error = double.NaN };
        }

        return check;
    }

    internal void Upload(Random random, double[,] weights, CudaMemory values, CudaMemory scales)
    {
        if (!CudaWeightLayout.IsQuantized(Format))
        {
            ushort[] bits = Array.ConvertAll(KernelCheck.Values(random, Rows * Columns), value => KernelCheck.Bits(Format == CudaWeightFormat.Bf16, value));
            for (int index = 0; index < bits.Length; index++)
            {
                weights[index / Columns, index % Columns] = KernelCheck.Value(Format == CudaWeightFormat.Bf16, bits[index]);
            }

            values.Write<ushort>(bits);
            return;
        }

        // Blocks of random quanta, read back by the definition of GGUF's formats.
        int blockBytes = Format == CudaWeightFormat.Q8 ? 34 : 18;
        byte[] blocks = new byte[Rows * Columns / 32 * blockBytes];
        random.NextBytes(blocks);
        for (int block = 0; block < blocks.Length / blockBytes; block++)
        {
            Half scale = (Half)(0.001f + (0.01f * random.NextSingle()));
            BitConverter.TryWriteBytes(blocks.AsSpan(block * blockBytes), scale);
            for (int index = 0; index < 32; index++)
            {
                int quantum = Format == CudaWeightFormat.Q8
                    ? (sbyte)blocks[(block * blockBytes) + 2 + index]
                    : (index < 16 ? blocks[(block * blockBytes) + 2 + index] & 15 : blocks[(block * blockBytes) + 2 + index - 16] >> 4) - 8;
                int place = (block * 32) + index;
                weights[place / Columns, place % Columns] = quantum * (double)scale;
            }
        }

        byte[] packed = new byte[values.Bytes];
        ushort[] packedScales = new ushort[scales.Bytes / 2];
        CudaWeightLayout.Pack(Format, Rows, Columns, blocks, packed, packedScales);
        values.Write<byte>(packed);
        scales.Write<ushort>(packedScales);
    }

    internal double[] Exact(double[,] weights, float[] x, float[]? norm, float[]? bias, float[] residual)
    {
        double root = norm is null ? 1 : 1 / Math.Sqrt(x.Average(value => (double)value * value) + Epsilon);
        double[] input = [.. x.Select((value, index) => norm is null ? value : (double)value * norm[index])];
        if (CudaWeightLayout.IsQuantized(Format))
        {
            Quantize(input);
        }

        // The root is the same for all: it does not change what the bytes are.
        input = Array.ConvertAll(input, value => value * root);

        double[] products = new double[Rows];
        for (int row = 0; row < Rows; row++)
        {
            double sum = bias?[row] ?? 0;
            for (int column = 0; column < Columns; column++)
            {
                sum += weights[row, column] * input[column];
            }

            products[row] = Ending == GemvEnding.AddResidual ? sum + residual[row] : sum;
        }

        return Ending == GemvEnding.SwiGlu
            ? [.. Enumerable.Range(0, Rows / 2).Select(row => products[2 * row] / (1 + Math.Exp(-products[2 * row])) * products[(2 * row) + 1])]
            : products;
    }

    // The kernels multiply bytes: 127 steps to the largest of each 32 inputs.
    private static void Quantize(double[] input)
    {
        for (int start = 0; start < input.Length; start += 32)
        {
            float largest = (float)input.AsSpan(start, 32).ToArray().Max(Math.Abs);
            float inverse = largest > 0 ? 127 / largest : 0;
            for (int index = start; index < start + 32; index++)
            {
                input[index] = MathF.Round((float)input[index] * inverse) * (double)(largest / 127);
            }
        }
    }
}
