namespace AutoGpt.Sdk.Kernels;

/// <summary>Why CUDA cannot be used here.</summary>
/// <param name="Tried">What was tried, one step a line; the last failed.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="Remedy">What would help.</param>
public sealed record CudaDiagnosis(IReadOnlyList<string> Tried, string Reason, string Remedy)
{
    /// <summary>All of it, for people.</summary>
    public override string ToString() =>
        $"CUDA cannot be used: {Reason}\n{string.Join('\n', Tried.Select(step => "  tried: " + step))}\n  remedy: {Remedy}";
}
