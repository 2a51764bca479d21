namespace AutoGpt.Sdk.Models.Tests.Backends;

/// <summary>Bytes as weights keep every promise of a backend; only their logits are coarser.</summary>
[TestFixture]
internal sealed class SimdInt8BackendTests : LogitsBackendContract
{
    // A weight, and an activation, is off by at most 1/254 of the largest of its group; a few layers add that up, the more where
    // heads of four elements are normed.
    protected override double Tolerance => 0.06;

    protected override ILogitsBackend Create(TransformerConfig config, ITensorSource tensors) =>
        SimdBackend.Create(config, tensors, new SimdBackendOptions { Weights = SimdWeightFormat.Int8 });
}
