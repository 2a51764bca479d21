namespace AutoGpt.Sdk.Training;

/// <summary>A folder that is replaced as a whole: after a crash the old content or the new is found, never a mixture.</summary>
internal sealed class CheckpointFolder(string path)
{
    private readonly string _parent = Path.GetDirectoryName(path)!;
    private readonly string _new = Beside(path, "new");
    private readonly string _old = Beside(path, "old");

    /// <summary>Writes a new content.</summary>
    /// <param name="write">Writes every file into the folder it is given.</param>
    public void Replace(Action<string> write)
    {
        Delete(_new);
        Directory.CreateDirectory(_new);
        write(_new);
        FolderFlush.Run(_new);
        if (Directory.Exists(path))
        {
            Delete(_old);
            Move(path, _old);
        }

        Move(_new, path);
        Delete(_old);
    }

    /// <summary>Puts the content back that a crash between the two moves left under the old name.</summary>
    public void Recover()
    {
        if (!Directory.Exists(path) && Directory.Exists(_old))
        {
            Move(_old, path);
        }
    }

    /// <summary>The folder with the content, or null.</summary>
    public string? Find() => Directory.Exists(path) ? path : null;

    // Each move reaches the disk before the next step, so that a power failure cannot keep a deletion and lose the move before it.
    private void Move(string from, string to)
    {
        Directory.Move(from, to);
        FolderFlush.Run(_parent);
    }

    private static string Beside(string path, string suffix) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{suffix}");

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
