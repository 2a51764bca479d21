namespace AutoGpt.Sdk.Kernels;

/// <summary>Work in parts that any thread may take in any order. Reused, so that a step allocates nothing.</summary>
public abstract class ParallelWork
{
    /// <summary>Does a part.</summary>
    /// <param name="part">From 0.</param>
    protected internal abstract void Execute(int part);
}
