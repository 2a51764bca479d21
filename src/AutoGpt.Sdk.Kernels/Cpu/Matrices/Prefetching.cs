namespace AutoGpt.Sdk.Kernels;

/// <summary>How far ahead of their use weights are asked for: far enough to hide a memory access, near enough to be in the first cache still.</summary>
internal static class Prefetching
{
    /// <summary>Bytes.</summary>
    public const int Ahead = 4096;
}
