using System.Diagnostics;
using System.Text.Json.Nodes;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>
/// What a token costs besides the network: a backend that computes nothing, called directly, through a context, through a generation, and by several contexts at once.
/// Medians of rounds, interleaved.
/// </summary>
internal static class SchedulerOverhead
{
    private const int Rounds = 9;
    private const int Tokens = 20_000;

    public static async Task<int> RunAsync(string[] args)
    {
        using CausalLanguageModel mini = MiniModel.Load();
        List<(string Name, Func<CausalLanguageModel, IdleBackend, Task> Run, int Tokens)> parts =
        [
            ("the backend directly", DirectAsync, Tokens),
            ("a context alone", (model, _) => ContextsAsync(model, 1), Tokens),
            ("2 contexts, per token", (model, _) => ContextsAsync(model, 2), 2 * Tokens),
            ("8 contexts, per token", (model, _) => ContextsAsync(model, 8), 8 * Tokens),
            ("a generation", (model, _) => GenerationsAsync(model, 1), Tokens),
            ("8 generations, per token", (model, _) => GenerationsAsync(model, 8), 8 * Tokens),
        ];
        double[][] times = [.. parts.Select(_ => new double[Rounds])];
        double[][] bytes = [.. parts.Select(_ => new double[Rounds])];
        double[] batch = new double[parts.Count];
        for (int round = 0; round < Rounds; round++)
        {
            for (int part = 0; part < parts.Count; part++)
            {
                IdleBackend backend = new();
                using CausalLanguageModel model = new(backend, mini.Tokenizer);
                long allocated = GC.GetTotalAllocatedBytes(precise: true);
                Stopwatch clock = Stopwatch.StartNew();
                await parts[part].Run(model, backend);
                times[part][round] = clock.Elapsed.TotalMicroseconds / parts[part].Tokens;
                bytes[part][round] = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)parts[part].Tokens;
                batch[part] = backend.Steps / (double)Math.Max(1, backend.Passes);
            }
        }

        JsonArray rows = [];
        for (int part = 0; part < parts.Count; part++)
        {
            double time = times[part].Order().ElementAt(Rounds / 2), size = bytes[part].Order().ElementAt(Rounds / 2);
            rows.Add(new JsonObject { ["part"] = parts[part].Name, ["microseconds"] = Math.Round(time, 3), ["bytes"] = Math.Round(size, 1), ["sequencesAPass"] = Math.Round(batch[part], 2) });
            if (!args.Contains("--json"))
            {
                Console.WriteLine($"{parts[part].Name,-26}{time,9:F2} µs{size,9:F1} B{batch[part],7:F2} a pass");
            }
        }

        if (args.Contains("--json"))
        {
            Console.WriteLine(new JsonObject { ["type"] = "result", ["rows"] = rows }.ToJsonString());
        }

        return 0;
    }

    private static Task DirectAsync(CausalLanguageModel model, IdleBackend backend)
    {
        using IBackendSequence sequence = backend.CreateSequence(Tokens);
        float[] logits = new float[backend.Config.VocabularySize];
        SequenceStep[] steps = [new SequenceStep(sequence, new[] { 7 }, LogitsWanted.Last, logits)];
        for (int token = 0; token < Tokens; token++)
        {
            backend.Append(steps);
        }

        return Task.CompletedTask;
    }

    private static Task ContextsAsync(CausalLanguageModel model, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(async () =>
    {
        using ITokenContext context = model.CreateContext();
        int[] ids = [7];
        for (int token = 0; token < Tokens; token++)
        {
            await context.AppendAsync(ids);
        }
    })));

    private static Task GenerationsAsync(CausalLanguageModel model, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(async () =>
    {
        await foreach (GenerationUpdate update in model.GenerateAsync(new[] { 7 }, new GenerationOptions { MaxTokens = Tokens, StopAtEndOfText = false }))
        {
        }
    })));

    /// <summary>Reads nothing: its logits are zeros.</summary>
    private sealed class IdleBackend : ILogitsBackend
    {
        public string Name => "idle";

        // The smallest vocabulary that mini's tokenizer fits, as choosing from it is part of a generation.
        public TransformerConfig Config { get; } = new() { VocabularySize = 4096, ContextLength = 1 << 20, Width = 2, Layers = 1, Heads = 1 };

        public long Passes { get; private set; }

        public long Steps { get; private set; }

        public IBackendSequence CreateSequence(int capacity) => new Sequence(capacity);

        public void Append(IReadOnlyList<SequenceStep> steps, CancellationToken cancellationToken = default)
        {
            Passes++;
            Steps += steps.Count;
            for (int index = 0; index < steps.Count; index++)
            {
                steps[index].Sequence.Append(steps[index].Ids.Span, steps[index].Wanted, steps[index].Logits.Span, cancellationToken);
            }
        }

        public void Dispose()
        {
        }

        private sealed class Sequence(int capacity) : IBackendSequence
        {
            public int Length { get; private set; }

            public int Capacity => capacity;

            public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default) => Length += ids.Length;

            public IBackendSequence Fork() => new Sequence(capacity) { Length = Length };

            public void Rewind(int length) => Length = length;

            public void Dispose()
            {
            }
        }
    }
}
