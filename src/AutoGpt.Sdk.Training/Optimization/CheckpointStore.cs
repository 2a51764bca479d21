using System.Globalization;

namespace AutoGpt.Sdk.Training;

/// <summary>
/// A checkpoint that is replaced as a whole, and those before it. After a crash at any moment the newest complete one is found: a new one is written beside the others,
/// its manifest last; then the one before makes way, then the new one takes its name.
/// </summary>
/// <param name="root">The output folder.</param>
/// <param name="name">The checkpoint's name in it.</param>
/// <param name="kept">Earlier ones to keep, in <c>earlier/</c>.</param>
internal sealed class CheckpointStore(string root, string name, int kept)
{
    private readonly string _current = Path.Combine(root, name);
    private readonly string _new = Path.Combine(root, $".{name}.new");
    private readonly string _earlier = Path.Combine(root, kept > 0 ? "earlier" : $".{name}.old");
    private int? _iteration;

    /// <summary>The folder of the current checkpoint.</summary>
    public string Folder => _current;

    /// <summary>Writes a new checkpoint.</summary>
    /// <param name="iteration">Updates made, more than those of the checkpoint before.</param>
    /// <param name="write">Writes every file into the folder it is given.</param>
    /// <exception cref="IOException">It cannot be written, as on a full disk; the one before stays the current one.</exception>
    public void Save(int iteration, Action<string> write)
    {
        Delete(_new);
        Directory.CreateDirectory(_new);
        try
        {
            write(_new);
            CheckpointManifest.Write(_new);
            FolderFlush.Run(_new);
        }
        catch (Exception exception) when (exception is IOException or ArgumentOutOfRangeException) // The latter is .NET's for a file larger than its file system allows.
        {
            // What is there of it would keep a full disk full.
            Delete(_new);
            string before = _iteration is int last ? $"The last complete one, of iteration {last}, is untouched in '{_current}': make room and resume the run." : "There is none before it: make room and begin anew.";
            throw new IOException($"The checkpoint of iteration {iteration} cannot be written to '{_current}': {exception.Message} {before}", exception);
        }

        Rotate();
        _iteration = iteration;
    }

    /// <summary>The newest complete checkpoint, or null; finishes what a crash left half done.</summary>
    /// <param name="damage">What is wrong with newer ones.</param>
    /// <param name="iterationOf">Reads from a checkpoint how many updates it has.</param>
    public string? FindNewest(Func<string, int> iterationOf, out IReadOnlyList<string> damage)
    {
        List<string> problems = [];
        damage = problems;
        if (Directory.Exists(_new) && CheckpointManifest.FindDamage(_new) is null)
        {
            _iteration = Directory.Exists(_current) && CheckpointManifest.FindDamage(_current) is null ? iterationOf(_current) : null;
            Rotate();
        }

        Delete(_new);
        if (Directory.Exists(_current))
        {
            if (CheckpointManifest.FindDamage(_current) is not string problem)
            {
                _iteration = iterationOf(_current);
                return _current;
            }

            problems.Add($"'{_current}' is damaged: {problem}");
        }

        foreach (string candidate in Earlier())
        {
            if (CheckpointManifest.FindDamage(candidate) is not string problem)
            {
                return TakeBack(candidate);
            }

            problems.Add($"'{candidate}' is damaged: {problem}");
        }

        return null;

        // A damaged one keeps its place until the next is written: somebody may want to look at it.
        string TakeBack(string earlier)
        {
            if (Directory.Exists(_current))
            {
                return earlier;
            }

            Move(earlier, _current);
            _iteration = iterationOf(_current);
            return _current;
        }
    }

    // Names have their numbers filled up with zeros: the newest first.
    private string[] Earlier() => Directory.Exists(_earlier) ? [.. Directory.EnumerateDirectories(_earlier).OrderDescending(StringComparer.Ordinal)] : [];

    private void Rotate()
    {
        if (Directory.Exists(_current) && _iteration is int iteration)
        {
            Directory.CreateDirectory(_earlier);
            string target = Path.Combine(_earlier, iteration.ToString("D9", CultureInfo.InvariantCulture));
            Delete(target);
            Move(_current, target);
        }

        // Damaged, and a complete one is about to take its place.
        Delete(_current);
        Move(_new, _current);
        foreach (string surplus in Earlier().Skip(kept))
        {
            Delete(surplus);
        }

        if (kept == 0)
        {
            Delete(_earlier);
        }
    }

    // Each move reaches the disk before the next step, so that a power failure cannot keep a deletion and lose the move before it.
    private static void Move(string from, string to)
    {
        Directory.Move(from, to);
        FolderFlush.Run(Path.GetDirectoryName(to)!);
        FolderFlush.Run(Path.GetDirectoryName(from)!);
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
