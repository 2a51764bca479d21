using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;

namespace AutoGpt.Sdk.Training.Tests;

[TestFixture]
internal sealed class TorchAdapterBackendTests : AdapterBackendContract
{
    // It reads one token at a time.
    protected override int LongText => 10;

    protected override ILogitsBackend Create(TransformerConfig config, ITensorSource tensors) => TorchBackend.Create(config, tensors);
}
