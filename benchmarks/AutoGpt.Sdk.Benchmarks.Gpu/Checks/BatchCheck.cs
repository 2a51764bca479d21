using AutoGpt.Sdk.Kernels;

namespace AutoGpt.Sdk.Benchmarks.Gpu;

/// <summary>A product for several sequences to check: each as if it were alone.</summary>
/// <param name="Product">The product of each.</param>
/// <param name="Batch">Sequences.</param>
internal sealed record BatchCheck(GemvCheck Product, int Batch)
{
    public KernelCheck Run(CudaKernels kernels, BatchPlan plan, int seed)
    {
        Random random = new(seed);
        CudaDriver driver = kernels.Driver;
        (CudaWeightFormat format, int rows, int columns) = (Product.Format, Product.Rows, Product.Columns);
        double[,] weights = new double[rows, columns];
        using CudaMemory values = new(driver, CudaWeightLayout.WeightBytes(format, rows, columns));
        using CudaMemory scales = new(driver, Math.Max(8, CudaWeightLayout.ScaleBytes(format, rows, columns)));
        Product.Upload(random, weights, values, scales);
        float[][] x = Draw(columns, 2), residual = Draw(rows, 1);
        float[] norm = KernelCheck.Values(random, columns), bias = KernelCheck.Values(random, rows);
        int outputs = Product.Ending == GemvEnding.SwiGlu ? rows / 2 : rows;
        using CudaMemory xMemory = CudaMemory.Of<float>(driver, [.. x.SelectMany(vector => vector)]), residualMemory = CudaMemory.Of<float>(driver, [.. residual.SelectMany(vector => vector)]);
        using CudaMemory normMemory = CudaMemory.Of<float>(driver, norm), biasMemory = CudaMemory.Of<float>(driver, bias), output = KernelCheck.Poisoned(driver, Batch * outputs);
        using CudaMemory inputs = KernelCheck.Poisoned(driver, (int)CudaBatch.InputBytes(format, columns, Batch) / 4), inputScales = KernelCheck.Poisoned(driver, (int)CudaBatch.InputScaleBytes(columns, Batch) / 4);
        CudaBatch.Launch(driver, kernels, new CudaMatrix(format, rows, columns, values.Address, scales.Address), plan, new BatchArguments
        {
            Product = new GemvArguments
            {
                X = xMemory.Address, Norm = Product.Normalized ? normMemory.Address : 0, Bias = Product.Biased ? biasMemory.Address : 0, Residual = residualMemory.Address,
                Output = output.Address, Epsilon = GemvCheck.Epsilon, Ending = Product.Ending,
            },
            Inputs = inputs.Address, InputScales = inputScales.Address, Batch = Batch,
        });
        float[] result = new float[Batch * outputs];
        output.Read<float>(result);
        double[] exact = [.. Enumerable.Range(0, Batch).SelectMany(sequence =>
            Product.Exact(weights, x[sequence], Product.Normalized ? norm : null, Product.Biased ? bias : null, residual[sequence]))];
        string name = $"{CudaBatch.KernelName(format, plan, Batch)} {rows}×{columns} batch {Batch} {Product.Ending}{(Product.Normalized ? " norm" : "")}{(Product.Biased ? " bias" : "")} warps {plan.Warps}";

        // Two bf16 numbers hold 16 bits of an input, and the tensor cores add in fewer bits than single precision.
        return KernelCheck.Compare(name, result, exact, 2e-5);

        float[][] Draw(int count, float spread) => [.. Enumerable.Range(0, Batch).Select(_ => KernelCheck.Values(random, count, spread))];
    }
}
