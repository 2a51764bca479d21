using System.Text;

namespace AutoGpt.Sdk.Tools;

/// <summary>Reads a stream to its end and keeps its beginning, so that who writes to it is never held up. Thread-safe.</summary>
internal sealed class CappedOutput : IDisposable
{
    private readonly Stream _stream;
    private readonly byte[] _kept;
    private readonly Lock _lock = new();
    private int _length;
    private bool _truncated;

    public CappedOutput(Stream stream, int maxBytes)
    {
        _stream = stream;
        _kept = new byte[maxBytes];
        Completion = Task.Run(ReadAsync);
    }

    /// <summary>Ends when the stream does.</summary>
    public Task Completion { get; }

    /// <summary>Whether there was more than is kept.</summary>
    public bool IsTruncated
    {
        get
        {
            lock (_lock)
            {
                return _truncated;
            }
        }
    }

    /// <summary>What is there so far, as UTF-8; bytes that are none become U+FFFD.</summary>
    public string Text
    {
        get
        {
            lock (_lock)
            {
                return Encoding.UTF8.GetString(_kept, 0, _length);
            }
        }
    }

    /// <summary>Stops reading.</summary>
    public void Dispose() => _stream.Dispose();

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await _stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int count)
            {
                lock (_lock)
                {
                    int kept = Math.Min(count, _kept.Length - _length);
                    buffer.AsSpan(0, kept).CopyTo(_kept.AsSpan(_length));
                    _length += kept;
                    _truncated |= kept < count;
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It was let go of: what was read is what there is.
        }
    }
}
