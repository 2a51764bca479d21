using AutoGpt.Sdk.Benchmarks.Gguf;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>What the command <c>peers</c> was asked for.</summary>
internal sealed record PeersOptions(IReadOnlyList<GgufShape> Models, IReadOnlyList<string> Types, IReadOnlyList<PeerCell> Cells, int Rounds, int Threads, bool AgainstTorch, bool Json, string? Write)
{
    private const string Usage =
        "peers [--models smollm2-135m,…] [--types Q8_0,Q4_0,Q4_K_M,F16] [--cells decode,prefill,batch] [--rounds N] [--threads N] [--against llama.cpp|torch] [--write FILE.md]";

    public static PeersOptions Parse(string[] args)
    {
        CommandArguments arguments = new(args, Usage, "--models", "--types", "--cells", "--rounds", "--threads", "--against", "--write");
        return new PeersOptions(
            [.. arguments.List("--models", "smollm2-135m,qwen2.5-0.5b,llama3.2-1b").Select(GgufShape.Of)],
            arguments.List("--types", "Q8_0,Q4_0,Q4_K_M,F16"),
            [.. arguments.List("--cells", "decode,prefill,batch").Select(cell => Enum.Parse<PeerCell>(cell, ignoreCase: true))],
            Math.Max(1, arguments.Number("--rounds", 5)),
            arguments.Number("--threads", 2),
            (arguments.Text("--against") ?? "llama.cpp") switch
            {
                "llama.cpp" => false,
                EngineLoader.Torch => true,
                var other => throw new ArgumentException($"--against is '{other}'; it must be llama.cpp or torch."),
            },
            arguments.Json,
            arguments.Text("--write"));
    }
}

/// <summary>What is measured.</summary>
internal enum PeerCell
{
    /// <summary>128 single tokens after 16.</summary>
    Decode,

    /// <summary>A prompt of 512 tokens.</summary>
    Prefill,

    /// <summary>64 steps of 8 sequences.</summary>
    Batch,
}
