namespace AutoGpt.Sdk.Models.Tests.Generation;

/// <summary>A network whose logits are a function of the tokens read: no weights, no arithmetic.</summary>
internal sealed class FixedBackend(int vocabulary, int context, Func<IReadOnlyList<int>, float[]> next) : ILogitsBackend
{
    public string Name => "fixed";

    public TransformerConfig Config { get; } = new() { VocabularySize = vocabulary, ContextLength = context, Width = 2, Layers = 1, Heads = 1 };

    /// <summary>Spells a text, one byte after the other, whatever it is asked.</summary>
    public static FixedBackend Saying(string text, int prompt, int context = 64)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        return new FixedBackend(257, context, ids =>
        {
            float[] logits = new float[257];
            int at = ids.Count - prompt;
            logits[at < bytes.Length ? bytes[at] : 256] = 10;
            return logits;
        });
    }

    public IBackendSequence CreateSequence(int capacity) => new Sequence(this, capacity, []);

    public void Dispose()
    {
    }

    private sealed class Sequence(FixedBackend backend, int capacity, List<int> read) : IBackendSequence
    {
        public int Length => read.Count;

        public int Capacity => capacity;

        public void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, Span<float> logits, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (int id in ids)
            {
                read.Add(id);
                if (wanted == LogitsWanted.All)
                {
                    backend.Next(read).CopyTo(logits);
                    logits = logits[backend.Config.VocabularySize..];
                }
            }

            if (wanted == LogitsWanted.Last)
            {
                backend.Next(read).CopyTo(logits);
            }
        }

        public IBackendSequence Fork() => new Sequence(backend, capacity, [.. read]);

        public void Rewind(int length) => read.RemoveRange(length, read.Count - length);

        public void Dispose()
        {
        }
    }

    private float[] Next(IReadOnlyList<int> ids) => next(ids);
}
