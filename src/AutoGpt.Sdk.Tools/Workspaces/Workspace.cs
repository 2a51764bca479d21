using System.Text;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// A folder that is all a tool can see. A path is relative, written with <c>/</c> (or <c>\</c>), and is checked segment by segment: no
/// root, no <c>..</c>, no link anywhere on the way. Thread-safe.
/// </summary>
/// <remarks>
/// Links are looked for when a path is used. Somebody else who can write to the folder could put one there in between; give the agent a
/// folder of its own.
/// </remarks>
public sealed class Workspace : ITextFiles
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly WorkspaceOptions _options;
    private readonly AppendRecords _appends;

    private Workspace(string root, WorkspaceOptions options)
    {
        Root = root;
        _options = options;
        _appends = new AppendRecords(Path.Combine(root, OwnFolder));
    }

    /// <summary>Holds what the tools keep for themselves; they neither show it nor let it be named.</summary>
    internal const string OwnFolder = ".autogpt";

    /// <summary>The folder's full path.</summary>
    public string Root { get; }

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="options">Bounds. Default: those of <see cref="WorkspaceOptions"/>.</param>
    /// <exception cref="ToolException">There is no such folder, or it is a file.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A bound is below 1.</exception>
    public static Workspace Open(string folder, WorkspaceOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        options ??= new WorkspaceOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBytes, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxFiles, 1, nameof(options));
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(full))
        {
            throw new ToolException($"The workspace '{folder}' is a file; give a folder.");
        }

        return Directory.Exists(full)
            ? new Workspace(full, options)
            : throw new ToolException($"The workspace '{folder}' does not exist; create it or name another folder.");
    }

    /// <summary>The full path of a relative one.</summary>
    /// <param name="path">The relative path. What it names need not exist.</param>
    /// <exception cref="ToolException">The path leaves the workspace, or is no path.</exception>
    public string Resolve(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] segments = path.Replace('\\', '/').Split('/');
        if (path.Length == 0 || path.Any(char.IsControl))
        {
            throw new ToolException("A file's name is empty or holds control characters.");
        }

        string full = Root;
        for (int index = 0; index < segments.Length; index++)
        {
            string segment = segments[index];
            if (segment == "." || (segment.Length == 0 && index > 0))
            {
                continue;
            }

            // An empty first segment is a root; a colon names a drive or a stream.
            if (segment.Length == 0 || segment.Trim() == ".." || segment.Contains(':', StringComparison.Ordinal))
            {
                throw new ToolException($"The path '{Shown(path)}' leads out of the workspace; name a file inside it.");
            }

            // Windows overlooks dots and blanks at the end of a name, and knows a short name for it.
            if (full == Root && (segment.Trim().TrimEnd('.', ' ').Equals(OwnFolder, StringComparison.OrdinalIgnoreCase)
                || (OperatingSystem.IsWindows() && segment.StartsWith("AUTOGP~", StringComparison.OrdinalIgnoreCase))))
            {
                throw new ToolException($"The folder '{OwnFolder}' belongs to the tools themselves; name another file.");
            }

            full = Path.Combine(full, segment);
            if (new FileInfo(full).LinkTarget is not null || new DirectoryInfo(full).LinkTarget is not null)
            {
                throw new ToolException($"The path '{Shown(path)}' goes through a link, which could lead out of the workspace.");
            }
        }

        return full != Root ? full : throw new ToolException($"The path '{Shown(path)}' names the workspace itself; name a file inside it.");
    }

    /// <summary>Whether a file exists.</summary>
    /// <param name="path">A relative path.</param>
    /// <exception cref="ToolException">The path leaves the workspace.</exception>
    public bool Exists(string path) => File.Exists(Resolve(path));

    /// <summary>Reads a text file in UTF-8, with or without byte order mark.</summary>
    /// <param name="path">A relative path.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="ToolException">There is no such file, it is too large, or it is no text in UTF-8.</exception>
    public async Task<string> ReadAsync(string path, CancellationToken cancellationToken = default) =>
        Decode(path, await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false));

    /// <summary>Writes a text file in UTF-8 as a whole or not at all; folders on the way are created.</summary>
    /// <param name="path">A relative path.</param>
    /// <param name="text">The content. A file that it replaces keeps its Unix mode.</param>
    /// <param name="cancellationToken">Stops writing; the file then is as it was.</param>
    /// <exception cref="ToolException">The path leaves the workspace or cannot be written, or the text is too large.</exception>
    public async Task WriteAsync(string path, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        EnsureFits(path, Encoding.UTF8.GetByteCount(text));
        await WriteBytesAsync(path, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds a text as new lines at the end of a file, whose bytes stay as they are, or creates it.</summary>
    /// <param name="path">A relative path.</param>
    /// <param name="text">The text.</param>
    /// <param name="key">With a key that was used before the text is added only where it was not then.</param>
    /// <param name="cancellationToken">Stops writing; the file then is as it was.</param>
    /// <exception cref="ToolException">The file was changed since the key was used before, so that nobody can tell; or as for <see cref="WriteAsync"/>.</exception>
    internal async Task AppendAsync(string path, string text, string? key, CancellationToken cancellationToken)
    {
        byte[] before = Exists(path) ? await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false) : [];
        bool? known = key is null ? null : await Guarded(path, () => _appends.WasAddedAsync(key, path, before, cancellationToken)).ConfigureAwait(false);
        if (known == true)
        {
            return;
        }

        string added = Decode(path, before) is { Length: > 0 } content && !content.EndsWith('\n') ? "\n" + text : text;
        EnsureFits(path, (long)before.Length + Encoding.UTF8.GetByteCount(added));
        byte[] after = [.. before, .. Encoding.UTF8.GetBytes(added)];
        if (key is not null && known is null)
        {
            await Guarded(path, async () =>
            {
                await _appends.NoteAsync(key, path, before, after, cancellationToken).ConfigureAwait(false);
                return 0;
            }).ConfigureAwait(false);
        }

        await WriteBytesAsync(path, after, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a file holds this text and nothing else.</summary>
    internal bool Holds(string path, string text) => File.Exists(Resolve(path)) && Same(Resolve(path), Encoding.UTF8.GetBytes(text));

    /// <summary>Whether two files hold the same.</summary>
    internal bool HoldSame(string path, string other) => File.Exists(Resolve(path)) && File.Exists(Resolve(other)) && new FileInfo(Resolve(other)).Length <= _options.MaxBytes
        && Same(Resolve(path), File.ReadAllBytes(Resolve(other)));

    private static bool Same(string full, byte[] content) => new FileInfo(full).Length == content.Length && File.ReadAllBytes(full).AsSpan().SequenceEqual(content);

    /// <summary>Copies a file byte by byte.</summary>
    internal async Task CopyAsync(string path, string to, CancellationToken cancellationToken) =>
        await WriteBytesAsync(to, await ReadBytesAsync(path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>The files, as relative paths with <c>/</c>, in ordinal order. Links are not followed.</summary>
    /// <param name="cancellationToken">Stops listing.</param>
    /// <exception cref="ToolException">There are more files than <see cref="WorkspaceOptions.MaxFiles"/>.</exception>
    public IReadOnlyList<string> List(CancellationToken cancellationToken = default) => Relative(Directory.EnumerateFiles(Root, "*", Everywhere()), "files", cancellationToken);

    /// <summary>The folders, empty ones too, in the same form, order and number as <see cref="List"/>.</summary>
    internal IReadOnlyList<string> ListFolders(CancellationToken cancellationToken) => Relative(Directory.EnumerateDirectories(Root, "*", Everywhere()), "folders", cancellationToken);

    /// <summary>Fails when a result is larger than a file may be.</summary>
    /// <param name="bytes">Its size in bytes, or anything that it is not smaller than, such as the number of its characters.</param>
    internal void EnsureBounded(long bytes)
    {
        if (bytes > _options.MaxBytes)
        {
            throw new ToolException($"The result is larger than {_options.MaxBytes} bytes.");
        }
    }

    private static EnumerationOptions Everywhere() => new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    private List<string> Relative(IEnumerable<string> full, string kind, CancellationToken cancellationToken)
    {
        List<string> paths = [];
        foreach (string path in full)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string relative = Path.GetRelativePath(Root, path).Replace('\\', '/');
            if (relative.Split('/')[0].Equals(OwnFolder, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            paths.Add(relative);
            if (paths.Count > _options.MaxFiles)
            {
                throw new ToolException($"The workspace has more than {_options.MaxFiles} {kind}.");
            }
        }

        paths.Sort(StringComparer.Ordinal);
        return paths;
    }

    private async Task<byte[]> ReadBytesAsync(string path, CancellationToken cancellationToken)
    {
        string full = Resolve(path);
        if (!File.Exists(full))
        {
            throw new ToolException($"No file '{Shown(path)}'. Files: {Suggestions(path)}");
        }

        EnsureFits(path, new FileInfo(full).Length);
        return await Guarded(path, () => File.ReadAllBytesAsync(full, cancellationToken)).ConfigureAwait(false);
    }

    private async Task WriteBytesAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string full = Resolve(path);
        if (Directory.Exists(full))
        {
            throw new ToolException($"'{Shown(path)}' is a folder; name a file.");
        }

        await Guarded(path, async () =>
        {
            await AtomicFile.WriteAsync(full, content, cancellationToken).ConfigureAwait(false);
            return 0;
        }).ConfigureAwait(false);
    }

    // Strictly: a byte that is no UTF-8 would otherwise come back as another character, and the file be damaged when it is written.
    private static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> content = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        try
        {
            return content.Contains((byte)0) ? throw new ToolException($"The file '{Shown(path)}' is not a text file in UTF-8.") : s_strict.GetString(content);
        }
        catch (DecoderFallbackException exception)
        {
            throw new ToolException($"The file '{Shown(path)}' is not a text file in UTF-8.", exception);
        }
    }

    private void EnsureFits(string path, long bytes)
    {
        if (bytes > _options.MaxBytes)
        {
            throw new ToolException($"The file '{Shown(path)}' is larger than {_options.MaxBytes} bytes.");
        }
    }

    private string Suggestions(string path) => NearestNames.Join(path, List());

    private static string Shown(string path) => new([.. path.Select(character => char.IsControl(character) ? '?' : character)]);

    private static async Task<T> Guarded<T>(string path, Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"'{Shown(path)}' cannot be used: {exception.Message}", exception);
        }
    }
}
