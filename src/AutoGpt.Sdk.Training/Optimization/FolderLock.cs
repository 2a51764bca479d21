namespace AutoGpt.Sdk.Training;

/// <summary>Holds an output folder: two trainers in one would mix their checkpoints and metrics. The system lets go of it when the process dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    /// <summary>Takes the folder.</summary>
    /// <exception cref="TrainingException">Another trainer has it, in this process or another.</exception>
    public FolderLock(string folder)
    {
        try
        {
            _file = new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new TrainingException($"'{folder}' is in use by another trainer: {exception.Message} Wait for it, dispose it or name another folder.", exception);
        }
    }

    // The file stays: were it deleted, a third trainer could lock a new one while a second still opens the old.
    public void Dispose() => _file.Dispose();
}
