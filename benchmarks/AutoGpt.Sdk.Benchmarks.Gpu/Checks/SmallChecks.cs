using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>The kernels that move numbers instead of reckoning: exact or wrong.</summary>
internal static class SmallChecks
{
    /// <summary>A given token, then a chosen one: the row of the table, and the state after each.</summary>
    public static KernelCheck Embedding(CudaKernels kernels, CudaWeightFormat format, int rows, int columns, int seed)
    {
        Random random = new(seed);
        CudaDriver driver = kernels.Driver;
        float[] table = KernelCheck.Values(random, rows * columns);
        using CudaMemory weights = new(driver, CudaWeightLayout.WeightBytes(format, rows, columns)), scales = new(driver, Math.Max(8, CudaWeightLayout.ScaleBytes(format, rows, columns)));
        if (CudaWeightLayout.IsQuantized(format))
        {
            byte[] blocks = new byte[table.Length / 32 * format.FileFormat().BlockBytes()], packed = new byte[weights.Bytes];
            ushort[] packedScales = new ushort[scales.Bytes / 2];
            WeightBlocks.Encode(format.FileFormat(), table, blocks);
            WeightBlocks.Decode(format.FileFormat(), blocks, table);
            CudaWeightLayout.Pack(format, rows, columns, blocks, packed, packedScales);
            weights.Write<byte>(packed);
            scales.Write<ushort>(packedScales);
        }
        else
        {
            ushort[] bits = Array.ConvertAll(table, value => KernelCheck.Bits(format == CudaWeightFormat.Bf16, value));
            table = Array.ConvertAll(bits, value => KernelCheck.Value(format == CudaWeightFormat.Bf16, value));
            weights.Write<ushort>(bits);
        }

        int given = random.Next(rows), chosen = random.Next(rows);
        DecodeState[] state = [new() { Position = -1, Given = 1, Best = 12345 }];
        using CudaMemory ids = CudaMemory.Of<int>(driver, [given, -1, -1]), stateMemory = CudaMemory.Of<DecodeState>(driver, state), output = KernelCheck.Poisoned(driver, columns);
        EmbeddingArguments arguments = new()
        {
            Table = weights.Address, Scales = scales.Address, Ids = ids.Address, State = stateMemory.Address, Output = output.Address, Columns = columns,
        };
        string name = $"embed_{CudaGemv.Suffix(format)} {rows}×{columns}";
        double error = 0;
        foreach ((int position, int token) in ((int, int)[])[(0, given), (1, chosen)])
        {
            output.Fill(0xff);
            driver.Launch(kernels.Get("embedding", $"embed_{CudaGemv.Suffix(format)}"), new CudaGrid(1, 1, 256), arguments);
            float[] result = new float[columns];
            int[] text = new int[3];
            output.Read<float>(result);
            ids.Read<int>(text);
            stateMemory.Read<DecodeState>(state);
            bool right = result.AsSpan().SequenceEqual(table.AsSpan(token * columns, columns)) && text[position] == token && text[2] == -1
                && state[0] == new DecodeState { Position = position, Given = 1 };
            error = right ? error : double.NaN;
            state[0].Best = (0x80000000ul << 32) | (uint.MaxValue - (uint)chosen);
            stateMemory.Write<DecodeState>(state);
        }

        return new KernelCheck(name, error, 0);
    }

    /// <summary>Filling by the same hash as here.</summary>
    public static KernelCheck Fill(CudaKernels kernels, FillKind kind, int words, uint seed)
    {
        using CudaMemory memory = KernelCheck.Poisoned(kernels.Driver, words);
        CudaFill.Fill(kernels, memory.Address, memory.Bytes, kind, seed, 0.5f, 0.25f);
        uint[] result = new uint[words];
        memory.Read<uint>(result);
        for (int index = 0; index < words; index++)
        {
            uint bits = Hash((ulong)index, seed);
            float low = 0.5f + (((bits & 0xffff) / 32768f - 1) * 0.25f), high = 0.5f + (((bits >> 16) / 32768f - 1) * 0.25f);
            uint expected = kind switch
            {
                FillKind.PairsOfBf16 => KernelCheck.Bits(true, low) | ((uint)KernelCheck.Bits(true, high) << 16),
                FillKind.PairsOfF16 => KernelCheck.Bits(false, low) | ((uint)KernelCheck.Bits(false, high) << 16),
                FillKind.Single => BitConverter.SingleToUInt32Bits(low),
                _ => bits,
            };
            if (result[index] != expected)
            {
                return new KernelCheck($"fill {kind} {words}: word {index} is {result[index]:x8}, not {expected:x8}", double.NaN, 0);
            }
        }

        return new KernelCheck($"fill {kind} {words}", 0, 0);
    }

    /// <summary>A copy of any length, and the read that must not write.</summary>
    public static KernelCheck Stream(CudaKernels kernels, int words, int blocks)
    {
        CudaDriver driver = kernels.Driver;
        byte[] bytes = new byte[16 * words], result = new byte[16 * words];
        new Random(words).NextBytes(bytes);
        using CudaMemory source = CudaMemory.Of<byte>(driver, bytes), target = KernelCheck.Poisoned(driver, 4 * words);
        StreamArguments arguments = new() { Source = source.Address, Target = target.Address, Count = words };
        driver.Launch(kernels.Get("memory", "copy_stream"), new CudaGrid(blocks, 1, 64), arguments);
        driver.Launch(kernels.Get("memory", "read_stream"), new CudaGrid(blocks, 1, 64), arguments);
        target.Read<byte>(result);
        return new KernelCheck($"copy_stream {words} words, {blocks} blocks", result.AsSpan().SequenceEqual(bytes) ? 0 : double.NaN, 0);
    }

    private static uint Hash(ulong index, uint seed)
    {
        ulong value = unchecked(((index + 1) * 0x9e3779b97f4a7c15ul) + ((ulong)seed << 32));
        value = unchecked((value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ul);
        value = unchecked((value ^ (value >> 27)) * 0x94d049bb133111ebul);
        return (uint)(value >> 32);
    }
}
