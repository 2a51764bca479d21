using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Benchmarks.Peers;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Torch;
using BenchmarkDotNet.Attributes;

namespace AutoGpt.Sdk.Benchmarks;

/// <summary>The decoder's backends on the in-box model and on a small random network: a token after 128, and a prompt of 128.</summary>
public class DecodeBenchmarks
{
    private const int Length = 128;

    private ILogitsBackend? _backend;
    private IBackendSequence? _sequence;
    private int[] _prompt = [];
    private float[] _logits = [];

    [Params("mini", "tiny-llama")]
    public string Model { get; set; } = "mini";

    [Params("simd", "torch")]
    public string Backend { get; set; } = "simd";

    [GlobalSetup]
    public void SetUp()
    {
        if (Model == "mini")
        {
            using ModelFolder folder = ModelFolder.Open(Path.Combine(Repository.Root, "src", "AutoGpt.Sdk.Models.Mini", "Weights"));
            _backend = Create(folder.Config, folder.Tensors);
        }
        else
        {
            TransformerConfig config = GgufShape.Of(Model).Config;
            using RandomTensors tensors = new(config);
            _backend = Create(config, tensors);
        }

        Random random = new(1);
        _prompt = [.. Enumerable.Range(0, Length).Select(_ => random.Next(_backend.Config.VocabularySize))];
        _logits = new float[_backend.Config.VocabularySize];
        _sequence = _backend.CreateSequence(Length + 1);
        Prefill();
    }

    [Benchmark]
    public void Step()
    {
        _sequence!.Append(_prompt.AsSpan(0, 1), LogitsWanted.Last, _logits);
        _sequence.Rewind(Length);
    }

    [Benchmark]
    public void Prefill()
    {
        _sequence!.Rewind(0);
        _sequence.Append(_prompt, LogitsWanted.Last, _logits);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _sequence?.Dispose();
        _backend?.Dispose();
    }

    private ILogitsBackend Create(TransformerConfig config, ITensorSource tensors)
    {
        if (Backend == "simd")
        {
            return SimdBackend.Create(config, tensors);
        }

        LibTorch.EnsureLoaded();
        return TorchBackend.Create(config, tensors);
    }
}
