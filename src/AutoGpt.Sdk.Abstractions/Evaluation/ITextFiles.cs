namespace AutoGpt.Sdk;

/// <summary>
/// Text files that can be looked at. Which paths lead to a file, and which nowhere, is the implementation's business alone: whoever looks at a file goes round no boundary. A workspace
/// of the built-in tools is one. Implementations are thread-safe.
/// </summary>
public interface ITextFiles
{
    /// <summary>Whether a file exists.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="AutoGptException">The path leads out of the files that can be looked at, or is none.</exception>
    bool Exists(string path);

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="AutoGptException">There is no such file, it may not be read, it is too large, or no text.</exception>
    Task<string> ReadAsync(string path, CancellationToken cancellationToken = default);
}
