namespace AutoGpt.Sdk.Training;

/// <summary>A folder that is replaced as a whole: after a crash the old content or the new is found, never a mixture.</summary>
internal sealed class CheckpointFolder(string path)
{
    private readonly string _new = Beside(path, "new");
    private readonly string _old = Beside(path, "old");

    /// <summary>Writes a new content.</summary>
    /// <param name="write">Writes every file into the folder it is given.</param>
    public void Replace(Action<string> write)
    {
        Delete(_new);
        Directory.CreateDirectory(_new);
        write(_new);
        if (Directory.Exists(path))
        {
            Delete(_old);
            Directory.Move(path, _old);
        }

        Directory.Move(_new, path);
        Delete(_old);
    }

    /// <summary>The folder with the content, or null. A crash between the two moves leaves it under the old name.</summary>
    public string? Find() => Directory.Exists(path) ? path : Directory.Exists(_old) ? _old : null;

    private static string Beside(string path, string suffix) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{suffix}");

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
