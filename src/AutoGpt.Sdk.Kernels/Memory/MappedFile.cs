using System.IO.MemoryMappedFiles;

namespace AutoGpt.Sdk.Kernels;

/// <summary>
/// A file mapped read-only into memory, handed out in pieces of up to 2 GiB. Lives here because pointers do. Thread-safe.
/// </summary>
/// <remarks>
/// The file must not be shortened while it is mapped: touching a page that is gone ends the process. Replacing it by a rename is safe on Unix;
/// Windows refuses the rename while the mapping is open.
/// </remarks>
public sealed class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly nint _start;
    private volatile bool _disposed;

    private MappedFile(MemoryMappedFile file, MemoryMappedViewAccessor view, long length)
    {
        _file = file;
        _view = view;
        Length = length;
        _start = view.SafeMemoryMappedViewHandle.DangerousGetHandle() + (nint)view.PointerOffset;
    }

    /// <summary>Size of the file in bytes.</summary>
    public long Length { get; }

    /// <summary>Maps a file of at least one byte.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file is absent, empty or cannot be mapped.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static MappedFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            long length = stream.Length;
            if (length == 0)
            {
                throw new EndOfStreamException($"'{path}' is empty.");
            }

            MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedFile(file, file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>A piece of the file, not copied. Its span throws <see cref="ObjectDisposedException"/> once the mapping is closed.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The piece does not lie inside the file.</exception>
    public ReadOnlyMemory<byte> Slice(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        return length == 0 ? default : new Piece(this, _start + (nint)offset, length).Memory;
    }

    /// <summary>Closes the mapping; memory it gave out must no longer be used.</summary>
    public void Dispose()
    {
        _disposed = true;
        _view.Dispose();
        _file.Dispose();
    }

    private sealed class Piece(MappedFile file, nint start, int length) : System.Buffers.MemoryManager<byte>
    {
        public override unsafe Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(file._disposed, file);
            return new((void*)start, length);
        }

        public override unsafe System.Buffers.MemoryHandle Pin(int elementIndex = 0)
        {
            ObjectDisposedException.ThrowIf(file._disposed, file);
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length, nameof(elementIndex));
            return new((byte*)start + elementIndex, pinnable: this);
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
