using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AutoGpt.Sdk.Benchmarks.Gguf;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Decoding;

/// <summary>
/// The command <c>longprompt</c>: memory while a model is loaded and after it, then a long prompt in chunks and in one call: time, and memory beside what keys and values take. A prompt of 512 tokens
/// before each chunk says how fast the machine was at that moment.
/// </summary>
internal static class LongPrompt
{
    private const string Usage = "longprompt [--model qwen2.5-0.5b] [--type Q8_0] [--tokens 8192] [--chunk 1024] [--threads 2]";
    private const int Short = 512;

    public static int Run(string[] args)
    {
        CommandArguments arguments = new(args, Usage, "--model", "--type", "--tokens", "--chunk", "--threads");
        (int tokens, int chunk) = (arguments.Number("--tokens", 8192), arguments.Number("--chunk", 1024));
        using SimdBackend backend = Load(
            ModelStore.Find(GgufShape.Of(arguments.Text("--model") ?? "qwen2.5-0.5b"), arguments.Text("--type") ?? "Q8_0"), arguments.Number("--threads", 2), arguments.Json);
        Random random = new(1);
        int[] ids = [.. Enumerable.Range(0, tokens).Select(_ => random.Next(backend.Config.VocabularySize))];
        Read(backend, ids.AsSpan(0, Short), Short);

        using (MemoryWatch watch = new())
        {
            List<double> ratios = [];
            using IBackendSequence sequence = backend.CreateSequence(tokens);
            for (int start = 0; start < tokens; start += chunk)
            {
                double beside = Read(backend, ids.AsSpan(0, Short), Short);
                double speed = Append(backend, sequence, ids.AsSpan(start, Math.Min(chunk, tokens - start)));
                ratios.Add(speed / beside);
                Tell(arguments.Json, new { type = "chunk", start, tokensPerSecond = speed, beside, ratio = speed / beside },
                    $"tokens {start} to {sequence.Length}: {speed:0} tokens/s, {Short} tokens in an empty context {beside:0}: {speed / beside:0.00}");
            }

            ProcessMemory now = ProcessMemory.Now();
            Tell(arguments.Json, new { type = "chunks", tokens, privateBefore = watch.Begin.Private, privateAfter = now.Private, keyValueBytes = backend.KeyValueBytes, relativeTime = ratios.Average(ratio => 1 / ratio) },
                $"{tokens} tokens in chunks: {ratios.Average(ratio => 1 / ratio):0.00} times the time a token of {Short} takes; private memory from {Mega(watch.Begin.Private)} to {Mega(now.Private)}, keys and values {Mega(backend.KeyValueBytes)}");
        }

        using (MemoryWatch watch = new())
        {
            double beside = Read(backend, ids.AsSpan(0, Short), Short);
            double speed = Read(backend, ids, tokens);
            Tell(arguments.Json, new { type = "result", tokens, tokensPerSecond = speed, beside, ratio = speed / beside, privateBefore = watch.Begin.Private, privateMost = watch.Most.Private },
                $"{tokens} tokens in one call: {speed:0} tokens/s, {Short} tokens {beside:0}: {speed / beside:0.00}; private memory from {Mega(watch.Begin.Private)}, at most {Mega(watch.Most.Private)}");
        }

        return 0;
    }

    private static SimdBackend Load(string path, int threads, bool json)
    {
        MemoryWatch watch = new();
        long start = Stopwatch.GetTimestamp();
        SimdBackend backend;
        using (ModelFile file = ModelFile.Open(path))
        {
            backend = SimdBackend.Create(file.Config, file.Tensors, new SimdBackendOptions { Threads = threads });
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        watch.Dispose();
        GC.Collect();
        ProcessMemory now = ProcessMemory.Now();
        long length = new FileInfo(path).Length;
        Tell(json, new
        {
            type = "load", file = length, weights = backend.WeightBytes, seconds, privateBefore = watch.Begin.Private, privateAfter = now.Private, privateMost = watch.Most.Private,
            mappedBefore = watch.Begin.Mapped, mappedAfter = now.Mapped, mappedMost = watch.Most.Mapped,
        },
            $"{Path.GetFileName(path)}: file {Mega(length)}, weights in memory {Mega(backend.WeightBytes)}, loaded in {seconds:0.00} s; private memory {Mega(watch.Begin.Private)} before, {Mega(now.Private)} after, at most {Mega(watch.Most.Private)}; mapped files {Mega(watch.Begin.Mapped)} before, {Mega(now.Mapped)} after, at most {Mega(watch.Most.Mapped)}");
        return backend;
    }

    private static double Read(SimdBackend backend, ReadOnlySpan<int> ids, int capacity)
    {
        using IBackendSequence sequence = backend.CreateSequence(capacity);
        return Append(backend, sequence, ids);
    }

    private static double Append(SimdBackend backend, IBackendSequence sequence, ReadOnlySpan<int> ids)
    {
        // Rented: each would be garbage where memory is weighed.
        float[] logits = ArrayPool<float>.Shared.Rent(backend.Config.VocabularySize);
        long start = Stopwatch.GetTimestamp();
        sequence.Append(ids, LogitsWanted.Last, logits.AsSpan(0, backend.Config.VocabularySize));
        double speed = ids.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
        ArrayPool<float>.Shared.Return(logits);
        return speed;
    }

    private static void Tell(bool json, object row, FormattableString text) =>
        Console.WriteLine(json ? JsonSerializer.Serialize(row) : text.ToString(CultureInfo.InvariantCulture));

    private static string Mega(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
