namespace AutoGpt.Sdk.Tools;

/// <summary>Replaces a file as a whole or not at all.</summary>
internal static class AtomicFile
{
    /// <param name="path">A full path. Folders on the way are created; a file that is replaced keeps its Unix mode.</param>
    /// <param name="content">The content.</param>
    /// <param name="cancellationToken">Stops writing up to the very last moment; the file then is as it was.</param>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Guid.NewGuid():n}.tmp";
        try
        {
            await WriteLikeAsync(path, temporary, content, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task WriteLikeAsync(string model, string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        UnixFileMode? mode = null;
        if (!OperatingSystem.IsWindows() && File.Exists(model))
        {
            // Created with it, so that what was for few eyes is never open to more.
            options.UnixCreateMode = mode = File.GetUnixFileMode(model);
        }

        FileStream stream = new(path, options);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            if (!OperatingSystem.IsWindows() && mode is { } exact)
            {
                // The process's mask narrowed it when the file was created.
                File.SetUnixFileMode(stream.SafeFileHandle, exact);
            }
        }
    }
}
