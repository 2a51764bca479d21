using System.Diagnostics;
using System.Numerics.Tensors;
using AutoGpt.Sdk.Models;

namespace AutoGpt.Sdk.Benchmarks.Peers;

/// <summary>Our side: the same measurements as <see cref="PeerProcess"/>, on the same ids, in this process.</summary>
internal sealed class Engine : ISide, IDisposable
{
    private const int BatchPrompt = 16;

    private readonly ILogitsBackend _backend;
    private readonly int _vocabulary;
    private readonly BackendAdapter[] _adapters;

    /// <param name="backend">Has the model; disposed with this.</param>
    /// <param name="bytesPerToken">Bytes of the file's weights that a step of one token reads.</param>
    public Engine(ILogitsBackend backend, long bytesPerToken)
        : this(backend, bytesPerToken, [])
    {
    }

    private Engine(ILogitsBackend backend, long bytesPerToken, BackendAdapter[] adapters) =>
        (_backend, _vocabulary, BytesPerToken, _adapters) = (backend, backend.Config.VocabularySize, bytesPerToken, adapters);

    /// <summary>Bytes of the file's weights that a step of one token reads.</summary>
    public long BytesPerToken { get; }

    /// <summary>The same weights with adapters, which sequences have in turn. Disposed before this.</summary>
    /// <param name="adapters">At least one.</param>
    public Engine With(IEnumerable<ModelAdapter> adapters) => new(_backend, BytesPerToken, [.. adapters.Select(((IAdapterBackend)_backend).Prepare)]);

    public double Decode(int prompt, int count)
    {
        float[] logits = new float[_vocabulary];
        using IBackendSequence sequence = Open(prompt + count);
        sequence.Append(Prompt(prompt, 0), LogitsWanted.Last, logits);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            sequence.Append([Id(prompt + i, 0)], LogitsWanted.Last, logits);
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public double Prefill(int count)
    {
        float[] logits = new float[_vocabulary];
        using IBackendSequence sequence = Open(count);
        int[] prompt = Prompt(count, 0);
        long start = Stopwatch.GetTimestamp();
        sequence.Append(prompt, LogitsWanted.Last, logits);
        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    public double Batch(int sequences, int count)
    {
        IBackendSequence[] all = [.. Enumerable.Range(0, sequences).Select(index => Open(BatchPrompt + count, index))];
        float[][] logits = [.. all.Select(_ => new float[_vocabulary])];
        int[][] ids = [.. all.Select(_ => new int[1])];
        SequenceStep[] steps = [.. all.Select((sequence, index) => new SequenceStep(sequence, ids[index], LogitsWanted.Last, logits[index]))];
        for (int s = 0; s < sequences; s++)
        {
            all[s].Append(Prompt(BatchPrompt, s), LogitsWanted.Last, logits[s]);
        }

        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            for (int s = 0; s < sequences; s++)
            {
                ids[s][0] = Id(BatchPrompt + i, s);
            }

            _backend.Append(steps);
        }

        double speed = sequences * count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Array.ForEach(all, sequence => sequence.Dispose());
        return speed;
    }

    /// <summary>The most probable ids after a prompt, one after another.</summary>
    public int[] Greedy(int count, int[] prompt)
    {
        float[] logits = new float[_vocabulary];
        using IBackendSequence sequence = Open(prompt.Length + count);
        int[] ids = new int[count];
        for (int i = 0; i < count; i++)
        {
            sequence.Append(i == 0 ? prompt : ids.AsSpan(i - 1, 1), LogitsWanted.Last, logits);
            ids[i] = TensorPrimitives.IndexOfMax(logits);
        }

        return ids;
    }

    /// <summary>The logits after each id, <c>[ids, vocabulary]</c>.</summary>
    public float[] Score(int[] ids)
    {
        float[] logits = new float[ids.Length * _vocabulary];
        using IBackendSequence sequence = Open(ids.Length);
        sequence.Append(ids, LogitsWanted.All, logits);
        return logits;
    }

    /// <summary>The first ids of the text that a sequence reads when its speed is measured; the peer reads the same.</summary>
    public int[] Prompt(int length, int sequence) => [.. Enumerable.Range(0, length).Select(position => Id(position, sequence))];

    public void Dispose()
    {
        // With adapters the weights are another's.
        if (_adapters.Length == 0)
        {
            _backend.Dispose();
        }

        Array.ForEach(_adapters, adapter => adapter.Release());
    }

    private IBackendSequence Open(int capacity, int index = 0) =>
        _adapters.Length == 0 ? _backend.CreateSequence(capacity) : ((IAdapterBackend)_backend).CreateSequence(capacity, _adapters[index % _adapters.Length]);

    private int Id(int position, int sequence) => ((position * 7919) + (sequence * 104_729) + 13) % (_vocabulary - 3);
}
