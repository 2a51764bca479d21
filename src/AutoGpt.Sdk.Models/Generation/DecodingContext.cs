namespace AutoGpt.Sdk.Models;

/// <summary>One text position over a backend's sequence. The gate lets one context at a time into the backend.</summary>
internal sealed class DecodingContext : ITokenContext
{
    // Tokens between two looks at the cancellation token and at who else is waiting.
    private const int PrefillChunk = 128;

    private readonly IBackendSequence _sequence;
    private readonly SemaphoreSlim _gate;
    private readonly int _vocabulary;
    private float[] _logits = [];

    public DecodingContext(IBackendSequence sequence, SemaphoreSlim gate, int vocabulary)
    {
        _sequence = sequence;
        _gate = gate;
        _vocabulary = vocabulary;
    }

    public int Length => _sequence.Length;

    public int Capacity => _sequence.Capacity;

    public async ValueTask<Logits> AppendAsync(
        ReadOnlyMemory<int> ids, LogitsWanted wanted = LogitsWanted.Last, CancellationToken cancellationToken = default)
    {
        if (ids.IsEmpty)
        {
            // Nothing would be computed, and what was would be an earlier call's.
            throw new ArgumentException("At least one token must be given.", nameof(ids));
        }

        if (ids.Length > Capacity - Length)
        {
            throw new AutoGptException($"The context of {Capacity} tokens is full: {Length} are read and {ids.Length} more were given.");
        }

        int start = Length;
        int rows = wanted switch { LogitsWanted.None => 0, LogitsWanted.Last => 1, _ => ids.Length };
        if ((long)rows * _vocabulary > Array.MaxLength)
        {
            throw new ArgumentException($"{rows} rows of {_vocabulary} logits do not fit an array. Append fewer tokens at once.", nameof(ids));
        }

        if (_logits.Length < rows * _vocabulary)
        {
            _logits = new float[rows * _vocabulary];
        }

        try
        {
            for (int done = 0; done < ids.Length;)
            {
                int count = Math.Min(PrefillChunk, ids.Length - done);
                await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    Append(ids.Span.Slice(done, count), wanted, done, done + count == ids.Length, cancellationToken);
                }
                finally
                {
                    _gate.Release();
                }

                done += count;
            }
        }
        catch
        {
            _sequence.Rewind(start);
            throw;
        }

        return new Logits(_logits.AsMemory(0, rows * _vocabulary), _vocabulary);
    }

    public ITokenContext Fork() => new DecodingContext(_sequence.Fork(), _gate, _vocabulary);

    public void Rewind(int length) => _sequence.Rewind(length);

    public void Dispose() => _sequence.Dispose();

    private void Append(ReadOnlySpan<int> ids, LogitsWanted wanted, int done, bool isEnd, CancellationToken cancellationToken)
    {
        LogitsWanted chunk = wanted == LogitsWanted.Last && !isEnd ? LogitsWanted.None : wanted;
        Span<float> logits = chunk switch
        {
            LogitsWanted.None => [],
            LogitsWanted.Last => _logits.AsSpan(0, _vocabulary),
            _ => _logits.AsSpan(done * _vocabulary, ids.Length * _vocabulary),
        };
        _sequence.Append(ids, chunk, logits, cancellationToken);
    }
}
