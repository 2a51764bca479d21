namespace AutoGpt.Sdk.Kernels;

/// <summary>The memory of all sequences' keys and values, in pages, up to a limit. Thread-safe.</summary>
/// <param name="shape">What a position holds.</param>
/// <param name="maximumPages">Pages that may be in use at once.</param>
public sealed class KeyValuePool(KeyValueShape shape, long maximumPages) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<KeyValuePage> _free = [];
    private long _used;

    /// <summary>What a position holds.</summary>
    public KeyValueShape Shape => shape;

    /// <summary>Pages that may be in use at once.</summary>
    public long MaximumPages => maximumPages;

    /// <summary>Pages in use, a shared one once.</summary>
    public long UsedPages
    {
        get
        {
            lock (_lock)
            {
                return _used;
            }
        }
    }

    /// <summary>Frees the pages that nobody uses.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            while (_free.TryPop(out KeyValuePage? page))
            {
                page.Dispose();
            }
        }
    }

    /// <exception cref="InsufficientMemoryException">All pages are in use.</exception>
    internal KeyValuePage Rent()
    {
        lock (_lock)
        {
            if (_used == maximumPages)
            {
                throw new InsufficientMemoryException($"All {maximumPages} pages of {KeyValueShape.PagePositions} positions are in use.");
            }

            KeyValuePage page = _free.TryPop(out KeyValuePage? free) ? free : new KeyValuePage(shape.PageBytes);
            _used++;
            page.References = 1;
            return page;
        }
    }

    internal void Share(IEnumerable<KeyValuePage> pages)
    {
        lock (_lock)
        {
            foreach (KeyValuePage page in pages)
            {
                page.References++;
            }
        }
    }

    internal void Release(KeyValuePage page)
    {
        lock (_lock)
        {
            if (--page.References == 0)
            {
                _used--;
                _free.Push(page);
            }
        }
    }

    /// <summary>A page that the caller may write: its own, or a copy where others read it too.</summary>
    internal KeyValuePage Own(KeyValuePage page)
    {
        lock (_lock)
        {
            if (page.References == 1)
            {
                return page;
            }
        }

        KeyValuePage copy = Rent();
        copy.CopyFrom(page);
        Release(page);
        return copy;
    }
}
