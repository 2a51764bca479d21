namespace AutoGpt.Sdk.Kernels;

/// <summary>The heads of an attention layer.</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads; divides <paramref name="Heads"/>.</param>
/// <param name="HeadSize">Elements of a head.</param>
public readonly record struct AttentionShape(int Heads, int KeyValueHeads, int HeadSize);
